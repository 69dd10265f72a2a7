"""One writer at a time: a lock on the database that ends with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from indexer.errors import MirrorBusyError

if TYPE_CHECKING:
    from io import TextIOWrapper

# Any number of our own that other programs on the server do not use: "gongjimi" in ASCII.
ADVISORY_LOCK = int.from_bytes(b"gongjimi", "big")


class Lease:
    """The right to write a mirror."""

    def __init__(self, engine: Engine) -> None:
        """Takes it.

        Raises:
            MirrorBusyError: Another process has it.
        """
        self._held: Connection | TextIOWrapper
        if engine.dialect.name == "sqlite":
            self._held = _lock_file(Path(f"{engine.url.database}.lease"))
        else:
            self._held = _lock_server(engine)

    def release(self) -> None:
        """Gives it back."""
        if isinstance(self._held, Connection):
            # The connection itself carries the lock; a pooled one would keep it.
            self._held.invalidate()
        self._held.close()


def _lock_file(path: Path) -> TextIOWrapper:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise MirrorBusyError(f"another indexer writes to this mirror: it holds {path}") from None
    return file


def _lock_server(engine: Engine) -> Connection:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.execute(text("SELECT pg_try_advisory_lock(:id)"), {"id": ADVISORY_LOCK}).scalar_one():
        return connection
    connection.close()
    raise MirrorBusyError(f"another indexer writes to this mirror: it holds advisory lock {ADVISORY_LOCK}")
