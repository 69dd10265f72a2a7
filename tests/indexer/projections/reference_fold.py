"""The plainest way to fold history: event after event into a dictionary, with a copy of it kept for each block.

It calls the rules of the nouns one by one. Batches, look-ups across batches, the database, rewinds and replays, where the
engine can err, are not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer import projections
from indexer.history import EVENT_TABLES
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from tests.indexer.projections.paper_mirror import rows_of, time_of

if TYPE_CHECKING:
    from tests.indexer.projections.paper_mirror import History

State = dict[str, dict[Any, dict[str, Any]]]  # By noun and key: the fields of the thing.
ENGINE_FIELDS = ("id", "from_block", "to_block")


def reference_fold(history: History) -> list[State]:
    """State after each block, from before the first."""
    rows: dict[str, dict[Any, Any]] = {noun.name: {} for noun in nouns()}
    states = [_copied(rows)]
    for number, events in enumerate(history, 1):
        placed = rows_of(number, events)
        for noun in nouns():
            for table, row in placed:
                _take(noun, rows, table, row, Block(number, time_of(number)))
        states.append(_copied(rows))
    return states


def nouns() -> list[Noun[Any]]:
    """All projections that keep versions of things."""
    return [noun for noun in projections.NOUNS if isinstance(noun, Noun)]


def _take(noun: Noun[Any], rows: dict[str, dict[Any, Any]], table: str, row: Any, block: Block) -> None:
    for event_type, handlers in noun.handlers.items():
        if EVENT_TABLES[event_type].name != table:
            continue
        for handler in handlers:
            event = handler.read(row)
            if handler.when is not None and not handler.when(event):
                continue
            found = (rows[handler.look_up.name][handler.look_up.key_of(event)],) if handler.look_up else ()
            (key,) = handler.keys([event], [(block, *found)])
            before = rows[noun.name].get(key)
            after = handler.rule(*([before] if handler.changes else []), event, block, *found)
            if before is None:
                after.block_number, after.log_index, after.tx_index = row[:3]
                rows[noun.name][key] = after
            if handler.ends:
                del rows[noun.name][key]


def _copied(rows: dict[str, dict[Any, Any]]) -> State:
    return {name: {key: fields_of(thing) for key, thing in things.items()} for name, things in rows.items()}


def fields_of(version: Any) -> dict[str, Any]:
    """The fields of a version that do not depend on when it began to hold; rules see a uint64 in two's complement."""
    return {name: _unsigned(value) for name, value in vars(version).items() if name not in ENGINE_FIELDS}


def _unsigned(value: Any) -> Any:
    return value + 2**64 if isinstance(value, int) and value < 0 else value
