"""Reads rows of events: by the names of their columns, and the key of the thing that they are about."""

from __future__ import annotations

from collections import namedtuple
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from indexer.history import EVENT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from contracts.types import Event
    from indexer.batch import Row


def event_reader(event: type[Event]) -> Callable[[Row], Any]:
    """Gives rows of an event's table the names of its columns."""
    columns = [column.name for column in EVENT_TABLES[event].columns]
    make_class: Any = namedtuple  # noqa: PYI024 - its fields are those of the event, which no type checker knows
    make: Callable[[Row], Any] = make_class(event.__name__, columns)._make
    return make


def key_reader(event: type[Event], names: Sequence[str | int]) -> Callable[..., Any]:
    """Reads a key from an event or, where the event lacks a field, from what was looked up.

    Args:
        event: The event.
        names: Fields, in the order of the key; a number stands for itself.
    """
    has = {column.name for column in EVENT_TABLES[event].columns}
    if has.issuperset(names):
        whole = attrgetter(*map(str, names))
        return lambda event_row, *_: whole(event_row)
    parts = [_key_part(name, has) for name in names]
    return parts[0] if len(parts) == 1 else lambda *rows: tuple(part(*rows) for part in parts)


def _key_part(name: str | int, has: Collection[str]) -> Callable[..., Any]:
    if isinstance(name, int):
        return lambda *_: name
    get = attrgetter(name)
    return (lambda event_row, *_: get(event_row)) if name in has else (lambda _, found: get(found))
