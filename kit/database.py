"""Opens SQLite and PostgreSQL in one way.

What is committed survives a power cut. A transaction sees one state: SQLAlchemy begins it, not the driver, which would
begin only before a row changes. Writers that must take turns use `writing`. After a restart of the server the first
question is answered, because a kept connection is tried before it is used.
"""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from sqlite3 import SQLITE_BUSY, OperationalError
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from kit.lock import advisory_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine, MetaData
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

BUSY_SECONDS = 30
STATEMENTS = (
    512  # Those of a batch of the mirror, which come again in the next one, and need not be read anew.
)
BUSY_AGAIN_SECONDS = 0.01
WRITER_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON")
READER_PRAGMAS = ("query_only=ON",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schema:
    """Tables of one package: a schema on PostgreSQL, a file of its own on SQLite.

    Attributes:
        metadata: The tables as the code uses them, with the name of the schema.
        versions: Folder of the migrations that lead there.
        version_table: Table in which Alembic notes the last of them.
        writer_pragmas: More pragmas for who writes on SQLite, such as "cache_size=-49152".
        settings: Settings of each session on PostgreSQL, such as "plan_cache_mode=force_custom_plan".
    """

    metadata: MetaData
    versions: Path
    version_table: str = "alembic_version"
    writer_pragmas: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name on PostgreSQL."""
        return str(self.metadata.schema)


def open_engine(database_url: str, schema: Schema, *, read_only: bool = False) -> Engine:
    """A blocking engine; it connects when it is first used.

    Args:
        database_url: `sqlite:////path/name.db` or `postgresql+psycopg://…`.
        schema: The tables that are in it.
        read_only: Refuse all writing. On SQLite the file must exist then.
    """
    url, options = _options(database_url, schema, read_only=read_only)
    engine = create_engine(url, **options)
    _listen(engine, database_url, schema, read_only=read_only)
    return engine


def open_async_engine(database_url: str, schema: Schema, *, read_only: bool = False) -> AsyncEngine:
    """An asynchronous engine; it connects when it is first used.

    Args:
        database_url: As for `open_engine`.
        schema: The tables that are in it.
        read_only: As for `open_engine`.
    """
    url, options = _options(database_url, schema, read_only=read_only)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(url, **options)
    _listen(engine.sync_engine, database_url, schema, read_only=read_only)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; commits at the end. One schema has only one at a time, in all processes."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@asynccontextmanager
async def writing_async(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """`writing`, on an asynchronous engine."""
    async with engine.connect() as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            yield connection


def _options(database_url: str, schema: Schema, *, read_only: bool) -> tuple[URL, dict[str, Any]]:
    """Address and arguments of an engine."""
    url = make_url(database_url)
    options: dict[str, Any]
    if url.get_backend_name() == "sqlite":
        options = {"connect_args": {"timeout": BUSY_SECONDS, "cached_statements": STATEMENTS}}
        if read_only:
            # The file is attached under the name of the schema: then no statement has to be written anew without it.
            url = url.set(database="file::memory:", query={"uri": "true"})
            # Who waits for a connection without a thread would hold up all others; a further one is cheap.
            options["max_overflow"] = -1
        else:
            options["execution_options"] = {"schema_translate_map": {schema.name: None}}
        return url, options
    options = {"pool_pre_ping": True}
    settings = schema.settings
    if read_only:
        # One state for all questions of a transaction, as on SQLite.
        options["isolation_level"] = "REPEATABLE READ"
        settings = (*settings, "default_transaction_read_only=on")
    options["connect_args"] = {"options": " ".join(f"-c {setting}" for setting in settings)}
    return url, options


def _listen(engine: Engine, database_url: str, schema: Schema, *, read_only: bool) -> None:
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins
        if read_only:
            file = f"file:{quote(str(make_url(database_url).database))}?mode=ro"
            connection.execute(f'ATTACH ? AS "{schema.name}"', (file,)).close()
        else:
            _write_ahead(connection)
        for pragma in READER_PRAGMAS if read_only else (*WRITER_PRAGMAS, *schema.writer_pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        elif writes:
            connection.exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({advisory_key(f'{schema.name} writes')})"
            )

    event.listen(engine, "begin", begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare)
    elif not engine.dialect.is_async:
        event.listen(engine, "connect", _keep_statements)


def _keep_statements(connection: Any, _: object) -> None:
    connection.prepared_max = STATEMENTS


def _write_ahead(connection: Any) -> None:
    """Sets the journal of a file, which waits as writers do; SQLite itself waits for nobody there, as where two open a new file."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(BUSY_AGAIN_SECONDS)
        else:
            return
