"""Opens the schema `app`, SQLite or PostgreSQL, and keeps it up to date.

Writers take turns: `writing` holds the database's only write lock, so that two processes can number their changes
without a gap that a reader might skip.
"""

from __future__ import annotations

import fcntl
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from ledger_api.tables import SCHEMA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

MIGRATIONS = Path(__file__).with_name("migrations")
WRITE_LOCK = 0x676F6E67  # "gong": the key of the advisory lock on PostgreSQL
SQLITE_WAIT_MS = 30_000


def open_app(database_url: str) -> AsyncEngine:
    """An asynchronous engine for the schema `app`.

    Args:
        database_url: `sqlite:////path/app.db` or `postgresql+psycopg://…`.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(url, execution_options=_options(url))
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _configure_sqlite)
    return engine


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that may write; commits at the end. Only one is open at a time, in all processes."""
    sqlite = engine.dialect.name == "sqlite"
    async with engine.connect() as connection:
        lock = "BEGIN IMMEDIATE" if sqlite else f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"
        await connection.exec_driver_sql(lock)
        yield connection
        await connection.commit()


def upgrade(database_url: str) -> None:
    """Brings the schema up to date. Safe to call from several processes at once.

    Args:
        database_url: As for `open_app`.
    """
    url = make_url(database_url)
    engine = create_engine(url, execution_options=_options(url))
    with _one_at_a_time(url), engine.begin() as connection:
        if url.get_backend_name() != "sqlite":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def _options(url: URL) -> dict[str, Any]:
    # On SQLite each schema is a file of its own.
    return {"schema_translate_map": {SCHEMA: None}} if url.get_backend_name() == "sqlite" else {}


@contextmanager
def _one_at_a_time(url: URL) -> Iterator[None]:
    if url.get_backend_name() != "sqlite" or url.database is None:
        yield
        return
    with Path(url.database + ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _configure_sqlite(connection: Any, _: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
