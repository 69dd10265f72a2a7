"""What happened to a task, and what a volunteer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id
from contracts.enums import TaskState
from indexer.projections.task import phase
from indexer.projections.task import tasks as task_noun
from indexer.projections.volunteer import volunteers
from ledger_api.accounts.queries import account_at
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.lists import newest_page
from ledger_api.paging import cut
from ledger_api.redemptions.service import redeemed_page
from ledger_api.sessions.access import DataClass
from ledger_api.tasks import queries
from ledger_api.tasks.history import reasons_for, timeline_of
from ledger_api.tasks.schemas import (
    Task,
    TaskDetail,
    TaskStep,
    TaskStepKind,
    Volunteer,
    VolunteerMinutes,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ledger_api.mirror import Placed, Reading
    from ledger_api.sessions.access import Viewer

# Of each list of a volunteer.
LATEST = 100
# What a coordinator does is done in office, which is public.
BY_COORDINATOR = (
    TaskStepKind.OPENED, TaskStepKind.CANCELLED, TaskStepKind.ACKNOWLEDGED, TaskStepKind.DISPUTED, TaskStepKind.REJECTED,
    TaskStepKind.REVERSED,
)  # fmt: skip
# What a coordinator says of a visit, or of a task that brought none.
ANSWERS = BY_COORDINATOR[1:]
# Where a visit stands after a coordinator spoke against it.
UNCOUNTED = (TaskState.DISPUTED, TaskState.REJECTED, TaskState.REVERSED)
MINUTES = (
    "credited_minutes", "pending_minutes", "verified_minutes", "escrow_minutes", "redeemed_minutes", "provided_minutes",
)  # fmt: skip


async def task_called(mirror: Reading, task: bytes) -> Task | None:
    """The task of an id, 16 bytes; None if there is none."""
    found = await mirror.placed(task_noun, queries.task(task))
    return _task(mirror, found[0]) if found else None


async def tasks_page(
    mirror: Reading,
    cursor: str | None,
    limit: int,
    *,
    fund: int | None = None,
    state: TaskState | None = None,
    takeable_at: int | None = None,
) -> tuple[list[Task], str | None]:
    """Tasks, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        cursor: Where to begin; None with the newest.
        limit: How many.
        fund: Only those that this fund looks after; None takes all.
        state: Only those in this state; None takes all.
        takeable_at: Only those that somebody may take at this time, seconds since 1970; None takes all.
    """
    query = queries.tasks(fund=fund, state=state, takeable_at=takeable_at)
    found, following = await newest_page(mirror, task_noun, query, cursor, limit)
    return [_task(mirror, one) for one in found], following


async def held_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """Tasks that a member has accepted and not yet served, newest first; as `visits_page`."""
    query = queries.tasks_held_by(member)
    found, following = await newest_page(mirror, task_noun, query, cursor, limit)
    return [_task(mirror, one) for one in found], following


async def to_judge_page(
    mirror: Reading, funds: Collection[int], cursor: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """Tasks of some funds of which no coordinator has said yet whether they count, the oldest claim first.

    Args:
        mirror: A snapshot.
        funds: Their numbers.
        cursor: Where to begin; None with the oldest claim.
        limit: How many.

    Returns:
        The page, and the cursor of those after; None if there are none.
    """
    placed = await mirror.placed(task_noun, queries.tasks_to_judge(funds, cursor, limit + 1))
    shown, following = cut(placed, limit, lambda found: queries.visit_cursor(found.version))
    return [_task(mirror, found) for found in shown], following


def _task(mirror: Reading, found: Placed[Any]) -> Task:
    """A task as it stands at the time of the head."""
    return mirror.placed_record(Task, found, phase=phase(found.version, mirror.head.time))


async def task_detail(mirror: Reading, viewer: Viewer, task: bytes) -> TaskDetail:
    """A task and all that happened to it, as somebody may see it.

    Raises:
        NotFoundError: There is no such task.
    """
    found = await task_called(mirror, task)
    if found is None:
        raise NotFoundError("task", hexed(task))
    seen = task_as_seen_by(viewer, found)
    steps = [_step_as_seen_by(viewer, step, seen.fund) for step in await timeline_of(mirror, task)]
    return TaskDetail(task=seen, timeline=steps, **mirror.head.stands())


async def visits_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """Tasks that a member served, the latest claim first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        member: 16 bytes.
        cursor: Where to begin; None with the latest.
        limit: How many.
    """
    placed = await mirror.placed(task_noun, queries.visits_before(member, cursor, limit + 1))
    shown, following = cut(placed, limit, lambda found: queries.visit_cursor(found.version))
    return [_task(mirror, found) for found in shown], following


async def reasons_against(mirror: Reading, visits: Sequence[Task]) -> dict[bytes, bytes]:
    """Commitment of the latest reasons, by the id of each of some visits that does not count because of a coordinator."""
    against = [visit.task for visit in visits if visit.state in UNCOUNTED]
    rows = await mirror.rows(reasons_for(against)) if against else []
    return {row.task: row.document for row in rows}


def task_as_seen_by(viewer: Viewer, task: Task) -> Task:
    """A task, without its volunteer for whom that is not."""
    return viewer.without(task, DataClass.VISIT, "volunteer", fund=task.fund)


def latest_answer(steps: Sequence[TaskStep]) -> TaskStep | None:
    """What a coordinator said last of a visit; None if nobody has said anything.

    Args:
        steps: All that happened to the task, in the order of the chain.
    """
    return next((step for step in reversed(steps) if step.kind in ANSWERS), None)


def _step_as_seen_by(viewer: Viewer, step: TaskStep, fund: int) -> TaskStep:
    return step if step.kind in BY_COORDINATOR else viewer.without(step, DataClass.VISIT, "member", fund=fund)


async def minutes_of(mirror: Reading, member: bytes) -> VolunteerMinutes:
    """Minutes that a volunteer holds, earned and redeemed; none of who never served."""
    found = await mirror.versions(volunteers, queries.volunteer(member))
    minutes: dict[str, Any] = {name: getattr(found[0], name) if found else 0 for name in MINUTES}
    return VolunteerMinutes(member=member, balance_minutes=await _balance(mirror, member), **minutes)


async def volunteer(mirror: Reading, member: bytes) -> Volunteer:
    """What a volunteer holds, earned and redeemed.

    Args:
        mirror: A snapshot.
        member: The volunteer, 16 bytes.
    """
    return Volunteer(
        **dict(await minutes_of(mirror, member)),
        held=(await held_page(mirror, member, None, LATEST))[0],
        visits=(await visits_page(mirror, member, None, LATEST))[0],
        redemptions=(await redeemed_page(mirror, member, None, LATEST))[0],
        **mirror.head.stands(),
    )


async def _balance(mirror: Reading, member: bytes) -> int:
    account = account_id(AccountKind.MEMBER_MINUTES, member)
    row = await mirror.first(account_at(account, mirror.head.number))
    return row.balance if row else 0
