"""What every projection can do, whether it keeps versions of things (`Noun`) or running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

    from contracts.types import Event
    from indexer.batch import Batch
    from indexer.projections.handler import Block
    from indexer.projections.open_rows import OpenRows


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

    def write(
        self, connection: Connection, batch: Batch, blocks: Mapping[int, Block], open_rows: OpenRows
    ) -> None:
        """Folds the events of a batch, in the transaction that writes it."""

    def rewind(self, connection: Connection, number: int) -> None:
        """Takes it back to what it was at a block."""
