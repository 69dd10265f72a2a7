"""The indexer as a process: follows the node for ever, waits out what passes, and stays red while the node lies."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from indexer import metrics, schema
from indexer.errors import MirrorUnreadableError, VerificationError
from indexer.health import MirrorStatus, read_status
from indexer.node import Node
from indexer.origin import check_node
from indexer.schema import MIRROR, take_lease
from indexer.sync import Syncer
from kit.database import open_engine
from kit.errors import NodeError
from kit.migrations import drop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Engine

    from indexer.config import IndexerConfig

log = structlog.get_logger(__name__)

# The node or the database is away, or the node lies; each may end, and until then the mirror stays as it is.
PASSING = (NodeError, OperationalError, VerificationError)
LONGEST_WAIT_SECONDS = 10.0


async def run(config: IndexerConfig) -> None:
    """Keeps the mirror at the node's head until cancelled.

    Raises:
        MirrorBusyError: Another indexer writes to this mirror.
    """
    failures = 0
    while True:
        try:
            async with _opened(config) as syncer:
                while True:
                    await syncer.catch_up()
                    failures = 0
                    await asyncio.sleep(config.poll_seconds)
        except PASSING as error:
            failures += 1
            seconds = min(LONGEST_WAIT_SECONDS, config.poll_seconds * 2**failures)
            metrics.FAILURES.labels(type(error).__name__).inc()
            tell = log.error if isinstance(error, VerificationError) else log.warning
            tell("mirror_waits", error=type(error).__name__, reason=str(error), seconds=seconds)
            await asyncio.sleep(seconds)


async def rebuild(config: IndexerConfig) -> int:
    """Drops the mirror and mirrors the chain anew. Readers see an empty mirror that grows.

    Returns:
        Number of the last mirrored block.

    Raises:
        MirrorBusyError: An indexer runs; end it first.
        NodeError: The node does not answer; the mirror stays as it is if it did not from the beginning.
        VerificationError: What the node tells does not prove itself, or is of another chain; as before.
    """
    await asyncio.to_thread(_drop, config)
    async with _opened(config) as syncer:
        return await syncer.catch_up()


async def rebuild_projection(config: IndexerConfig, name: str) -> None:
    """Makes one projection anew from the history in the mirror, all or nothing. The chain is not asked.

    Args:
        config: Where the mirror is.
        name: Name of the projection, which is that of its table.

    Raises:
        MirrorBusyError: An indexer runs; end it first.
        ProjectionUnknownError: There is none of this name.
    """
    await asyncio.to_thread(_rebuild_projection, config, name)


async def status(config: IndexerConfig) -> MirrorStatus:
    """How the mirror stands. Asks the database, not the node.

    Raises:
        MirrorUnreadableError: There is no mirror yet, or its database is away.
    """
    return await asyncio.to_thread(_status, config)


@asynccontextmanager
async def _opened(config: IndexerConfig) -> AsyncIterator[Syncer]:
    syncer = await Syncer.open(config)
    try:
        yield syncer
    finally:
        await syncer.close()


def _status(config: IndexerConfig) -> MirrorStatus:
    engine = open_engine(config.database_url, MIRROR, read_only=True)
    try:
        with engine.connect() as connection:
            return read_status(connection)
    except DBAPIError as error:
        raise MirrorUnreadableError(
            f"expected a mirror at {make_url(config.database_url)!r}, got: {error.orig}"
        ) from None
    finally:
        engine.dispose()


def _rebuild_projection(config: IndexerConfig, name: str) -> None:
    with _leased(config) as engine:
        schema.upgrade(config.database_url)
        schema.rebuild(engine, name)


def _drop(config: IndexerConfig) -> None:
    node = Node(config.rpc_urls, config.request_seconds)
    try:
        with _leased(config):
            # What is dropped must be there to be had again.
            check_node(node, config.deployment)
            drop(config.database_url, MIRROR)
    finally:
        node.close()


@contextmanager
def _leased(config: IndexerConfig) -> Iterator[Engine]:
    engine = open_engine(config.database_url, MIRROR)
    try:
        lease = take_lease(engine)
        try:
            yield engine
        finally:
            lease.release()
    finally:
        engine.dispose()
