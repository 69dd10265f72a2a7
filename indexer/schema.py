"""The schema `mirror`, as `kit.database` opens it, and the right to be its one writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import MirrorBusyError
from indexer.tables import mirror
from kit.database import Schema
from kit.errors import LockHeldError
from kit.lease import Lease

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIRROR = Schema(
    metadata=mirror,
    versions=Path(__file__).parent / "migrations" / "versions",
    # Rows of accounts land all over the file: keep 48 MB of it at hand, and copy the log back every 128 MB.
    writer_pragmas=("cache_size=-49152", "wal_autocheckpoint=32768"),
)


def take_lease(engine: Engine) -> Lease:
    """The right to write a mirror.

    Raises:
        MirrorBusyError: Another process has it.
    """
    try:
        return Lease(engine, MIRROR.name)
    except LockHeldError as error:
        raise MirrorBusyError(f"another indexer writes to this mirror: it holds {error.place}") from None
