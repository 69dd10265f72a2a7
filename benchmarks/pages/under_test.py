"""All that the benchmark calls of the code under test; the same for the code of the checkout and the code before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji import configs
from indexer import schema
from indexer.store import open_engine
from indexer.writer import Writer
from ledger_api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

    from gongji.settings import Settings
    from indexer.batch import Batch

EPOCH_BLOCKS = 30_000


def write(database_url: str, batches: Iterable[Batch]) -> None:
    """Writes a mirror, states included, as the indexer does."""
    engine, head = open_engine(database_url), None
    schema.upgrade(engine)
    writer = Writer(engine, finality_blocks=0, epoch_blocks=EPOCH_BLOCKS)
    for batch in batches:
        writer.write(batch, head)
        head = batch.head
    engine.dispose()


def portal(settings: Settings) -> FastAPI:
    """The application of a town, whole but for the routes of devices."""
    return create_app(configs.api_config(settings))
