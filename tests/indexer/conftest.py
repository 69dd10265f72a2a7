"""What the tests of the indexer share: both databases, a town that gives, and the content of a mirror."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from indexer.config import IndexerConfig
from indexer.schema import MIRROR
from indexer.sync import Syncer
from indexer.tables import mirror, projections, status
from kit.database import open_engine
from tests.contracts.neighbourhood import found_on_chain
from tests.indexer.forking import ForkingTown
from tests.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Column, Table

    from contracts.deployment import Deployment
    from tests.conftest import Town

__all__ = ["postgres_server", "postgres_url"]

Content = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mirror.db'}"
    return str(request.getfixturevalue("postgres_url"))


def configured(town: Town, database_url: str) -> Callable[..., IndexerConfig]:
    """Makes configurations for a town's chain and a database."""
    fields = {"rpc_url": town.url, "database_url": database_url, "deployment": town.deployment, "workers": 0}

    def make(**changes: Any) -> IndexerConfig:
        return IndexerConfig(**fields | changes)

    return make


@pytest.fixture
def configure(town: Town, database_url: str) -> Callable[..., IndexerConfig]:
    """Makes a configuration for the town's chain."""
    return configured(town, database_url)


@pytest.fixture
async def founded(town: Town) -> ForkingTown:
    """The neighbourhood on a chain that can be forked."""
    await found_on_chain(town)
    return ForkingTown(town)


async def mirrored(config: IndexerConfig) -> int:
    """Mirrors up to the head; the height."""
    syncer = await Syncer.open(config)
    try:
        return await syncer.catch_up()
    finally:
        await syncer.close()


def content(database_url: str) -> Content:
    """All rows of a mirror, without those about itself and the numbers that the database gives to rows."""
    engine = open_engine(database_url, MIRROR)
    with engine.connect() as connection:
        rows = {
            table.name: sorted(map(tuple, connection.execute(select(*chain_columns(table)))), key=repr)
            for table in mirror.sorted_tables
            if table not in (status, projections)
        }
    engine.dispose()
    return rows


def chain_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.autoincrement is not True]


async def fresh_content(deployment: Deployment, rpc_url: str, folder: Path, **changes: Any) -> Content:
    """What a mirror of the chain holds that was never anywhere else."""
    with TemporaryDirectory(dir=folder) as fresh:
        url = f"sqlite:///{fresh}/fresh.db"
        fields = {"rpc_url": rpc_url, "database_url": url, "deployment": deployment, "workers": 0}
        await mirrored(IndexerConfig(**fields | changes))
        return content(url)
