"""Makes sure that node, mirror and deployment record speak of the same chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import NodeError, VerificationError
from indexer.proof.rlp import hex_bytes, keccak

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from indexer.node import Node


def check_node(node: Node, deployment: Deployment) -> None:
    """Checks chain id, genesis and the code of every contract.

    Raises:
        NodeError: The node does not answer.
        VerificationError: It follows another chain, or a contract is not what was deployed.
    """
    chain_id, genesis = node.ask([("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False])])
    if int(chain_id, 16) != deployment.chain_id:
        raise VerificationError("chain id of the node", 0, deployment.chain_id, int(chain_id, 16))
    if genesis is None:
        raise NodeError("the node has no genesis block")
    if genesis["hash"] != deployment.genesis_hash:
        raise VerificationError("genesis hash of the node", 0, deployment.genesis_hash, genesis["hash"])
    codes = node.ask([("eth_getCode", [c.address, "latest"]) for c in deployment.contracts.values()])
    for (name, contract), code in zip(deployment.contracts.items(), codes, strict=True):
        code_hash = f"0x{keccak(hex_bytes(code)).hex()}"
        if code_hash != contract.code_hash:
            raise VerificationError(f"code of {name}", contract.block, contract.code_hash, code_hash)


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
