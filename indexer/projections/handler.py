"""How a noun takes an event: which thing it is about, and the rule that makes, changes or ends it."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.history import EVENT_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contracts.types import Event
    from indexer.batch import Batch, Row
    from indexer.projections.kind import Key, Kind


class Block(NamedTuple):
    """The block of an event.

    Attributes:
        number: From 0.
        time: Seconds since 1970.
    """

    number: int
    time: int


# What a rule gets beside the thing and the event: the block, and the looked-up version if there is one.
Context = tuple[Block] | tuple[Block, Any]


def blocks_of(batch: Batch) -> dict[int, Block]:
    """The blocks of a batch by their numbers."""
    return {row[0]: Block(row[0], row[3]) for row in batch.blocks}


# Where a field of a key stands: in the event or what it looks up, by name; or a number for all; or what the block gives.
KeySource = str | int | Callable[[Block], Any]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Handler:
    """How a noun takes an event.

    Attributes:
        rule: Called with the version before, or None, if there may be one; the event; and its context.
        read: Gives a row of the event's table the names of its columns.
        keys: Keys of the things of events, each with its context.
        look_up: Kind that is looked up.
        when: Which events count; None takes all.
        key_is_found: Whether the key can be read only when the other thing was looked up.
        begins: Whether the thing may be new.
        changes: Whether the thing may exist.
        ends: Whether the thing is no more.
    """

    rule: Callable[..., Any]
    read: Callable[[Row], Any]
    keys: Callable[[Sequence[Any], Sequence[Context]], list[Key]]
    look_up: Kind[Any] | None
    when: Callable[[Any], bool] | None
    key_is_found: bool
    begins: bool = False
    changes: bool = False
    ends: bool = False

    def events(self, rows: Sequence[Row]) -> list[Any]:
        """The events that count among rows of their table, with the names of its columns."""
        events = map(self.read, rows)
        return list(events if self.when is None else filter(self.when, events))


def event_reader(event: type[Event]) -> Callable[[Row], Any]:
    """Gives rows of an event's table the names of its columns."""
    columns = [column.name for column in EVENT_TABLES[event].columns]
    make_class: Any = namedtuple  # noqa: PYI024 - its fields are those of the event, which no type checker knows
    return partial(tuple.__new__, make_class(event.__name__, columns))


def key_reader(
    event: type[Event], sources: Sequence[KeySource]
) -> Callable[[Sequence[Any], Sequence[Context]], list[Key]]:
    """Reads keys from events and their contexts.

    Args:
        event: The event.
        sources: Where the fields of the key stand, in the order of the key.
    """
    has = {column.name for column in EVENT_TABLES[event].columns}
    names = [source for source in sources if isinstance(source, str) and source in has]
    if len(names) == len(sources):
        whole = attrgetter(*names)
        return lambda events, _: list(map(whole, events))
    parts = [_part_reader(source, has) for source in sources]
    if len(parts) == 1:
        return lambda events, contexts: [parts[0](e, *c) for e, c in zip(events, contexts, strict=True)]
    return lambda events, contexts: [
        tuple(read(e, *c) for read in parts) for e, c in zip(events, contexts, strict=True)
    ]


def key_is_found(event: type[Event], sources: Sequence[KeySource]) -> bool:
    """Whether a field of the key stands in what the event looks up. Arguments as for `key_reader`."""
    has = {column.name for column in EVENT_TABLES[event].columns}
    return any(isinstance(source, str) and source not in has for source in sources)


def _part_reader(source: KeySource, has: Collection[str]) -> Callable[..., Any]:
    if isinstance(source, int):
        return lambda *_: source
    if callable(source):
        return lambda _, block, *__: source(block)
    get = attrgetter(source)
    return (lambda event_row, *_: get(event_row)) if source in has else (lambda _, __, found: get(found))
