"""Folds the events of a batch into versions of one noun: in memory, one version for each thing and block."""

from __future__ import annotations

from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from indexer.errors import VerificationError
from indexer.history import EVENT_TABLES
from indexer.projections.open_rows import OpenRows, close
from kit.sql import insert_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.types import Event
    from indexer.batch import Batch, Row
    from indexer.projections.handler import Block, Context, Handler
    from indexer.projections.kind import Key, Kind
    from indexer.projections.version import Version


# An event, how it is taken, what its rule gets beside it and the thing, and which thing it is.
Step = tuple[Any, "Handler", "Context", "Key"]
_event = itemgetter(0)


class ImpossibleEventError(VerificationError):
    """An event that cannot follow on those before it: the contract would have refused the act."""


class AlreadyThereError(Exception):
    """A thing began that was there already, which the index over open rows found. It takes another look to tell the event."""

    def __init__(
        self,
        kind: Kind[Any],
        handlers: Mapping[type[Event], Sequence[Handler]],
        batch: Batch,
        versions: Sequence[Version],
    ) -> None:
        super().__init__(kind.name)
        self._kind, self._handlers, self._batch, self._versions = kind, handlers, batch, versions

    def refuse(self, open_rows: OpenRows) -> None:
        """Refuses the event with which it began.

        Args:
            open_rows: What was there before the batch.

        Raises:
            ImpossibleEventError: As meant.
        """
        kind = self._kind
        known = open_rows.of(kind, list(map(kind.key_of, self._versions)))
        begun = {
            (v.block_number, v.log_index): key for v in self._versions if (key := kind.key_of(v)) in known
        }
        for event, of_kind in self._handlers.items():
            for row in self._batch.events.get(EVENT_TABLES[event].name, ()):
                if row[:2] in begun:
                    raise _impossible(
                        kind, of_kind[0].read(row), begun[row[:2]], "a new one", "one that exists"
                    )


class Fold:
    """One noun over one batch.

    Attributes:
        versions: New versions, in the order in which they began.
        ends: Versions that were open before: first block at which each holds no more, and the number of its row.
    """

    def __init__(self, kind: Kind[Any], open_rows: OpenRows, blocks: Mapping[int, Block]) -> None:
        self._kind, self._open_rows, self._blocks = kind, open_rows, blocks
        self.versions: list[Version] = []
        self.ends: list[tuple[int, int]] = []

    def run(self, handlers: Mapping[type[Event], Sequence[Handler]], batch: Batch) -> None:
        """Takes the events of a batch, in the order of the chain.

        Raises:
            ImpossibleEventError: An event cannot follow on those before it.
        """
        steps: list[Step] = []
        for kind, of_kind in handlers.items():
            if events := batch.events.get(EVENT_TABLES[kind].name):
                steps += chain.from_iterable(self._steps(handler, events) for handler in of_kind)
        # Rows begin with the place of the event, which no other has.
        steps.sort(key=_event)
        # What can only begin is not looked for: the index over open rows has each once.
        rows = self._open_rows.of(self._kind, [step[3] for step in steps if step[1].changes])
        for event, handler, context, key in steps:
            self._take(rows, key, handler, event, context)

    def _steps(self, handler: Handler, rows: Sequence[Row]) -> list[Step]:
        """Events of a kind that count."""
        events = list(map(handler.read, rows))
        if handler.when is not None:
            events = list(filter(handler.when, events))
        contexts = self._contexts(handler.look_up, events)
        return list(zip(events, repeat(handler), contexts, handler.keys(events, contexts)))

    def _contexts(self, look_up: Kind[Any] | None, events: Sequence[Any]) -> list[Context]:
        blocks = self._blocks
        if look_up is None:
            return [(blocks[event[0]],) for event in events]
        keys = list(map(look_up.key_of, events))
        found = self._open_rows.of(look_up, keys)
        return [
            (blocks[event[0]], _existing(found, key, look_up, event))
            for event, key in zip(events, keys, strict=True)
        ]

    def _take(self, rows: dict[Key, Any], key: Key, handler: Handler, event: Any, context: Context) -> None:
        before, number = rows.get(key), event[0]
        if before is None:
            if not handler.begins:
                raise _impossible(self._kind, event, key, "one that exists", "none")
            arguments = (None, event, *context) if handler.changes else (event, *context)
            version = handler.rule(*arguments)
            version.block_number, version.log_index, version.tx_index = event[:3]
            version.from_block = number
            self.versions.append(version)
            rows[key] = version
            return
        if not handler.changes:
            raise _impossible(self._kind, event, key, "a new one", "one that exists")
        version = before if before.from_block == number else self._succeed(before, number)
        rows[key] = version
        handler.rule(version, event, *context)
        if handler.ends:
            version.to_block = number
            del rows[key]

    def _succeed(self, before: Version, number: int) -> Version:
        if before.id is None:
            before.to_block = number
        else:
            self.ends.append((number, before.id))
        version = before.successor(number)
        self.versions.append(version)
        return version


def write_versions(
    kind: Kind[Any],
    handlers: Mapping[type[Event], Sequence[Handler]],
    connection: Connection,
    batch: Batch,
    blocks: Mapping[int, Block],
    open_rows: OpenRows,
) -> None:
    """Folds the events of a batch and writes the new versions.

    Args:
        kind: Of which things.
        handlers: How they take events.
        connection: In the transaction that writes the batch.
        batch: Proven blocks.
        blocks: What rules see of each, by its number.
        open_rows: Things that the batch touches, of all kinds folded before.

    Raises:
        ImpossibleEventError: An event cannot follow on those before it.
        AlreadyThereError: A thing began that was there already. The transaction is void then, up to its last savepoint.
    """
    fold = Fold(kind, open_rows, blocks)
    fold.run(handlers, batch)
    # The index over open rows allows one for each key, so the earlier ones end first.
    close(connection, kind, fold.ends)
    # What began and ended in one block never held.
    held = [version for version in fold.versions if version.to_block != version.from_block]
    try:
        insert_rows(connection, kind.table, kind.rows(held))
    except IntegrityError as error:
        raise AlreadyThereError(kind, handlers, batch, held) from error


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


def _existing(rows: Mapping[Key, Any], key: Key, kind: Kind[Any], event: Any) -> Any:
    if key not in rows:
        raise _impossible(kind, event, key, "one that exists", "none")
    return rows[key]


def _impossible(kind: Kind[Any], event: Any, key: Key, expected: str, got: str) -> ImpossibleEventError:
    shown = ", ".join(f"0x{part.hex()}" if isinstance(part, bytes) else str(part) for part in
                      (key if isinstance(key, tuple) else (key,)))  # fmt: skip
    what = f"{type(event).__name__} of {kind.name} {shown}"
    return ImpossibleEventError(what, event.block_number, expected, got)
