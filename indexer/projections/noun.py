"""A noun: a kind of thing whose state the mirror keeps, and the rules by which events change it.

A rule is a pure function of the version before, the event and its block. It may read a thing of another noun if it
declares so, and of that only what never changes, because the other noun has been folded to the end of the batch. An event
that no history can hold is refused like a block that does not prove itself. Time is no event: versions hold dates, and
one `phase` beside the rules compares them with the time of a block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, update

from indexer.projections.fold import Fold
from indexer.projections.handler import Handler, event_reader, key_is_found, key_reader
from indexer.projections.kind import Kind, V

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.types import Event
    from indexer.batch import Batch
    from indexer.projections.handler import Block, KeySource

Rule = TypeVar("Rule", bound="Callable[..., Any]")


class Noun(Kind[V]):
    """A kind of thing with its rules.

    Four decorators register a rule for an event. They take the same options:

        look_up   noun of which the rule reads the thing that the event names; it is the rule's last argument
        key       where the key's fields stand in the event or the looked-up thing, if not under their own names; or what
                  gives them from the block, such as the day; or a number where there is one thing of the kind
        when      which events of the kind count, by their fields

    Fields of an event are as the mirror holds them: a uint64 at or above 2^63 is negative.
    """

    def __init__(self, name: str, version: type[V], key: Sequence[str], **options: Any) -> None:
        """Makes the noun, without rules. For arguments see `Kind`."""
        super().__init__(name, version, key, **options)
        self.handlers: dict[type[Event], list[Handler]] = {}

    def begins(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event makes a new thing: `rule(event, block) -> version`."""
        return self._register(event, begins=True, **options)

    def changes(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event changes a thing, which must exist: `rule(version, event, block)` changes the version in place."""
        return self._register(event, changes=True, **options)

    def sets(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """An event makes or changes a thing: `rule(version or None, event, block) -> version`, the same if there is one."""
        return self._register(event, begins=True, changes=True, **options)

    def ends(self, event: type[Event], **options: Any) -> Callable[[Rule], Rule]:
        """From the block of an event on a thing, which must exist, is no more: `rule(version, event, block)` may refuse."""
        return self._register(event, changes=True, ends=True, **options)

    @property
    def events(self) -> Sequence[type[Event]]:
        """Events that it takes."""
        return list(self.handlers)

    def fold(self, batch: Batch, blocks: Mapping[int, Block]) -> Fold:
        """What the events of a batch will change, as `Projection.fold`."""
        return Fold(self, self.handlers, batch, blocks)

    def rewind(self, connection: Connection, number: int) -> None:
        """Takes back all versions that began above a block, and opens again those that ended above it.

        No index serves it: every event would pay for what hardly ever happens. It reads the whole table.
        """
        columns = self.table.c
        connection.execute(delete(self.table).where(columns.from_block > number))
        connection.execute(update(self.table).where(columns.to_block > number).values(to_block=None))

    def _register(
        self,
        event: type[Event],
        *,
        look_up: Kind[Any] | None = None,
        key: Mapping[str, KeySource] | None = None,
        when: Callable[[Any], bool] | None = None,
        **does: bool,
    ) -> Callable[[Rule], Rule]:
        sources = [(key or {}).get(name, name) for name in self.key]

        def register(rule: Rule) -> Rule:
            handler = Handler(
                rule=rule, read=event_reader(event), keys=key_reader(event, sources), look_up=look_up, when=when,
                key_is_found=key_is_found(event, sources), **does,
            )  # fmt: skip
            self.handlers.setdefault(event, []).append(handler)
            return rule

        return register
