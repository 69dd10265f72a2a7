"""An indexer in a process of its own, which works in small batches: a kill finds it in the middle."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from indexer import pipeline
from indexer.run import run

if TYPE_CHECKING:
    from indexer.config import IndexerConfig


def work(config: IndexerConfig) -> None:
    """Mirrors until it is stopped."""
    pipeline.MOST_BLOCKS = pipeline.FIRST_BLOCKS = 4
    asyncio.run(run(config))
