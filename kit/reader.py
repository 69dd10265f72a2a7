"""Reads a schema from an event loop.

A reader of a WAL database never waits for its writer, and SQLite answers a bounded question from its page cache in some
microseconds, less than handing it to a thread would take, so it is asked where it stands. PostgreSQL is awaited.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.engine import make_url

from kit.database import open_async_engine, open_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection, Engine, Executable, Result

    from kit.database import Schema


class ReaderConnection(Protocol):
    """One snapshot."""

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, /
    ) -> Result[*tuple[Any, ...]]:
        """The rows of a query."""

    async def scalar(self, statement: Executable, parameters: Mapping[str, Any] | None = None, /) -> Any:
        """The first column of the first row; None if there is none."""


class Reader(Protocol):
    """Connects when it is first asked, and refuses all writing."""

    def connect(self) -> AbstractAsyncContextManager[ReaderConnection]:
        """A snapshot, until it is left."""

    async def dispose(self) -> None:
        """Closes all connections."""


def open_reader(database_url: str, schema: Schema) -> Reader:
    """A reader; the file of a SQLite database must exist.

    Args:
        database_url: As for `open_engine`.
        schema: The tables that are in it.
    """
    if make_url(database_url).get_backend_name() == "sqlite":
        return SqliteReader(open_engine(database_url, schema, read_only=True))
    return open_async_engine(database_url, schema, read_only=True)


class SqliteReader:
    """Asks SQLite without a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[ReaderConnection]:
        """A snapshot, until it is left."""
        with self._engine.connect() as connection:
            yield _SqliteConnection(connection)

    async def dispose(self) -> None:
        """Closes all connections."""
        self._engine.dispose()


class _SqliteConnection:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, /
    ) -> Result[*tuple[Any, ...]]:
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Mapping[str, Any] | None = None, /) -> Any:
        return self._connection.scalar(statement, parameters)
