"""Proven batches in order: near the head one by one, far behind it fetched ahead by several processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from indexer.batch import Batch
from indexer.errors import IndexerError
from indexer.fetch import Fetcher
from kit.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.config import IndexerConfig

FAR_BLOCKS = 500  # Starting processes pays from here.
FIRST_BLOCKS, MOST_BLOCKS = 16, 256  # A request of more blocks is more than some nodes take.
FETCHED_ROWS = 2_000  # Some 2 MB of answers: little enough to hold several.
YIELDING = 15  # Who proves gives way to the one who writes, for whom all wait, and to pages.
AHEAD = 8  # Runs of blocks that are fetched while others are written.
WRITTEN_ROWS = 16_000  # Accounts lie all over an index, so many rows at once write few pages twice; but nobody proves beside the last.
LEAST_WRITTEN_ROWS = 6_000  # While no more are proven yet, writing these is better than waiting.
WRITTEN_SECONDS = (
    5.0  # From a slow node less is written at once, so that nobody waits long for what is proven.
)


class Pipeline:
    """Runs of proven blocks."""

    def __init__(self, config: IndexerConfig) -> None:
        self._config = config
        self._fetcher = Fetcher(config)

    def batches(self, first: int, last: int) -> Iterator[Batch]:
        """Proven batches from `first` to `last`, both inclusive; each block linked to the one before in its batch.

        Raises:
            NodeError: The node does not answer, or lacks one of the blocks.
            ForkError: A block does not follow the one before it.
            VerificationError: What the node tells does not prove itself.
        """
        far = self._config.workers > 0 and last - first >= FAR_BLOCKS
        return _joined(self._fetched_ahead(first, last) if far else self._fetched(first, last))

    def close(self) -> None:
        """Closes the connection to the node."""
        self._fetcher.close()

    def _fetched(self, first: int, last: int) -> Iterator[tuple[Batch, bool]]:
        """Batches, as `_fetched_ahead` gives them; here nobody proves while others are written, so none is waited for."""
        size = FIRST_BLOCKS
        while first <= last:
            batch = self._fetcher.fetch(first, min(first + size - 1, last))
            yield batch, batch.head.number < last
            first, size = batch.head.number + 1, _next_size(size, batch)

    def _fetched_ahead(self, first: int, last: int) -> Iterator[tuple[Batch, bool]]:
        """Batches, each with whether the next one is proven already."""
        waiting: deque[Future[bytes]] = deque()
        size = FIRST_BLOCKS
        executor = self._start_processes()
        try:
            while waiting or first <= last:
                while first <= last and len(waiting) < AHEAD:
                    end = min(first + size - 1, last)
                    waiting.append(executor.submit(_fetch, first, end))
                    first = end + 1
                batch: Batch = pickle.loads(waiting.popleft().result())  # noqa: S301 - our own process wrote it
                yield batch, bool(waiting) and waiting[0].done()
                size = _next_size(size, batch)
        finally:
            executor.shutdown(cancel_futures=True)

    def _start_processes(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._config.workers, context, _start, (self._config,))


def _joined(fetched: Iterator[tuple[Batch, bool]]) -> Iterator[Batch]:
    """Batches large enough to be worth a transaction, from such with whether the next one is proven already."""
    proven, begun_at = Batch(), time.monotonic()
    try:
        for batch, more_waits in fetched:
            proven.extend(batch)
            enough = WRITTEN_ROWS if more_waits else LEAST_WRITTEN_ROWS
            if _rows(proven) >= enough or time.monotonic() - begun_at >= WRITTEN_SECONDS:
                yield proven
                proven, begun_at = Batch(), time.monotonic()
    except (IndexerError, NodeError):
        # What is proven stays, whatever is wrong after it.
        if proven.blocks:
            yield proven
        raise
    if proven.blocks:
        yield proven


def _next_size(size: int, batch: Batch) -> int:
    by_rows = FETCHED_ROWS * len(batch.blocks) // max(_rows(batch), 1)
    return max(1, min(MOST_BLOCKS, 2 * size, by_rows))


def _rows(batch: Batch) -> int:
    return batch.logs + len(batch.transactions)


_fetcher: Fetcher


def _start(config: IndexerConfig) -> None:
    global _fetcher  # noqa: PLW0603 - a worker process has one fetcher, made when it starts
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(YIELDING)
    gc.disable()  # Answers and rows hold no cycles, and looking for some takes a tenth of the time.
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _fetcher = Fetcher(config)


def _fetch(first: int, last: int) -> bytes:
    # As bytes: else a thread of the writing process would unpickle them, and take the lock from it at each row.
    return pickle.dumps(_fetcher.fetch(first, last), pickle.HIGHEST_PROTOCOL)


def _die_with_parent() -> None:
    # A parent killed by kill -9 tells nobody; its workers would wait for work for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
