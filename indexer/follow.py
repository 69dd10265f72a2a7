"""Follows one node: appends proven blocks, and takes back those that the node does not follow any more. Blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from indexer import metrics
from indexer.errors import ForkError, VerificationError
from indexer.progress import Progress
from indexer.proof.rlp import hex_bytes
from indexer.reorg import last_common

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.batch import Batch, Head
    from indexer.node import Node
    from indexer.pipeline import Pipeline
    from indexer.writer import Writer

log = structlog.get_logger(__name__)


class Follower:
    """Keeps a mirror where a node is."""

    def __init__(self, node: Node, pipeline: Pipeline, writer: Writer, genesis_hash: str) -> None:
        """Starts where the mirror ends.

        Args:
            node: The node.
            pipeline: Gives the node's blocks, proven.
            writer: Writes the mirror.
            genesis_hash: Hash that block 0 must have, 0x and 64 hex digits.
        """
        self._node, self._pipeline, self._writer = node, pipeline, writer
        self._genesis_hash = hex_bytes(genesis_hash)
        self._cursor = writer.cursor()

    def follow(self, head: Head, ending: Callable[[], bool]) -> int:
        """Brings the mirror to the node's head.

        Args:
            head: The node's last block.
            ending: Tells whether to stop early.

        Returns:
            Number of the last mirrored block; -1 if there is none.

        Raises:
            NodeError: The node does not answer.
            VerificationError: What it tells does not prove itself.
        """
        self._take_back(head)
        forked_at = None
        while self._next <= head.number and not ending():
            try:
                self._append(head, ending)
            except ForkError as fork:
                if not self._take_back(self._node.head()) and forked_at == fork.block_number:
                    raise
                forked_at = fork.block_number
        return self._next - 1

    @property
    def _next(self) -> int:
        return self._cursor.number + 1 if self._cursor else 0

    def _append(self, head: Head, ending: Callable[[], bool]) -> None:
        progress = Progress(head.number)
        for batch in self._pipeline.batches(self._next, head.number):
            self._check_genesis(batch)
            self._writer.write(batch, self._cursor)
            self._cursor = batch.head
            progress.wrote(batch)
            if ending():
                return

    def _check_genesis(self, batch: Batch) -> None:
        if batch.first == 0 and batch.blocks[0][1] != self._genesis_hash:
            raise VerificationError("genesis hash", 0, self._genesis_hash, batch.blocks[0][1])

    def _take_back(self, head: Head) -> bool:
        """Takes back what the node does not follow; whether there was anything."""
        if self._cursor is None:
            return False
        common = last_common(self._node, self._writer, min(head.number, self._cursor.number))
        if common.number == min(head.number, self._cursor.number):
            return False  # The same chain; the node may be ahead, or behind for a while.
        blocks = self._cursor.number - common.number
        log.warning("reorg", last_common=common.number, blocks_taken_back=blocks)
        self._writer.rewind(common)
        metrics.TAKEN_BACK.inc(blocks)
        self._cursor = common
        return True
