"""What the indexer asks a node besides blocks to prove: where its chain ends, and which block has a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.batch import Head
from indexer.proof.rlp import hex_bytes
from kit.rpc import codec
from kit.rpc.client import RpcClient

if TYPE_CHECKING:
    from kit.rpc.codec import Json


class Node(RpcClient):
    """A connection to a node. Not for two threads at once."""

    @staticmethod
    def named(url: str) -> str:
        """Host and port of a node, without the password that its address may hold."""
        return codec.Node.of(url).name

    def head(self) -> Head:
        """The node's last block.

        Raises:
            NodeError: It does not answer, or not with a block.
        """
        return self.read(_head, "eth_getBlockByNumber", "latest", False)

    def block_hash(self, number: int) -> bytes | None:
        """Hash of the node's block of this number, 32 bytes; None if it has none.

        Raises:
            NodeError: It does not answer, or not with a block.
        """
        return self.read(_hash, "eth_getBlockByNumber", hex(number), False)


def _head(block: Json) -> Head:
    return Head(number=codec.quantity(block["number"]), hash=hex_bytes(block["hash"]))


def _hash(block: Json) -> bytes | None:
    return None if block is None else hex_bytes(block["hash"])
