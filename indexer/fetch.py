"""Fetches a run of blocks and proves each: the part of catching up that may run in several processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.admissions import Admissions
from indexer.batch import Batch
from indexer.block import add_block
from indexer.decode import decoders
from indexer.errors import ForkError, VerificationError
from indexer.node import Node
from kit.errors import NodeAnswerError

if TYPE_CHECKING:
    from indexer.config import IndexerConfig

Json = Any


class Fetcher:
    """Fetches and proves blocks of one chain."""

    def __init__(self, config: IndexerConfig) -> None:
        self._node = Node(config.rpc_urls, config.request_seconds)
        self._decoders = decoders(config.deployment)
        self._admissions = Admissions(config.deployment)

    def fetch(self, first: int, last: int) -> Batch:
        """Proven blocks, linked to one another.

        Args:
            first: Number of the first block.
            last: Number of the last block, not below the first.

        Raises:
            NodeError: The node does not answer, or lacks one of the blocks.
            ForkError: A block does not follow the one before it.
            VerificationError: What it tells does not prove itself.
        """
        numbers = range(first, last + 1)
        blocks = self._node.ask([("eth_getBlockByNumber", [hex(n), True]) for n in numbers])
        hashes = [_hash(number, block) for number, block in zip(numbers, blocks, strict=True)]
        receipts = self._node.ask([("eth_getBlockReceipts", [h]) for h in hashes])
        batch = Batch()
        for number, block, block_receipts in zip(numbers, blocks, receipts, strict=True):
            if block_receipts is None:
                raise NodeAnswerError(f"block {number}: the node has no receipts of {block['hash']}")
            try:
                add_block(batch, number, block, block_receipts, self._decoders)
                self._admissions.check(batch, number)
            except VerificationError as error:
                error.answer = (block, block_receipts)
                raise
        _check_links(batch)
        return batch

    def close(self) -> None:
        """Closes the connection to the node."""
        self._node.close()


def _hash(number: int, block: Json) -> str:
    if not isinstance(block, dict) or not isinstance(block.get("hash"), str):
        raise NodeAnswerError(f"block {number}: expected a block, got {str(block)[:100]}")
    return str(block["hash"])


def _check_links(batch: Batch) -> None:
    for (_, parent, _, _), (number, _, parent_hash, _) in zip(batch.blocks, batch.blocks[1:], strict=False):
        if parent_hash != parent:
            raise ForkError("parent hash", number, parent, parent_hash)
