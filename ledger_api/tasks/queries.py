"""Queries for tasks, redemptions and what a volunteer has earned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_

from contracts.enums import TaskState
from indexer.projections.redemption import redemptions as redemption_noun
from indexer.projections.service import services
from indexer.projections.task import tasks as task_noun
from indexer.projections.volunteer import volunteers
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select


def tasks(*, fund: int | None = None, state: TaskState | None = None) -> Select[Any]:
    """Tasks, newest first.

    Args:
        fund: Only those that this fund looks after; None takes all.
        state: Only those in this state; None takes all.
    """
    columns = task_noun.table.c
    query = placed_rows(task_noun).order_by(columns.block_number.desc(), columns.log_index.desc())
    if fund is not None:
        query = query.where(columns.fund == fund)
    return query if state is None else query.where(columns.state == state)


@prepared
def task(task_id: bytes) -> Select[Any]:
    """One task.

    Args:
        task_id: Its id, 16 bytes.
    """
    return placed_rows(task_noun).where(task_noun.table.c.task == task_id)


@prepared
def tasks_held_by(member: bytes, limit: int) -> Select[Any]:
    """Tasks that a member has accepted and not yet served."""
    columns = task_noun.table.c
    return (
        placed_rows(task_noun).where(columns.volunteer == member, columns.claimed_at.is_(None)).limit(limit)
    )


@prepared
def visits_of(member: bytes, limit: int) -> Select[Any]:
    """Tasks that a member served, the latest claim first."""
    columns = task_noun.table.c
    return (
        placed_rows(task_noun)
        .where(columns.volunteer == member, columns.claimed_at.is_not(None))
        .order_by(columns.claimed_at.desc(), columns.block_number.desc(), columns.log_index.desc())
        .limit(limit)
    )


def redemptions() -> Select[Any]:
    """Redemptions, newest first."""
    columns = redemption_noun.table.c
    return placed_rows(redemption_noun).order_by(columns.block_number.desc(), columns.log_index.desc())


@prepared
def redemptions_of(member: bytes, limit: int) -> Select[Any]:
    """Redemptions of a member, newest first."""
    return redemptions().where(redemption_noun.table.c.member == member).limit(limit)


@prepared
def redemptions_of_provider(provider: bytes, limit: int) -> Select[Any]:
    """Redemptions for a service of a member, newest first."""
    return redemptions().where(redemption_noun.table.c.provider == provider).limit(limit)


@prepared
def tasks_to_judge(funds: Collection[int], limit: int) -> Select[Any]:
    """Tasks of some funds that were served, of which no coordinator has said yet whether it counts; the oldest claim first."""
    columns = task_noun.table.c
    is_unanswered = and_(columns.state == TaskState.CLAIMED, columns.acknowledged.is_(False))
    return (
        placed_rows(task_noun)
        .where(columns.fund.in_(funds), or_(is_unanswered, columns.state == TaskState.DISPUTED))
        .order_by(columns.claimed_at, columns.block_number, columns.log_index)
        .limit(limit)
    )


@prepared
def volunteer(member: bytes) -> Select[Any]:
    """What a member has earned and redeemed."""
    return open_rows(volunteers).where(volunteers.table.c.member == member)


@prepared
def service(number: int) -> Select[Any]:
    """The rules that hold for a service now."""
    return open_rows(services).where(services.table.c.service == number)
