"""Configuration of one indexer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.deployment import Deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexerConfig:
    """What one indexer mirrors, and where to.

    Attributes:
        rpc_url: JSON-RPC address of the node, http or https.
        database_url: SQLAlchemy URL of the mirror: `sqlite:////path/mirror.db` or `postgresql+psycopg://…`.
        deployment: Chain, genesis and contracts that the node must have.
        finality_blocks: Blocks after which a block is final; 0 where a sealed block is final at once.
        poll_seconds: Pause between two looks at the node's head when there is nothing new, seconds, over zero.
        request_seconds: How long one request to the node may take, seconds, over zero.
        epoch_blocks: QBFT epoch length of the network, blocks, over zero; of no account where blocks carry no seals.
        workers: Processes that fetch and verify while the mirror is far behind; 0 keeps to one process.
    """

    rpc_url: str
    database_url: str
    deployment: Deployment
    finality_blocks: int = 0
    poll_seconds: float = 0.1
    request_seconds: float = 30.0
    epoch_blocks: int = 30_000
    workers: int = 2
