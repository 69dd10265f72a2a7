"""What a node told that does not prove itself, kept beside what the other nodes tell of the same block.

Whoever answers for a node can be shown its answer; no block is ever taken from these files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from indexer.node import Node
from kit.errors import NodeError

if TYPE_CHECKING:
    from indexer.config import IndexerConfig
    from indexer.errors import VerificationError

FORMAT = "gongji.evidence.v1"


def keep_evidence(config: IndexerConfig, liar: str, error: VerificationError) -> None:
    """Writes what all nodes tell of a block, once for each block and node.

    Args:
        config: The nodes, and the folder; without one nothing is kept.
        liar: Address of the node whose answer does not prove itself.
        error: What does not.
    """
    if config.evidence_dir is None:
        return
    name = Node.named(liar)
    path = config.evidence_dir / f"block-{error.block_number}-{name.replace(':', '-')}.json"
    if path.exists():
        return
    record = {
        "format": FORMAT, "chain_id": config.deployment.chain_id, "block_number": error.block_number,
        "node": name, "reason": str(error),
        "answers": [_answer(url, config.request_seconds, error.block_number) for url in config.rpc_urls],
    }  # fmt: skip
    config.evidence_dir.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2))
    part.replace(path)


def _answer(url: str, request_seconds: float, number: int) -> dict[str, Any]:
    """What a node tells of a block now; null where it does not answer."""
    node = Node([url], request_seconds)
    answer: dict[str, Any] = {"node": node.node, "block": None, "receipts": None}
    try:
        (answer["block"],) = node.ask([("eth_getBlockByNumber", [hex(number), True])])
        if answer["block"]:
            (answer["receipts"],) = node.ask([("eth_getBlockReceipts", [answer["block"]["hash"]])])
    except (NodeError, LookupError, TypeError) as error:
        answer["error"] = str(error)
    finally:
        node.close()
    return answer
