"""The mirror's one writer: opens it, keeps it at the node's head, and says in `status` how it stands."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import structlog

from indexer import metrics
from indexer.errors import VerificationError
from indexer.health import StatusBoard
from indexer.origin import check_mirror
from indexer.schema import MIRROR, take_lease, upgrade
from indexer.sources import Sources
from indexer.writer import Writer
from kit.clock import system_clock
from kit.database import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from indexer.batch import Head
    from indexer.config import IndexerConfig
    from kit.clock import Clock
    from kit.lease import Lease

log = structlog.get_logger(__name__)


class Syncer:
    """Mirrors one chain into one database. `open` it, `catch_up` as often as wanted, `close` it."""

    @classmethod
    async def open(cls, config: IndexerConfig, clock: Clock = system_clock) -> Self:
        """Opens the mirror for writing, creates or migrates its tables, and checks that it is of this chain.

        Args:
            config: What to mirror and where to.
            clock: Seconds since 1970, for `status`.

        Raises:
            MirrorBusyError: Another indexer writes to it.
            VerificationError: It is not.
        """
        engine = open_engine(config.database_url, MIRROR)
        try:
            lease = await asyncio.to_thread(take_lease, engine)
        except BaseException:
            engine.dispose()
            raise
        syncer = cls(config, engine, lease, clock)
        try:
            await asyncio.to_thread(syncer._start)
        except BaseException:
            await syncer.close()
            raise
        return syncer

    def __init__(self, config: IndexerConfig, engine: Engine, lease: Lease, clock: Clock) -> None:
        self._config, self._engine, self._lease, self._clock = config, engine, lease, clock
        self._working, self._closing = threading.Lock(), threading.Event()
        self._writer = Writer(
            engine, finality_blocks=config.finality_blocks, epoch_blocks=config.epoch_blocks
        )
        self._sources = Sources(config, self._writer)

    async def catch_up(self) -> int:
        """Mirrors up to the head of a node. Costs two small requests when there is nothing new.

        Cancelled, it ends after the present batch; the next call goes on from there.

        Returns:
            Number of the last mirrored block. It is above the node's head while the node is behind.

        Raises:
            NodeError: No node answers. What was mirrored before stays.
            VerificationError: No node's answers prove themselves, or are of this chain; `status` says so until they are.
        """
        cancelled = threading.Event()
        try:
            return await asyncio.to_thread(self._catch_up, cancelled)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def close(self) -> None:
        """Ends what it does after the present batch, lets others write, and closes all connections."""
        self._closing.set()
        await asyncio.to_thread(self._stop)

    def _start(self) -> None:
        upgrade(self._config.database_url)
        self._board = StatusBoard(self._engine)
        with self._halting():
            check_mirror(self._writer.block_hash(0), self._config.deployment)
        if blocks := self._writer.take_record(self._config.deployment):
            log.warning("other_versions_of_contracts", blocks_taken_back=blocks)

    def _catch_up(self, cancelled: threading.Event) -> int:
        with self._working, self._halting():
            self._lease.check()
            number = self._sources.follow(self._show, lambda: cancelled.is_set() or self._closing.is_set())
            self._board.clear()
            metrics.HALTED.set(0)
            return number

    def _show(self, head: Head) -> None:
        metrics.HEAD.set(head.number)
        self._board.show(head_number=head.number, now=self._clock())

    def _stop(self) -> None:
        with self._working:
            self._sources.close()
            self._lease.release()
            self._engine.dispose()

    @contextmanager
    def _halting(self) -> Iterator[None]:
        try:
            yield
        except VerificationError as error:
            metrics.HALTED.set(1)
            self._board.halt(str(error), now=self._clock())
            raise
