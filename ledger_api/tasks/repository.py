"""Queries for tasks and redemptions. Their state is computed from what happened to them; no table holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from contracts.enums import RedemptionState, TaskState
from contracts.events import (
    ClaimAcknowledged,
    ClaimAdmitted,
    ClaimCredited,
    ClaimDisputed,
    ClaimRejected,
    CreditReversed,
    RedemptionCancelled,
    RedemptionCompleted,
    RedemptionOpened,
    TaskAccepted,
    TaskOpened,
    TaskReleased,
)
from indexer.history import EVENT_TABLES
from ledger_api.mirror import recorded, times, total
from ledger_api.tasks.schemas import TaskStepKind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from contracts.types import Event

STEPS: dict[type[Event], TaskStepKind] = {
    TaskOpened: TaskStepKind.OPENED,
    TaskAccepted: TaskStepKind.ACCEPTED,
    TaskReleased: TaskStepKind.RELEASED,
    ClaimAdmitted: TaskStepKind.CLAIMED,
    ClaimAcknowledged: TaskStepKind.ACKNOWLEDGED,
    ClaimDisputed: TaskStepKind.DISPUTED,
    ClaimRejected: TaskStepKind.REJECTED,
    ClaimCredited: TaskStepKind.CREDITED,
    CreditReversed: TaskStepKind.REVERSED,
}

opened = EVENT_TABLES[TaskOpened]
redemptions_opened = EVENT_TABLES[RedemptionOpened]
# Larger than any index of an event in a block, so that one number orders events of all blocks.
LOGS_PER_BLOCK = 1_000_000


def _count(event: type[Event]) -> ColumnElement[int]:
    return times(event, "task", opened.c.task)


def _place(event: type[Event]) -> ColumnElement[int]:
    """Place on the chain of the last event of a kind; 0 if there is none."""
    table = EVENT_TABLES[event]
    last = func.max(table.c.block_number * LOGS_PER_BLOCK + table.c.log_index)
    return func.coalesce(select(last).where(table.c.task == opened.c.task).scalar_subquery(), 0)


def _last(event: type[Event], column: str) -> ColumnElement[Any]:
    table = EVENT_TABLES[event]
    return (
        select(table.c[column])
        .where(table.c.task == opened.c.task)
        .order_by(table.c.block_number.desc(), table.c.log_index.desc())
        .limit(1)
        .scalar_subquery()
    )


HAS_VOLUNTEER = _count(TaskAccepted) > _count(TaskReleased)
STATE = case(
    (_count(CreditReversed) > 0, TaskState.REVERSED),
    (_count(ClaimCredited) > 0, TaskState.CREDITED),
    (_count(ClaimRejected) > 0, TaskState.REJECTED),
    (_place(ClaimDisputed) > _place(ClaimAcknowledged), TaskState.DISPUTED),
    (_count(ClaimAdmitted) > 0, TaskState.CLAIMED),
    (HAS_VOLUNTEER, TaskState.ACCEPTED),
    else_=TaskState.OPEN,
)
VOLUNTEER = case((HAS_VOLUNTEER, _last(TaskAccepted, "volunteer")), else_=None)


def in_state(state: TaskState) -> ColumnElement[bool]:
    """Only tasks in a state."""
    return STATE.in_((state,))


def tasks() -> Select[Any]:
    """All tasks with their state, newest first."""
    claim = {
        name: _last(ClaimAdmitted, name)
        for name in ("served_minutes", "credit_minutes", "level", "creditable_at")
    }
    return recorded(
        TaskOpened,
        STATE.label("state"),
        VOLUNTEER.label("volunteer"),
        *(column.label(name) for name, column in claim.items()),
        _last(ClaimCredited, "credited_minutes").label("credited_minutes"),
    ).order_by(opened.c.block_number.desc(), opened.c.log_index.desc())


def served_by(member: bytes) -> Select[Any]:
    """Tasks that a member ever took."""
    accepted = EVENT_TABLES[TaskAccepted]
    return select(accepted.c.task).where(accepted.c.volunteer == member)


def steps(event: type[Event], task: bytes) -> Select[Any]:
    """What happened to a task, of one kind."""
    return recorded(event).where(EVENT_TABLES[event].c.task == task)


def redemptions() -> Select[Any]:
    """All redemptions with their state, newest first."""
    of, columns = redemptions_opened.c.redemption, redemptions_opened.c
    state = case(
        (times(RedemptionCompleted, "redemption", of) > 0, RedemptionState.DONE),
        (times(RedemptionCancelled, "redemption", of) > 0, RedemptionState.CANCELLED),
        else_=RedemptionState.HELD,
    )
    return recorded(RedemptionOpened, state.label("state")).order_by(
        columns.block_number.desc(), columns.log_index.desc()
    )


def claims(volunteer: bytes | None = None) -> Select[Any]:
    """Minutes claimed, by state and level.

    Args:
        volunteer: Only this member's; None takes all.
    """
    claimed = EVENT_TABLES[ClaimAdmitted]
    state = case(
        (times(CreditReversed, "task", claimed.c.task) > 0, TaskState.REVERSED),
        (times(ClaimCredited, "task", claimed.c.task) > 0, TaskState.CREDITED),
        (times(ClaimRejected, "task", claimed.c.task) > 0, TaskState.REJECTED),
        else_=TaskState.CLAIMED,
    )
    wanted = select(claimed.c.level, claimed.c.credit_minutes, state.label("state"))
    each = (wanted if volunteer is None else wanted.where(claimed.c.volunteer == volunteer)).subquery()
    keys = each.c.state, each.c.level
    return select(
        *keys, total(each.c.credit_minutes).label("minutes"), func.count().label("claims")
    ).group_by(*keys)
