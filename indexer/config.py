"""Configuration of one indexer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.deployment import Deployment


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class IndexerSettings:
    """The indexer, which mirrors the chain."""

    finality_blocks: Annotated[
        int,
        Field(
            ge=0, description="Blocks after which a block is final; 0 where a sealed block is final at once."
        ),
    ] = 0
    poll_seconds: Annotated[
        float,
        Field(
            gt=0,
            allow_inf_nan=False,
            description="Pause between two looks at the node's head when nothing is new.",
        ),
    ] = 0.1
    request_seconds: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="How long one request to the node may take.")
    ] = 30.0
    epoch_blocks: Annotated[
        int,
        Field(
            gt=0,
            description="QBFT epoch length of the network, in blocks; of no account where blocks carry no seals.",
        ),
    ] = 30_000
    workers: Annotated[
        int,
        Field(
            ge=0,
            description="Processes that fetch and verify while the mirror is far behind; 0 keeps to one process.",
        ),
    ] = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexerConfig(IndexerSettings):
    """What one indexer mirrors, and where to.

    Attributes:
        rpc_urls: JSON-RPC addresses of nodes, at least one; the next is followed when one fails.
        database_url: SQLAlchemy URL of the mirror: `sqlite:////path/mirror.db` or `postgresql+psycopg://…`.
        deployment: Chain, genesis and contracts that the nodes must have.
        evidence_dir: Folder for answers that did not prove themselves; None keeps none.
    """

    rpc_urls: tuple[str, ...]
    database_url: str
    deployment: Deployment
    evidence_dir: Path | None = None
