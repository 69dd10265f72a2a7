"""How the keeper's duties go: when each was last seen to, and what last failed. The keeper writes it, health tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge
from pydantic import Field
from sqlalchemy import insert, select, update

from kit.database import writing_async
from ledger_api.forms import Form, Moment
from ledger_api.tables import duties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from kit.clock import Clock

RENEW_SECONDS = 30
SUCCEEDED = Gauge(
    "gongji_keeper_duty_succeeded_seconds", "When a duty was last seen to, seconds since 1970.", ["duty"]
)
FAILURES = Counter("gongji_keeper_duty_failures", "Rounds in which a duty failed.", ["duty", "error"])


class DutyState(Form):
    """How a duty of the keeper goes."""

    duty: str = Field(description="Its name.")
    succeeded_at: Moment | None = Field(description="When it was last seen to; null if it never was.")
    failed_at: Moment | None = Field(description="When it last failed; null if it never did.")
    fault: str | None = Field(
        description="Name of the error with which it last failed; the log has the rest."
    )

    def fails(self, now: int, most_seconds: int) -> bool:
        """Whether it failed last, and was not seen to for so long: what fails once is tried again.

        Args:
            now: Seconds since 1970.
            most_seconds: How long it may not have been seen to.
        """
        if self.failed_at is None or self.failed_at < (self.succeeded_at or 0):
            return False
        return self.succeeded_at is None or now - self.succeeded_at > most_seconds


class DutyBoard:
    """Where the keeper notes how its duties go: failures at once, the rest every half minute."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        """Makes a board.

        Args:
            engine: Engine of the schema `app`.
            clock: Seconds since 1970.
        """
        self._engine, self._clock = engine, clock
        self._noted_at: dict[str, int] = {}

    async def note(self, faults: Mapping[str, Exception | None]) -> None:
        """Notes how a round went.

        Args:
            faults: By duty; None where it was seen to. What an error says may be personal, so only its name is kept.
        """
        now, rows = self._clock(), []
        for duty, fault in faults.items():
            if fault is not None:
                FAILURES.labels(duty, type(fault).__name__).inc()
                rows.append({"duty": duty, "failed_at": now, "fault": type(fault).__name__})
                self._noted_at.pop(duty, None)
                continue
            SUCCEEDED.labels(duty).set(now)
            if now - self._noted_at.get(duty, 0) >= RENEW_SECONDS:
                rows.append({"duty": duty, "succeeded_at": now})
                self._noted_at[duty] = now
        if rows:
            async with writing_async(self._engine) as connection:
                for row in rows:
                    await _put(connection, row)


async def read_duties(connection: AsyncConnection) -> list[DutyState]:
    """How all duties go, by name.

    Args:
        connection: To the schema `app`.
    """
    return [
        DutyState(**row._asdict()) for row in await connection.execute(select(duties).order_by(duties.c.duty))
    ]


async def _put(connection: AsyncConnection, row: dict[str, Any]) -> None:
    changed = await connection.execute(update(duties).where(duties.c.duty == row["duty"]).values(row))
    if changed.rowcount == 0:
        await connection.execute(insert(duties).values(row))
