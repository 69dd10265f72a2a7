"""What a node told that does not prove itself, kept beside what the other nodes tell of the same block.

Whoever answers for a node can be shown its answer; no block is ever taken from these files. A node that lies may tell more
than there is room for, so there is a limit to each file and to all of them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from indexer.node import Node
from kit.errors import NodeError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.config import IndexerConfig
    from indexer.errors import BlockAnswer, VerificationError

log = structlog.get_logger(__name__)

FORMAT = "gongji.evidence.v1"
MOST_FILES = 100
MOST_ANSWER_BYTES = 4 * 1024 * 1024


def keep_evidence(config: IndexerConfig, liar: str, error: VerificationError) -> None:
    """Writes what all nodes tell of a block, once for each block and node. It never stops who follows the chain.

    Args:
        config: The nodes, and the folder; without one nothing is kept.
        liar: Address of the node whose answer does not prove itself.
        error: What does not.
    """
    if config.evidence_dir is None:
        return
    try:
        _keep(config, config.evidence_dir, liar, error)
    except Exception as fault:  # noqa: BLE001 a full disk, or an answer that cannot be written, is no reason to stand still
        log.warning("evidence_lost", block=error.block_number, error=type(fault).__name__)


def _keep(config: IndexerConfig, folder: Path, liar: str, error: VerificationError) -> None:
    name = Node.named(liar)
    path = folder / f"block-{error.block_number}-{name.replace(':', '-')}.json"
    if path.exists() or (folder.exists() and sum(1 for _ in folder.iterdir()) >= MOST_FILES):
        return
    answers = [
        _answer(name, error.answer) if url == liar and error.answer else _answer_now(url, config, error)
        for url in config.rpc_urls
    ]
    record = {
        "format": FORMAT, "chain_id": config.deployment.chain_id, "block_number": error.block_number, "node": name,
        "reason": str(error), "answers": answers,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(orjson.dumps(record))
    part.replace(path)


def _answer_now(url: str, config: IndexerConfig, error: VerificationError) -> dict[str, Any]:
    """What a node tells of a block if it is asked now; only the reason where it does not answer."""
    node = Node([url], config.request_seconds)
    try:
        (block,) = node.ask([("eth_getBlockByNumber", [hex(error.block_number), True])])
        hashed = isinstance(block, dict) and isinstance(block.get("hash"), str)
        (receipts,) = node.ask([("eth_getBlockReceipts", [block["hash"]])]) if hashed else (None,)
    except NodeError as fault:
        return {"node": node.node, "block": None, "receipts": None, "error": str(fault)}
    finally:
        node.close()
    return _answer(node.node, (block, receipts))


def _answer(node: str, answer: BlockAnswer) -> dict[str, Any]:
    """What a node answered; of more than there is room for, its length and hash."""
    text = orjson.dumps(answer)
    if len(text) > MOST_ANSWER_BYTES:
        return {"node": node, "bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    return {"node": node, "block": answer[0], "receipts": answer[1]}
