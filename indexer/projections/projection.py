"""What every projection can do, whether it keeps versions of things (`Noun`) or running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from contracts.types import Event
    from indexer.batch import Batch, Row
    from indexer.projections.handler import Block
    from indexer.projections.open_rows import OpenRows


class Folding(Protocol):
    """What the events of one batch change in one projection. It only reads; whoever has it writes, for all at once.

    Attributes:
        ends: Rows that were open before: first block at which each holds no more, and its number.
    """

    ends: Sequence[tuple[int, int]] = ()

    def prepare(self, open_rows: OpenRows) -> None:
        """Says which things it needs, as far as the events alone tell. Projections that it looks up did before."""

    def run(self, open_rows: OpenRows) -> None:
        """Takes the events, in the order of the chain. Projections that it looks up took theirs before."""

    def rows(self) -> Sequence[Row]:
        """New rows of its table."""

    def refuse_beginning(self, open_rows: OpenRows) -> None:
        """Refuses the event with which a thing began that was there already, if there is one."""


class Projection(Protocol):
    """A table that follows from events alone, and can be made anew from them."""

    @property
    def name(self) -> str:
        """Name of its table."""

    @property
    def table(self) -> Table:
        """Its table."""

    @property
    def module(self) -> str:
        """Module of its rules; when the source changes, the table is made anew."""

    @property
    def events(self) -> Sequence[type[Event]]:
        """Events that it takes."""

    def fold(self, batch: Batch, blocks: Mapping[int, Block]) -> Folding:
        """What the events of a batch will change in it."""

    def rewind(self, connection: Connection, number: int) -> None:
        """Takes it back to what it was at a block."""
