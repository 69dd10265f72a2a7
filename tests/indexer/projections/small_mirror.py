"""A mirror in memory that is fed with events: for rules that need no chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from indexer import projections
from indexer.schema import MIRROR
from kit.database import open_engine
from tests.indexer.projections.paper_mirror import batch_of, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.types import Event
    from indexer.projections.noun import Noun
    from indexer.projections.projection import Projection


class SmallMirror:
    """Projections of the events it was fed with.

    Attributes:
        height: Its last block, from 0; -1 before the first.
    """

    def __init__(self) -> None:
        self.connection = open_engine("sqlite://", MIRROR).connect()
        for projection in projections.NOUNS:
            projection.table.create(self.connection)
        self.connection.commit()
        self.height = -1

    def add(self, *blocks: Sequence[Event], at: int | None = None) -> None:
        """Writes blocks of events as one batch.

        Args:
            blocks: Events of each block.
            at: Time of the first, seconds since 1970.
        """
        first = self.height + 1
        batch = batch_of(first, blocks, time_of if at is None else lambda number: at + number - first)
        projections.write(self.connection, batch)
        self.height += len(blocks)

    def clear(self) -> None:
        """Forgets all blocks; nothing was committed since the tables were made."""
        self.connection.rollback()
        self.height = -1

    def rewind(self, number: int) -> None:
        """Takes back all blocks above one."""
        projections.rewind(self.connection, number)
        self.height = number

    def versions(self, noun: Noun[Any], at: int | None = None) -> list[Any]:
        """Versions that hold at a block, in the order in which they began; now if it is None."""
        columns = noun.table.c
        ended = columns.to_block.is_(None)
        query = select(noun.table).order_by(columns.id)
        if at is None:
            query = query.where(ended)
        else:
            query = query.where(columns.from_block <= at, or_(ended, columns.to_block > at))
        return [noun.version(row) for row in self.connection.execute(query)]

    def rows(self, projection: Projection) -> list[tuple[Any, ...]]:
        """All rows of a projection, sorted, without the numbers that the database gives."""
        table = projection.table
        columns = [column for column in table.columns if column.autoincrement is not True]
        return sorted((tuple(row) for row in self.connection.execute(select(*columns))), key=repr)
