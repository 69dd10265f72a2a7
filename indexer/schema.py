"""The schema `mirror`, as `kit.database` opens it: tables by its migrations, projections from history, one writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import MirrorBusyError
from indexer.projections import projection_named, replay
from indexer.tables import mirror
from kit.database import Schema, writing
from kit.errors import LockHeldError
from kit.lease import Lease
from kit.migrations import upgrading

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIRROR = Schema(
    metadata=mirror,
    versions=Path(__file__).parent / "migrations" / "versions",
    # Rows of accounts land all over the file: keep 32 MB of it at hand, and copy the log back every 128 MB.
    writer_pragmas=("cache_size=-32768", "wal_autocheckpoint=32768"),
)


def take_lease(engine: Engine) -> Lease:
    """The right to write a mirror.

    Raises:
        MirrorBusyError: Another process has it.
    """
    try:
        return Lease(engine, MIRROR.name)
    except LockHeldError as error:
        raise MirrorBusyError(
            f"另一个同步进程占用 another indexer writes to this mirror: it holds {error.place}"
        ) from None


def upgrade(database_url: str) -> None:
    """Creates or migrates the tables, and renews projections that other code made, all or nothing.

    Args:
        database_url: As for `kit.database.open_engine`.

    Raises:
        DatabaseNewerError: A later version of the program migrated them.
    """
    with upgrading(database_url, MIRROR) as connection:
        replay.renew(connection)


def rebuild(engine: Engine, name: str) -> None:
    """Makes one projection anew from history, all or nothing.

    Args:
        engine: The mirror's writer.
        name: Name of the projection.

    Raises:
        ProjectionUnknownError: There is none of this name.
    """
    noun = projection_named(name)
    with writing(engine) as connection:
        replay.rebuild(connection, noun)
