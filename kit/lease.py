"""One writer of a schema at a time, in all processes: a lock that ends with the process that holds it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kit.errors import LockHeldError
from kit.lock import advisory_key, lock_file

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Lease:
    """A right to be the only writer of a schema."""

    def __init__(self, engine: Engine, schema: str) -> None:
        """Takes it.

        Args:
            engine: The database.
            schema: Name of the schema that shall have one writer.

        Raises:
            LockHeldError: Another process has it.
        """
        self._held: Connection | IO[str]
        if engine.dialect.name == "sqlite":
            self._held = _locked_file(Path(f"{engine.url.database}.lease"))
        else:
            self._held = _locked_session(engine, advisory_key(f"{schema} lease"))

    def check(self) -> None:
        """Makes sure that it still stands.

        Raises:
            sqlalchemy.exc.OperationalError: The server ended the session that held it.
        """
        if isinstance(self._held, Connection):
            self._held.exec_driver_sql("SELECT 1")

    def release(self) -> None:
        """Gives it back."""
        if isinstance(self._held, Connection):
            # Closing alone would give it back only when the server takes note, and a pooled session not at all.
            with contextlib.suppress(SQLAlchemyError):
                self._held.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            self._held.invalidate()
        self._held.close()


def _locked_file(path: Path) -> IO[str]:
    file = path.open("a")
    try:
        lock_file(file)
    except LockHeldError:
        file.close()
        raise
    return file


def _locked_session(engine: Engine, key: int) -> Connection:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})").scalar_one():
        return connection
    connection.close()
    raise LockHeldError(f"advisory lock {key}")
