"""What is due, by the mirror: claims that may be admitted, credits and campaigns whose time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select

from contracts.enums import AssuranceLevel, CampaignState
from contracts.events import (
    ClaimAcknowledged,
    ClaimAdmitted,
    ClaimCredited,
    ClaimDisputed,
    ClaimRejected,
    TaskAccepted,
)
from indexer.history import EVENT_TABLES
from indexer.projections.campaign import campaigns

if TYPE_CHECKING:
    from sqlalchemy import Engine, ScalarSelect


def may_be_claimed(mirror: Engine, task: bytes) -> bool:
    """Whether a task was taken and no claim of it was admitted."""
    accepted, admitted = EVENT_TABLES[TaskAccepted], EVENT_TABLES[ClaimAdmitted]
    query = select(exists().where(accepted.c.task == task), exists().where(admitted.c.task == task))
    with mirror.connect() as connection:
        is_taken, is_claimed = connection.execute(query).one()
    return bool(is_taken and not is_claimed)


def credits(mirror: Engine, now: int) -> list[tuple[bytes, int]]:  # noqa: A001 the word of the time bank
    """Claims that may be credited.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.

    Returns:
        Tasks, each with how often a coordinator has acknowledged its claim.
    """
    admitted, credited, rejected = (EVENT_TABLES[e] for e in (ClaimAdmitted, ClaimCredited, ClaimRejected))
    task = admitted.c.task
    acknowledged = _count(EVENT_TABLES[ClaimAcknowledged], task)
    # One acknowledgement lifts a level below A2, and settles a dispute for the claim.
    is_clear = (admitted.c.level >= AssuranceLevel.A2) & (_count(EVENT_TABLES[ClaimDisputed], task) == 0)
    query = select(task, acknowledged).where(
        admitted.c.creditable_at <= now,
        or_(is_clear, acknowledged > 0),
        ~exists().where(credited.c.task == task),
        ~exists().where(rejected.c.task == task),
    )
    with mirror.connect() as connection:
        return [(bytes(row[0]), int(row[1])) for row in connection.execute(query)]


def settlements(mirror: Engine, now: int) -> list[int]:
    """Campaigns that have closed and are not settled."""
    columns = campaigns.table.c
    query = select(columns.campaign).where(
        columns.to_block.is_(None), columns.state == CampaignState.OPEN, columns.closes_at <= now
    )
    with mirror.connect() as connection:
        return list(connection.execute(query).scalars())


def _count(table: object, task: object) -> ScalarSelect[int]:
    return select(func.count()).where(table.c.task == task).scalar_subquery()  # type: ignore[attr-defined]
