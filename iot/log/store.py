"""The event store: the only writer of the schema `events`.

All writes of a batch are one transaction, and writers of several processes take turns on the row `head`, so the log
has no holes and no two events at one place. What is committed survives a kill at any moment.

The methods are synchronous; a program with an event loop calls them in a thread.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import delete, func, select

from iot.codes import Code
from iot.event.cose import MAX_MESSAGE_BYTES
from iot.event.message import message_hash
from iot.log.append import append
from iot.log.log import LogReader
from iot.log.schema import EVENTS
from iot.log.tables import parked, refused
from kit.database import open_engine, writing
from kit.migrations import upgrade
from kit.sql import insert_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine, Table

    from iot.config import IotConfig
    from iot.log.append import AppendResult, Candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class UnloggedMessage:
    """A message that does not enter the log.

    Attributes:
        message: As it came in.
        code: Why.
        why: What was expected and what was got.
    """

    message: bytes
    code: Code
    why: str


class EventStore:
    """Log of accepted events, and what waits or was refused."""

    def __init__(self, engine: Engine, config: IotConfig) -> None:
        self._engine = engine
        self._config = config

    @classmethod
    def open(cls, config: IotConfig) -> Self:
        """Opens the database of the settings and brings its schema up to date."""
        upgrade(config.database_url, EVENTS)
        return cls(open_engine(config.database_url, EVENTS), config)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def log(self) -> Iterator[LogReader]:
        """The log as it is now, for any number of questions."""
        with self.reading() as connection:
            yield LogReader(connection)

    def write(
        self,
        candidates: Sequence[Candidate],
        *,
        now_seconds: int,
        refusals: Sequence[UnloggedMessage] = (),
        parkings: Sequence[UnloggedMessage] = (),
    ) -> list[AppendResult]:
        """Appends events and keeps the others, in one transaction.

        Args:
            candidates: Verified events in the order in which they shall stand in the log.
            now_seconds: Receipt, seconds since 1970.
            refusals: Messages that were refused.
            parkings: Messages that wait.

        Returns:
            Where each candidate stands. When this returns, it is committed.
        """
        with writing(self._engine) as connection:
            results = append(connection, candidates, now_seconds) if candidates else []
            if refusals:
                insert_missing(connection, refused, [_refused_row(one, now_seconds) for one in refusals])
            self._park(connection, parkings, now_seconds)
            _delete(connection, parked, [message_hash(c.verified.message) for c in candidates])
        return results

    def parked(self, limit: int) -> list[bytes]:
        """The messages that wait for their device to be enrolled, oldest first."""
        query = select(parked.c.message).where(parked.c.code == Code.E_KID_UNKNOWN.value)
        with self.reading() as connection:
            return list(connection.execute(query.order_by(parked.c.received_seconds).limit(limit)).scalars())

    def purge(self, now_seconds: int) -> None:
        """Deletes what was kept long enough: refused bytes, parked messages."""
        with writing(self._engine) as connection:
            old = now_seconds - self._config.refused_seconds
            connection.execute(delete(refused).where(refused.c.received_seconds < old))
            newest = select(refused.c.message_hash).order_by(refused.c.received_seconds.desc())
            surplus = newest.offset(self._config.refused_rows).limit(self._config.refused_rows)
            connection.execute(delete(refused).where(refused.c.message_hash.in_(surplus)))
            old = now_seconds - self._config.parked_seconds
            connection.execute(delete(parked).where(parked.c.received_seconds < old))

    def _park(self, connection: Connection, parkings: Sequence[UnloggedMessage], now_seconds: int) -> None:
        if not parkings:
            return
        row_count = connection.execute(select(func.count()).select_from(parked)).scalar_one()
        rows = [
            _parked_row(one, now_seconds) for one in parkings[: max(0, self._config.parked_rows - row_count)]
        ]
        if rows:
            insert_missing(connection, parked, rows)


def _refused_row(one: UnloggedMessage, now_seconds: int) -> dict[str, Any]:
    return _parked_row(one, now_seconds) | {"why": one.why, "message": one.message[:MAX_MESSAGE_BYTES]}


def _parked_row(one: UnloggedMessage, now_seconds: int) -> dict[str, Any]:
    return {
        "message_hash": message_hash(one.message),
        "received_seconds": now_seconds,
        "code": one.code.value,
        "message": one.message,
    }


def _delete(connection: Connection, table: Table, hashes: Sequence[bytes]) -> None:
    if connection.execute(select(table.c.message_hash).limit(1)).first():
        connection.execute(delete(table).where(table.c.message_hash.in_(hashes)))
