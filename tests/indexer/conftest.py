"""What the tests of the indexer share: both databases, a town that gives, and the content of a mirror."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from indexer.config import IndexerConfig
from indexer.schema import MIRROR, upgrade
from indexer.sync import Syncer
from indexer.tables import mirror, projections, status
from kit.database import open_engine
from tests.conftest import open_town
from tests.contracts import neighbourhood
from tests.copies import lay_out
from tests.indexer.forking import ForkingTown
from tests.postgres import create_database, drop_database, postgres_server, postgres_url, url_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from sqlalchemy import Column, Table

    from contracts.deployment import Deployment
    from tests.conftest import Town

__all__ = ["postgres_server", "postgres_url"]

Content = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def migrated_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the tables of a mirror and no rows."""
    if kind == "sqlite":
        return await migrated_in(tmp_path)
    return str(request.getfixturevalue("migrated_postgres_url"))


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """Name of a migrated database, to be copied."""
    name = create_database(postgres_server)
    upgrade(url_of(postgres_server, name))
    return name


@pytest.fixture
def migrated_postgres_url(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """A copy of it; dropped afterwards."""
    name = create_database(postgres_server, like=migrated_postgres)
    yield url_of(postgres_server, name)
    drop_database(postgres_server, name)


async def migrated_in(folder: Path) -> str:
    """URL of an empty mirror in a folder, with its tables."""
    await lay_out(folder, migrated)
    return f"sqlite:///{folder / 'mirror.db'}"


async def migrated(folder: Path) -> None:
    """Makes an empty mirror."""
    upgrade(f"sqlite:///{folder / 'mirror.db'}")


def configured(town: Town, database_url: str) -> Callable[..., IndexerConfig]:
    """Makes configurations for a town's chain and a database."""
    fields = {
        "rpc_urls": (town.url,),
        "database_url": database_url,
        "deployment": town.deployment,
        "workers": 0,
    }

    def make(**changes: Any) -> IndexerConfig:
        return IndexerConfig(**fields | changes)

    return make


@pytest.fixture
def configure(founded: ForkingTown, migrated_url: str) -> Callable[..., IndexerConfig]:
    """Makes a configuration for the town's chain."""
    return configured(founded.town, migrated_url)


@pytest.fixture
async def founded(tmp_path: Path) -> AsyncIterator[ForkingTown]:
    """The neighbourhood on a chain that can be forked."""
    async with open_town(tmp_path, neighbourhood.founded) as town:
        yield ForkingTown(town)


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
        url = await migrated_in(Path(fresh))
        fields = {"rpc_urls": (rpc_url,), "database_url": url, "deployment": deployment, "workers": 0}
        await mirrored(IndexerConfig(**fields | changes))
        return content(url)
