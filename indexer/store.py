"""Opens the mirror's database: one writer, any number of readers, SQLite or PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from indexer.tables import SCHEMA

SQLITE_WAIT_MS = 10_000
READ_ONLY_SESSION = {"options": "-c default_transaction_read_only=on"}
WRITER_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT_MS}",
    # Rows of accounts land all over the file: keep 48 MB of it at hand, and copy the log back every 128 MB.
    "cache_size=-49152", "wal_autocheckpoint=32768",
)  # fmt: skip


def open_engine(database_url: str) -> Engine:
    """An engine that may write; for the indexer alone.

    Args:
        database_url: `sqlite:////path/mirror.db` or `postgresql+psycopg://…`.
    """
    url = make_url(database_url)
    engine = create_engine(url, execution_options=_options(url))
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _configure_writer)
    return engine


def open_blocking_reader(database_url: str) -> Engine:
    """A blocking engine that cannot write.

    Args:
        database_url: As for `open_engine`. On SQLite the file must exist: the indexer creates it.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(_read_only_file(url), execution_options=_options(url))
        event.listen(engine, "connect", _configure_reader)
        return engine
    return create_engine(url, execution_options=_options(url), connect_args=READ_ONLY_SESSION)


def open_reader(database_url: str) -> AsyncEngine:
    """An asynchronous engine that cannot write.

    Args:
        database_url: As for `open_engine`. On SQLite the file must exist: the indexer creates it.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        file = _read_only_file(url).set(drivername="sqlite+aiosqlite")
        engine = create_async_engine(file, execution_options=_options(url))
        event.listen(engine.sync_engine, "connect", _configure_reader)
        return engine
    return create_async_engine(url, execution_options=_options(url), connect_args=READ_ONLY_SESSION)


def _read_only_file(url: URL) -> URL:
    return url.set(database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})


def _options(url: URL) -> dict[str, Any]:
    # On SQLite each schema is a file of its own.
    return {"schema_translate_map": {SCHEMA: None}} if url.get_backend_name() == "sqlite" else {}


def _configure_writer(connection: Any, _: Any) -> None:
    for pragma in WRITER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _configure_reader(connection: Any, _: Any) -> None:
    for pragma in ("query_only=ON", f"busy_timeout={SQLITE_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()
