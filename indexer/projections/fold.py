"""Folds the events of a batch into versions of one noun: in memory, one version for each thing and block."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.errors import VerificationError
from indexer.history import EVENT_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from contracts.types import Event
    from indexer.batch import Row
    from indexer.projections.noun import Noun
    from indexer.projections.open_rows import Key, OpenRows
    from indexer.projections.version import Version


class Block(NamedTuple):
    """The block of an event.

    Attributes:
        number: From 0.
        time: Seconds since 1970.
    """

    number: int
    time: int


# Name of a field of the event or of what was looked up, or a function of the block.
KeySource = str | Callable[[Block], Any]


class ImpossibleEventError(VerificationError):
    """An event that cannot follow on those before it: the contract would have refused the act."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Handler:
    """How a noun takes an event.

    Attributes:
        rule: Called with the version before or None, the event, its block, and the looked-up version if there is one.
        read: Gives a row of the event's table the names of its columns.
        key: Key of the thing, from the event, its block and the looked-up version.
        look_up: Noun that is looked up.
        when: Which events count; None takes all.
        begins: Whether the thing may be new.
        changes: Whether the thing may exist.
        ends: Whether the thing is no more.
    """

    rule: Callable[..., Any]
    read: Callable[[Row], Any]
    key: Callable[..., Key]
    look_up: Noun[Any] | None
    when: Callable[[Any], bool] | None
    begins: bool = False
    changes: bool = False
    ends: bool = False


class Fold:
    """One noun over one batch.

    Attributes:
        versions: New versions, in the order in which they began.
        ends: Versions that were open before: first block at which each holds no more, and the number of its row.
    """

    def __init__(self, noun: Noun[Any], open_rows: OpenRows, times: Mapping[int, int]) -> None:
        self._noun, self._open_rows, self._times = noun, open_rows, times
        self.versions: list[Version] = []
        self.ends: list[tuple[int, int]] = []

    def run(self, steps: Sequence[tuple[Any, Handler]]) -> None:
        """Takes events with their handlers, in the order of the chain.

        Raises:
            ImpossibleEventError: An event cannot follow on those before it.
        """
        blocks = [Block(event.block_number, self._times[event.block_number]) for event, _ in steps]
        places = list(zip(steps, blocks, self._look_up(steps), strict=True))
        keys = [handler.key(event, block, *found) for (event, handler), block, found in places]
        rows = self._open_rows.of(self._noun, set(keys))
        for ((event, handler), block, found), key in zip(places, keys, strict=True):
            self._take(rows, key, handler, event, block, found)

    def _look_up(self, steps: Sequence[tuple[Any, Handler]]) -> list[tuple[Any, ...]]:
        nouns = {handler.look_up for _, handler in steps if handler.look_up}
        found = {
            noun: self._open_rows.of(noun, {noun.key_of(e) for e, h in steps if h.look_up is noun})
            for noun in nouns
        }
        return [
            (_existing(found[h.look_up], h.look_up.key_of(e), h.look_up, e),) if h.look_up else ()
            for e, h in steps
        ]

    def _take(
        self,
        rows: dict[Key, Any],
        key: Key,
        handler: Handler,
        event: Any,
        block: Block,
        found: tuple[Any, ...],
    ) -> None:
        before = rows.get(key)
        if before is None:
            if not handler.begins:
                raise _impossible(self._noun, event, key, "one that exists", "none")
            version = handler.rule(None, event, block, *found)
            version.block_number, version.log_index, version.tx_index = event[:3]
            version.from_block = block.number
            self.versions.append(version)
            rows[key] = version
            return
        if not handler.changes:
            raise _impossible(self._noun, event, key, "a new one", "one that exists")
        version = before if before.from_block == block.number else self._succeed(before, block.number)
        rows[key] = version
        handler.rule(version, event, block, *found)
        if handler.ends:
            self.versions.remove(version)
            del rows[key]

    def _succeed(self, before: Version, number: int) -> Version:
        if before.id is None:
            before.to_block = number
        else:
            self.ends.append((number, before.id))
        version = before.successor(number)
        self.versions.append(version)
        return version


def require(condition: bool, event: Any, expected: object, got: object) -> None:
    """Refuses an event that no history can hold.

    Args:
        condition: What must be true.
        event: The event, as its rule got it.
        expected: What the thing must be for the event to happen.
        got: What it is.

    Raises:
        ImpossibleEventError: It is not true.
    """
    if not condition:
        raise ImpossibleEventError(type(event).__name__, event.block_number, expected, got)


def _existing(rows: Mapping[Key, Any], key: Key, noun: Noun[Any], event: Any) -> Any:
    if key not in rows:
        raise _impossible(noun, event, key, "one that exists", "none")
    return rows[key]


def _impossible(noun: Noun[Any], event: Any, key: Key, expected: str, got: str) -> ImpossibleEventError:
    shown = ", ".join(f"0x{part.hex()}" if isinstance(part, bytes) else str(part) for part in
                      (key if isinstance(key, tuple) else (key,)))  # fmt: skip
    what = f"{type(event).__name__} of {noun.name} {shown}"
    return ImpossibleEventError(what, event.block_number, expected, got)


def event_reader(event: type[Event]) -> Callable[[Row], Any]:
    """Gives rows of an event's table the names of its columns."""
    columns = [column.name for column in EVENT_TABLES[event].columns]
    make_class: Any = namedtuple  # noqa: PYI024 - its fields are those of the event, which no type checker knows
    make: Callable[[Row], Any] = make_class(event.__name__, columns)._make
    return make


def key_reader(event: type[Event], sources: Sequence[KeySource]) -> Callable[..., Any]:
    """Reads a key from an event or, where the event lacks a field, from what was looked up.

    Args:
        event: The event.
        sources: Where the fields of the key stand, in the order of the key.
    """
    has = {column.name for column in EVENT_TABLES[event].columns}
    names = [source for source in sources if source in has]
    if len(names) == len(sources):
        whole = attrgetter(*names)
        return lambda event_row, *_: whole(event_row)
    parts = [_part_reader(source, has) for source in sources]
    if len(parts) == 1:
        return parts[0]
    return lambda *places: tuple(read(*places) for read in parts)


def _part_reader(source: KeySource, has: Collection[str]) -> Callable[..., Any]:
    if callable(source):
        return lambda _, block, *__: source(block)
    get = attrgetter(source)
    return (lambda event_row, *_: get(event_row)) if source in has else (lambda _, __, found: get(found))
