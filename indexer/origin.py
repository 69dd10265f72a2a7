"""Makes sure that node, mirror and deployment record speak of the same chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import VerificationError
from indexer.proof.rlp import hex_bytes, keccak
from kit.rpc.codec import quantity

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from indexer.node import Node
    from kit.rpc.codec import Json


def check_node(node: Node, deployment: Deployment) -> None:
    """Checks chain id, genesis and the code of every contract.

    Raises:
        NodeError: The node does not answer, or not with what it was asked for.
        VerificationError: It follows another chain, or a contract is not what was deployed.
    """
    chain_id = node.read(quantity, "eth_chainId")
    if chain_id != deployment.chain_id:
        raise VerificationError("chain id of the node", 0, deployment.chain_id, chain_id)
    genesis = node.read(lambda block: str(block["hash"]), "eth_getBlockByNumber", "0x0", False)
    if genesis != deployment.genesis_hash:
        raise VerificationError("genesis hash of the node", 0, deployment.genesis_hash, genesis)
    for name, contract in deployment.contracts.items():
        code_hash = node.read(_code_hash, "eth_getCode", contract.address, "latest")
        if code_hash != contract.code_hash:
            raise VerificationError(f"code of {name}", contract.block, contract.code_hash, code_hash)


def _code_hash(code: Json) -> str:
    return f"0x{keccak(hex_bytes(code)).hex()}"


def check_mirror(genesis_hash: bytes | None, deployment: Deployment) -> None:
    """Checks that a mirror is one of this chain.

    Args:
        genesis_hash: Hash of the mirror's block 0, 32 bytes; None if it is empty.
        deployment: The record.

    Raises:
        VerificationError: It is of another chain and must be rebuilt.
    """
    expected = hex_bytes(deployment.genesis_hash)
    if genesis_hash not in (None, expected):
        raise VerificationError("genesis hash of the mirror", 0, expected, genesis_hash)
