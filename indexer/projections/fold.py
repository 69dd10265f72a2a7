"""Folds the events of a batch into versions of one noun: in memory, one version for each thing and block."""

from __future__ import annotations

from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from indexer.errors import VerificationError
from indexer.history import EVENT_TABLES
from indexer.projections.projection import Folding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.types import Event
    from indexer.batch import Batch, Row
    from indexer.projections.handler import Block, Context, Handler
    from indexer.projections.kind import Key, Kind
    from indexer.projections.open_rows import OpenRows
    from indexer.projections.version import Version


# An event, how it is taken, what its rule gets beside it and the thing, and which thing it is.
Step = tuple[Any, "Handler", "Context", "Key"]
_event = itemgetter(0)


class ImpossibleEventError(VerificationError):
    """An event that cannot follow on those before it: the contract would have refused the act."""


class Fold(Folding):
    """One noun over one batch.

    Attributes:
        versions: New versions, in the order in which they began.
        ends: Versions that were open before: first block at which each holds no more, and the number of its row.
    """

    def __init__(
        self,
        kind: Kind[Any],
        handlers: Mapping[type[Event], Sequence[Handler]],
        batch: Batch,
        blocks: Mapping[int, Block],
    ) -> None:
        self._kind, self._blocks = kind, blocks
        self.versions: list[Version] = []
        self.ends: list[tuple[int, int]] = []
        self._events = [
            (handler, events)
            for kind_of_event, of_kind in handlers.items()
            if (rows := batch.events.get(EVENT_TABLES[kind_of_event].name))
            for handler in of_kind
            if (events := handler.events(rows))
        ]

    def prepare(self, open_rows: OpenRows) -> None:
        """Says which things it needs, as `Folding.prepare`."""
        never_ends = not any(handler.ends for handler, _ in self._events)
        for handler, events in self._events:
            if handler.look_up is not None:
                open_rows.need(handler.look_up, map(handler.look_up.key_of, events))
            if handler.key_is_found:
                continue
            keys = handler.keys(events, self._contexts(None, events))
            if handler.changes:
                open_rows.need(self._kind, keys)
            elif never_ends:
                open_rows.expect_none(self._kind, keys)

    def run(self, open_rows: OpenRows) -> None:
        """Takes the events of the batch, in the order of the chain.

        Args:
            open_rows: Things that the batch touches, of all kinds folded before.

        Raises:
            ImpossibleEventError: An event cannot follow on those before it.
        """
        steps: list[Step] = []
        for handler, events in self._events:
            contexts = self._contexts(handler.look_up, events, open_rows)
            steps += zip(events, repeat(handler), contexts, handler.keys(events, contexts))
        # Rows begin with the place of the event, which no other has.
        steps.sort(key=_event)
        # What can only begin is not looked for: the index over open rows has each once.
        rows = open_rows.of(self._kind, (step[3] for step in steps if step[1].changes))
        for event, handler, context, key in steps:
            self._take(rows, key, handler, event, context)

    def rows(self) -> list[Row]:
        """New rows of its table. What began and ended in one block never held."""
        return self._kind.rows(v for v in self.versions if v.to_block != v.from_block)

    def refuse_beginning(self, open_rows: OpenRows) -> None:
        """Refuses the event with which a thing began that was there already, which the index over open rows found.

        Args:
            open_rows: What was there before the batch.

        Raises:
            ImpossibleEventError: As meant, if there is such a thing of this kind.
        """
        kind = self._kind
        known = open_rows.of(kind, map(kind.key_of, self.versions))
        begun = {
            (v.block_number, v.log_index): key for v in self.versions if (key := kind.key_of(v)) in known
        }
        for handler, events in self._events:
            for event in events:
                if handler.begins and not handler.changes and event[:2] in begun:
                    raise _impossible(kind, event, begun[event[:2]], "a new one", "one that exists")

    def _contexts(
        self, look_up: Kind[Any] | None, events: Sequence[Any], open_rows: OpenRows | None = None
    ) -> list[Context]:
        blocks = self._blocks
        if look_up is None or open_rows is None:
            return [(blocks[event[0]],) for event in events]
        keys = list(map(look_up.key_of, events))
        found = open_rows.of(look_up, keys)
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
