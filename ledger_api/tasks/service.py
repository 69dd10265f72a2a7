"""What happened to a task, and what a volunteer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id
from contracts.enums import AssuranceLevel, RedemptionState, TaskState
from ledger_api.accounts.repository import account_at
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.mirror import pick, told_by
from ledger_api.tasks import repository
from ledger_api.tasks.schemas import Redemption, Task, TaskDetail, TaskStep, TaskStepKind, Volunteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ledger_api.mirror import Reading

# From this level on a credit needs no acknowledgement: two signals that do not depend on each other.
VERIFIED = AssuranceLevel.A2
SHOWN = 100


async def task_detail(mirror: Reading, task: bytes) -> TaskDetail:
    """A task and all that happened to it.

    Raises:
        NotFoundError: There is no such task.
    """
    row = await mirror.first(repository.tasks().where(repository.opened.c.task == task))
    if row is None:
        raise NotFoundError("task", hexed(task))
    steps = [
        _step(mirror, kind, step)
        for event, kind in repository.STEPS.items()
        for step in await mirror.rows(repository.steps(event, task))
    ]
    timeline = sorted(steps, key=lambda step: (step.block_number, step.log_index))
    return TaskDetail(task=mirror.record(Task, row), timeline=timeline, **mirror.head.stands())


async def volunteer(mirror: Reading, member: bytes) -> Volunteer:
    """What a volunteer holds, earned and redeemed."""
    earned = await mirror.rows(repository.claims(member))
    redemptions = repository.redemptions().where(repository.redemptions_opened.c.member == member)
    redeemed = await mirror.records(Redemption, redemptions)
    tasks = repository.tasks().where(repository.opened.c.task.in_(repository.served_by(member))).limit(SHOWN)
    return Volunteer(
        member=member,
        balance_minutes=await _balance(mirror, member),
        credited_minutes=minutes(earned, TaskState.CREDITED),
        pending_minutes=minutes(earned, TaskState.CLAIMED),
        verified_minutes=minutes(earned, TaskState.CREDITED, VERIFIED),
        escrow_minutes=sum(r.held_minutes for r in redeemed if r.state == RedemptionState.HELD),
        redeemed_minutes=sum(r.held_minutes for r in redeemed if r.state == RedemptionState.DONE),
        tasks=await mirror.records(Task, tasks),
        redemptions=redeemed[:SHOWN],
        **mirror.head.stands(),
    )


def minutes(rows: Sequence[Row[Any]], state: TaskState, least: AssuranceLevel = AssuranceLevel.A0) -> int:
    """Minutes of rows of `repository.claims` in a state and of at least a level."""
    return sum(row.minutes for row in rows if row.state == state and row.level >= least)


async def _balance(mirror: Reading, member: bytes) -> int:
    account = account_id(AccountKind.MEMBER_MINUTES, member)
    row = await mirror.first(account_at(account, mirror.head.number))
    return row.balance if row else 0


def _step(mirror: Reading, kind: TaskStepKind, row: Row[Any]) -> TaskStep:
    told: dict[str, Any] = dict.fromkeys(TaskStep.model_fields) | pick(TaskStep, row)
    told["member"] = told_by(row, "volunteer", "coordinator")
    return TaskStep(**told | {"kind": kind, "standing": mirror.standing(row.block_number)})
