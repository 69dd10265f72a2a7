"""A mirror of blocks that no chain made: events go in as if they had been proven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from indexer import projections
from indexer.batch import Batch
from indexer.history import EVENT_TABLES
from indexer.projections.replay import rebuild
from indexer.schema import MIRROR, upgrade
from indexer.tables import blocks, transactions
from kit.database import open_engine
from kit.sql import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.types import Event
    from indexer.projections.noun import Noun
    from indexer.projections.version import Version

History = Sequence[Sequence["Event"]]  # The events of each block, from block 1.
GENESIS_TIME = 1_750_000_000
BLOCK_SECONDS = 3600


def time_of(number: int) -> int:
    """Time of a block, seconds since 1970."""
    return GENESIS_TIME + number * BLOCK_SECONDS


def rows_of(number: int, events: Sequence[Event]) -> list[tuple[str, tuple[Any, ...]]]:
    """Rows of a block's events as the indexer writes them, each with its table."""
    return [
        (EVENT_TABLES[type(event)].name, (number, place, 0, *(_stored(getattr(event, p.name)) for p in event.params())))
        for place, event in enumerate(events)
    ]  # fmt: skip


def _stored(value: Any) -> Any:
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else value


def batch_of(first: int, history: History, time: Callable[[int], int] = time_of) -> Batch:
    """A batch of blocks.

    Args:
        first: Number of the first block.
        history: Their events.
        time: Time of a block by its number.
    """
    batch = Batch()
    for number, events in enumerate(history, first):
        batch.blocks.append((number, _hash(number), _hash(number - 1), time(number)))
        for table, row in rows_of(number, events):
            batch.events.setdefault(table, []).append(row)
    return batch


def _transaction_of(number: int, block_hash: bytes) -> tuple[Any, ...]:
    """The one transaction of a block, in which all its events were."""
    return number, 0, block_hash, None, 1, 0


def _hash(number: int) -> bytes:
    return (number + 1).to_bytes(32, "big")


class PaperMirror:
    """A mirror in a database of its own."""

    def __init__(self, database_url: str) -> None:
        upgrade(database_url)
        self.engine = open_engine(database_url, MIRROR)
        self.height = 0

    def write(self, history: History) -> None:
        """Appends blocks in one batch."""
        batch = batch_of(self.height + 1, history)
        with self.engine.begin() as connection:
            insert_rows(connection, blocks, batch.blocks)
            insert_rows(connection, transactions, [_transaction_of(*block[:2]) for block in batch.blocks])
            for table in EVENT_TABLES.values():
                insert_rows(connection, table, batch.events.get(table.name, []))
            projections.write(connection, batch)
        self.height += len(history)

    def rewind(self, number: int) -> None:
        """Takes back all blocks above one."""
        with self.engine.begin() as connection:
            connection.execute(delete(blocks).where(blocks.c.number > number))
            projections.rewind(connection, number)
        self.height = number

    def replay(self, noun: Noun[Any]) -> None:
        """Makes a projection anew from history."""
        with self.engine.begin() as connection:
            rebuild(connection, noun)

    def versions(self, noun: Noun[Any]) -> list[Version]:
        """All versions of all things of a noun."""
        with self.engine.connect() as connection:
            return [noun.version(row) for row in connection.execute(select(noun.table))]

    def now(self, noun: Noun[Any]) -> dict[Any, Version]:
        """The things of a noun as they are, by key."""
        return {noun.key_of(v): v for v in self.versions(noun) if v.to_block is None}

    def close(self) -> None:
        """Closes the database."""
        self.engine.dispose()
