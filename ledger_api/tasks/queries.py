"""Queries for tasks, redemptions and what a volunteer has earned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, tuple_

from contracts.enums import TaskState
from indexer.projections.redemption import redemptions as redemption_noun
from indexer.projections.service import services
from indexer.projections.task import tasks as task_noun
from indexer.projections.volunteer import volunteers
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows
from ledger_api.paging import decode_cursor, encode_cursor, older_than

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
    return all_visits_of(member).limit(limit)


def all_visits_of(member: bytes) -> Select[Any]:
    """All tasks that a member served, the latest claim first."""
    columns = task_noun.table.c
    return (
        placed_rows(task_noun)
        .where(columns.volunteer == member, columns.claimed_at.is_not(None))
        .order_by(columns.claimed_at.desc(), columns.block_number.desc(), columns.log_index.desc())
    )


def visits_before(member: bytes, cursor: str | None, limit: int) -> Select[Any]:
    """A page of the tasks that a member served, the latest claim first.

    Args:
        member: 16 bytes.
        cursor: A `visit_cursor`; None begins with the latest.
        limit: How many.
    """
    columns = task_noun.table.c
    query = all_visits_of(member).limit(limit)
    if cursor is None:
        return query
    place = tuple_(columns.claimed_at, columns.block_number, columns.log_index)
    return query.where(place < tuple_(*decode_cursor(cursor, int, int, int)))


def visit_cursor(visit: Any) -> str:
    """The cursor of a task that was served, by when it was claimed."""
    return encode_cursor(visit.claimed_at, visit.block_number, visit.log_index)


def redemptions() -> Select[Any]:
    """Redemptions, newest first."""
    columns = redemption_noun.table.c
    return placed_rows(redemption_noun).order_by(columns.block_number.desc(), columns.log_index.desc())


@prepared
def redemptions_of(member: bytes, limit: int) -> Select[Any]:
    """Redemptions of a member, newest first."""
    return redemptions().where(redemption_noun.table.c.member == member).limit(limit)


def redemptions_before(member: bytes, cursor: str | None, limit: int) -> Select[Any]:
    """A page of a member's redemptions, newest first; None as the cursor begins with the newest."""
    columns = redemption_noun.table.c
    query = redemptions().where(columns.member == member).limit(limit)
    return query if cursor is None else query.where(older_than(columns, cursor))


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
