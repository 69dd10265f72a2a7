"""A noun: a kind of thing whose state the mirror keeps, and the rules by which events change it.

A rule is a pure function of the version before, the event and its block. It may read a thing of another noun if it
declares so, and of that only what never changes, because the other noun has been folded to the end of the batch. An event
that no history can hold is refused like a block that does not prove itself. Time is no event: versions hold dates, and
one `phase` beside the rules compares them with the time of a block.
"""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import delete, update

from indexer.history import EVENT_TABLES
from indexer.projections.fold import Fold, Handler, event_reader, key_reader
from indexer.projections.open_rows import close
from indexer.projections.version import Version, converters, version_table
from indexer.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.types import Event
    from indexer.batch import Batch
    from indexer.projections.fold import KeySource
    from indexer.projections.open_rows import OpenRows

S = TypeVar("S", bound=Version)
Rule = TypeVar("Rule", bound="Callable[..., Any]")
_place = itemgetter(0, 1)


class Noun(Generic[S]):
    """A kind of thing with its table and rules.

    Four decorators register a rule for an event. They take the same options:

        look_up   noun of which the rule reads the thing that the event names; it is the rule's last argument
        key       where the key's fields stand in the event or the looked-up thing, if not under their own names; or what
                  gives them from the block, such as the day
        when      which events of the kind count, by their fields

    Fields of an event are as the mirror holds them: a uint64 at or above 2^63 is negative.
    """

    def __init__(
        self, name: str, version: type[S], key: Sequence[str], *, open_indexes: Sequence[Sequence[str]] = ()
    ) -> None:
        """Makes the noun, without rules.

        Args:
            name: Name of its table.
            version: Dataclass of its versions.
            key: Fields that name a thing.
            open_indexes: Columns of further indexes over open rows.
        """
        self.name, self.key, self.module = name, tuple(key), version.__module__
        self.table = version_table(version, name, key, open_indexes)
        self.key_of: Callable[[Any], Any] = attrgetter(*key)
        self._class, self._names = version, [column.name for column in self.table.columns]
        self._values = attrgetter(*self._names[1:])
        self._converters = converters(version)
        self._handlers: dict[type[Event], list[Handler]] = {}

    def begins(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event makes a new thing: `rule(event, block) -> version`."""
        return self._register(event, lambda rule: lambda _, *rest: rule(*rest), begins=True, **options)

    def changes(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event changes a thing, which must exist: `rule(version, event, block)` changes the version in place."""
        return self._register(event, lambda rule: rule, changes=True, **options)

    def sets(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event makes or changes a thing: `rule(version or None, event, block) -> version`, the same if there is one."""
        return self._register(event, lambda rule: rule, begins=True, changes=True, **options)

    def ends(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """From the block of an event on a thing, which must exist, is no more: `rule(version, event, block)` may refuse."""
        return self._register(event, lambda rule: rule, changes=True, ends=True, **options)

    @property
    def events(self) -> Sequence[type[Event]]:
        """Events that it takes."""
        return list(self._handlers)

    def write(
        self, connection: Connection, batch: Batch, times: Mapping[int, int], open_rows: OpenRows
    ) -> None:
        """Folds the events of a batch and writes the new versions.

        Args:
            connection: In the transaction that writes the batch.
            batch: Proven blocks.
            times: Time of each block by its number, seconds since 1970.
            open_rows: Things that the batch touches, of all nouns folded before.

        Raises:
            ImpossibleEventError: An event cannot follow on those before it.
        """
        steps = self._steps(batch)
        if not steps:
            return
        fold = Fold(self, open_rows, times)
        fold.run(steps)
        # The index over open rows allows one for each key, so the earlier ones end first.
        close(connection, self, fold.ends)
        insert_rows(connection, self.table, [self._values(version) for version in fold.versions])

    def rewind(self, connection: Connection, number: int) -> None:
        """Takes back all versions that began above a block, and opens again those that ended above it."""
        columns = self.table.c
        connection.execute(delete(self.table).where(columns.from_block > number))
        connection.execute(update(self.table).where(columns.to_block > number).values(to_block=None))

    def version(self, row: Sequence[Any]) -> S:
        """A version from a row of its table, in the order of the columns."""
        version = object.__new__(self._class)
        fields = vars(version)
        fields.update(zip(self._names, row, strict=True))
        for name, convert in self._converters:
            if fields[name] is not None:
                fields[name] = convert(fields[name])
        return version

    @cached_property
    def sql_columns(self) -> str:
        """Its columns in plain SQL, of a table called t."""
        return ", ".join(f't."{name}"' for name in self._names)

    def sql_table(self, connection: Connection) -> str:
        """Its table in plain SQL. On SQLite each schema is a file of its own."""
        return (
            f'"{self.name}"'
            if connection.dialect.name == "sqlite"
            else f'"{self.table.schema}"."{self.name}"'
        )

    def _steps(self, batch: Batch) -> list[tuple[Any, Handler]]:
        """Events of the batch that concern it, each with its handler, in the order of the chain."""
        steps = [
            (event, handler)
            for kind, handlers in self._handlers.items()
            for event in map(handlers[0].read, batch.events.get(EVENT_TABLES[kind].name, ()))
            for handler in handlers
            if handler.when is None or handler.when(event)
        ]
        steps.sort(key=lambda step: _place(step[0]))
        return steps

    def _register(
        self,
        event: type[Event],
        adapt: Callable[[Any], Callable[..., Any]],
        *,
        look_up: Noun[Any] | None = None,
        key: Mapping[str, KeySource] | None = None,
        when: Callable[[Any], bool] | None = None,
        **does: bool,
    ) -> Callable[[Rule], Rule]:
        sources = [(key or {}).get(name, name) for name in self.key]

        def register(rule: Rule) -> Rule:
            read = event_reader(event)
            handler = Handler(
                rule=adapt(rule),
                read=read,
                key=key_reader(event, sources),
                look_up=look_up,
                when=when,
                **does,
            )
            self._handlers.setdefault(event, []).append(handler)
            return rule

        return register
