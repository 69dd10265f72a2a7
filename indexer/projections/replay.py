"""Makes projections anew from history: when their rules have changed, or somebody asks for it. The chain is not needed."""

from __future__ import annotations

import hashlib
import inspect
import sys
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import MetaData, Table, delete, func, insert, select
from sqlalchemy.schema import CreateIndex, CreateTable

from indexer import projections
from indexer.batch import Batch
from indexer.history import EVENT_TABLES, create_missing
from indexer.tables import blocks, mirror
from indexer.tables import projections as digests

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from indexer.projections.projection import Projection

log = structlog.get_logger(__name__)

BLOCKS_A_BATCH = 1_000


def renew(connection: Connection) -> None:
    """Makes every projection that is missing, or was made by other rules or columns than those of this code.

    Before that it makes the tables of events that this code knows and the mirror does not.

    A projection that this code no longer has is dropped.

    Args:
        connection: In a transaction of the mirror's writer.
    """
    create_missing(connection)
    found = {row.name: bytes(row.digest) for row in connection.execute(select(digests))}
    for noun in projections.NOUNS:
        if found.pop(noun.name, None) != digest(connection, noun):
            rebuild(connection, noun)
    for name in found:
        Table(name, MetaData(mirror.schema)).drop(connection, checkfirst=True)
        connection.execute(delete(digests).where(digests.c.name == name))


def rebuild(connection: Connection, noun: Projection) -> None:
    """Drops a projection and replays the history of its events.

    Args:
        connection: In a transaction of the mirror's writer.
        noun: Which one. Those that it looks up must be up to date.
    """
    noun.table.drop(connection, checkfirst=True)
    noun.table.create(connection)
    last = connection.execute(select(func.max(blocks.c.number))).scalar_one()
    for first in range(0, -1 if last is None else last + 1, BLOCKS_A_BATCH):
        projections.write(connection, _history(connection, noun, first, first + BLOCKS_A_BATCH - 1), [noun])
    connection.execute(delete(digests).where(digests.c.name == noun.name))
    connection.execute(insert(digests).values(name=noun.name, digest=digest(connection, noun)))
    if last is not None:
        log.info("projection_rebuilt", noun=noun.name, blocks=last + 1)


def digest(connection: Connection, noun: Projection) -> bytes:
    """What made a projection: its columns, indexes and rules, 32 bytes."""
    indexes = sorted(noun.table.indexes, key=lambda index: str(index.name))
    ddl: list[Any] = [CreateTable(noun.table), *map(CreateIndex, indexes)]
    text = [str(statement.compile(dialect=connection.dialect)) for statement in ddl]
    text.append(inspect.getsource(sys.modules[noun.module]))
    return hashlib.sha256("\n".join(text).encode()).digest()


def _history(connection: Connection, noun: Projection, first: int, last: int) -> Batch:
    query = select(blocks).where(blocks.c.number.between(first, last)).order_by(blocks.c.number)
    batch = Batch(blocks=[tuple(row) for row in connection.execute(query)])
    for event in noun.events:
        table = EVENT_TABLES[event]
        name = table.name if connection.dialect.name == "sqlite" else table.fullname
        # Plain SQL, so that columns come as the indexer writes them.
        found = connection.exec_driver_sql(
            f"SELECT * FROM {name} WHERE block_number BETWEEN {first} AND {last} ORDER BY block_number, log_index"  # noqa: S608
        )
        batch.events[table.name] = [tuple(row) for row in found]
    return batch
