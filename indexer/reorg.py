"""Finds where the mirror and the node part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.batch import Head
from indexer.errors import ReorgBelowFinalError
from kit.errors import NodeAnswerError

if TYPE_CHECKING:
    from indexer.node import Node
    from indexer.writer import Writer


def last_common(node: Node, writer: Writer, top: int) -> Head:
    """The last block that mirror and node share.

    Args:
        node: Follows the same chain at least at the genesis.
        writer: Of a mirror that is not empty.
        top: Highest block that both have.

    Raises:
        NodeError: The node lost blocks while it was asked.
        ReorgBelowFinalError: They part below a final block.
    """
    shared = _shared(node, writer, top)
    if shared:
        return shared
    low, high = writer.final_number(), top - 1
    common = _shared(node, writer, low) if low <= high else None
    if common is None:
        mine, theirs = _hashes(node, writer, min(low, top))
        raise ReorgBelowFinalError("hash of a final block", min(low, top), mine, theirs)
    while common.number < high:
        middle = (common.number + high + 1) // 2
        found = _shared(node, writer, middle)
        common, high = (found, high) if found else (common, middle - 1)
    return common


def _shared(node: Node, writer: Writer, number: int) -> Head | None:
    mine, theirs = _hashes(node, writer, number)
    return Head(number=number, hash=mine) if mine == theirs else None


def _hashes(node: Node, writer: Writer, number: int) -> tuple[bytes, bytes]:
    mine, theirs = writer.block_hash(number), node.block_hash(number)
    if mine is None or theirs is None:
        raise NodeAnswerError(f"block {number} went away while mirror and node were compared")
    return mine, theirs
