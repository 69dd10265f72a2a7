"""Queries for tasks and what a volunteer has earned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, tuple_

from contracts.enums import TaskState
from indexer.projections.service import services
from indexer.projections.task import tasks as task_noun
from indexer.projections.volunteer import volunteers
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows
from ledger_api.paging import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select, Tuple


def tasks(
    *, fund: int | None = None, state: TaskState | None = None, takeable_at: int | None = None
) -> Select[Any]:
    """Tasks, newest first.

    Args:
        fund: Only those that this fund looks after; None takes all.
        state: Only those in this state; None takes all.
        takeable_at: Only those that somebody may take at this time, seconds since 1970; None takes all.
    """
    columns = task_noun.table.c
    query = placed_rows(task_noun).order_by(columns.block_number.desc(), columns.log_index.desc())
    if fund is not None:
        query = query.where(columns.fund == fund)
    if takeable_at is not None:
        query = query.where(columns.state == TaskState.OPEN, columns.expires_at > takeable_at)
    return query if state is None else query.where(columns.state == state)


@prepared
def task(task_id: bytes) -> Select[Any]:
    """One task.

    Args:
        task_id: Its id, 16 bytes.
    """
    return placed_rows(task_noun).where(task_noun.table.c.task == task_id)


def tasks_held_by(member: bytes) -> Select[Any]:
    """Tasks that a member has accepted and not yet served, newest first."""
    columns = task_noun.table.c
    return tasks(state=TaskState.ACCEPTED).where(columns.volunteer == member, columns.claimed_at.is_(None))


def visits_before(member: bytes, cursor: str | None, limit: int) -> Select[Any]:
    """A page of the tasks that a member served, the latest claim first.

    Args:
        member: 16 bytes.
        cursor: A `visit_cursor`; None begins with the latest.
        limit: How many.
    """
    columns = task_noun.table.c
    query = (
        placed_rows(task_noun)
        .where(columns.volunteer == member, columns.claimed_at.is_not(None))
        .order_by(*(column.desc() for column in _claim_place()))
        .limit(limit)
    )
    return query if cursor is None else query.where(tuple_(*_claim_place()) < _claim_of(cursor))


def visit_cursor(visit: Any) -> str:
    """The cursor of a task that was served, by when it was claimed."""
    return encode_cursor(visit.claimed_at, visit.block_number, visit.log_index)


def _claim_place() -> tuple[ColumnElement[Any], ...]:
    columns = task_noun.table.c
    return columns.claimed_at, columns.block_number, columns.log_index


def _claim_of(cursor: str) -> Tuple:
    return tuple_(*decode_cursor(cursor, int, int, int))


def tasks_to_judge(funds: Collection[int], cursor: str | None, limit: int) -> Select[Any]:
    """A page of the tasks of some funds of which no coordinator has said yet whether they count, the oldest claim first.

    Args:
        funds: Their numbers.
        cursor: A `visit_cursor`; None begins with the oldest.
        limit: How many.
    """
    columns = task_noun.table.c
    # A claim that was acknowledged is credited soon after: so few rows are of these states, however old the town is.
    is_open = columns.state.in_([TaskState.CLAIMED, TaskState.DISPUTED])
    is_unanswered = or_(columns.state == TaskState.DISPUTED, columns.acknowledged.is_(False))
    query = (
        placed_rows(task_noun)
        .where(is_open, columns.fund.in_(funds), is_unanswered)
        .order_by(*_claim_place())
        .limit(limit)
    )
    return query if cursor is None else query.where(tuple_(*_claim_place()) > _claim_of(cursor))


@prepared
def volunteer(member: bytes) -> Select[Any]:
    """What a member has earned and redeemed."""
    return open_rows(volunteers).where(volunteers.table.c.member == member)


@prepared
def service(number: int) -> Select[Any]:
    """The rules that hold for a service now."""
    return open_rows(services).where(services.table.c.service == number)
