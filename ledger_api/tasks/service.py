"""What happened to a task, and what a volunteer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id
from contracts.enums import TaskState
from indexer.projections.redemption import redemptions as redemption_noun
from indexer.projections.task import tasks as task_noun
from indexer.projections.volunteer import volunteers
from ledger_api.accounts.queries import account_at
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.paging import cut, place_cursor
from ledger_api.sessions.access import DataClass
from ledger_api.tasks import queries
from ledger_api.tasks.history import cancellations, reasons_for, timeline_of
from ledger_api.tasks.schemas import Redemption, Task, TaskDetail, TaskStep, TaskStepKind, Volunteer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ledger_api.mirror import Query, Reading
    from ledger_api.sessions.access import Viewer

SHOWN = 100
# What a coordinator does is done in office, which is public.
BY_COORDINATOR = (
    TaskStepKind.OPENED, TaskStepKind.ACKNOWLEDGED, TaskStepKind.DISPUTED, TaskStepKind.REJECTED, TaskStepKind.REVERSED,
)  # fmt: skip
# What a coordinator says of a visit.
ANSWERS = BY_COORDINATOR[1:]
# Where a visit stands after a coordinator spoke against it.
UNCOUNTED = (TaskState.DISPUTED, TaskState.REJECTED, TaskState.REVERSED)
MINUTES = ("credited_minutes", "pending_minutes", "verified_minutes", "escrow_minutes", "redeemed_minutes")


async def tasks(mirror: Reading, query: Query) -> list[Task]:
    """The tasks of a query of `queries`."""
    return [mirror.placed_record(Task, found) for found in await mirror.placed(task_noun, query)]


async def open_tasks(mirror: Reading, limit: int) -> list[Task]:
    """Tasks that nobody has yet, newest first."""
    return await tasks(mirror, queries.tasks(state=TaskState.OPEN).limit(limit))


async def tasks_to_judge(mirror: Reading, funds: Collection[int], limit: int) -> list[Task]:
    """Tasks of some funds of which no coordinator has said yet whether they count, the oldest claim first."""
    return await tasks(mirror, queries.tasks_to_judge(funds, limit))


async def redemptions(mirror: Reading, query: Query) -> list[Redemption]:
    """The redemptions of a query of `queries`."""
    return [mirror.placed_record(Redemption, found) for found in await mirror.placed(redemption_noun, query)]


async def redemptions_of_provider(mirror: Reading, provider: bytes, limit: int) -> list[Redemption]:
    """Redemptions for a service of a member, newest first."""
    return await redemptions(mirror, queries.redemptions_of_provider(provider, limit))


async def task_detail(mirror: Reading, viewer: Viewer, task: bytes) -> TaskDetail:
    """A task and all that happened to it, as somebody may see it.

    Raises:
        NotFoundError: There is no such task.
    """
    found = await tasks(mirror, queries.task(task))
    if not found:
        raise NotFoundError("task", hexed(task))
    seen = task_as_seen_by(viewer, found[0])
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
    return [mirror.placed_record(Task, found) for found in shown], following


async def redemptions_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Redemption], str | None]:
    """Redemptions of a member, newest first; as `visits_page`."""
    placed = await mirror.placed(redemption_noun, queries.redemptions_before(member, cursor, limit + 1))
    shown, following = cut(placed, limit, lambda found: place_cursor(found.version))
    return [mirror.placed_record(Redemption, found) for found in shown], following


async def reasons_against(mirror: Reading, visits: Sequence[Task]) -> dict[bytes, bytes]:
    """Commitment of the latest reasons, by the id of each of some visits that does not count because of a coordinator."""
    against = [visit.task for visit in visits if visit.state in UNCOUNTED]
    rows = await mirror.rows(reasons_for(against)) if against else []
    return {row.task: row.document for row in rows}


async def cancelled_by(mirror: Reading, redemptions: Sequence[Redemption]) -> dict[bytes, bytes]:
    """Who called some redemptions off, 16 bytes, by the id of each that was."""
    rows = await mirror.rows(cancellations([one.redemption for one in redemptions])) if redemptions else []
    return {row.redemption: row.by for row in rows}


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


async def volunteer(
    mirror: Reading, member: bytes, *, most_visits: int = SHOWN, most_redemptions: int = SHOWN
) -> Volunteer:
    """What a volunteer holds, earned and redeemed.

    Args:
        mirror: A snapshot.
        member: The volunteer, 16 bytes.
        most_visits: How many of the latest visits.
        most_redemptions: How many of the latest redemptions.
    """
    found = await mirror.versions(volunteers, queries.volunteer(member))
    minutes: dict[str, Any] = {name: getattr(found[0], name) if found else 0 for name in MINUTES}
    return Volunteer(
        member=member,
        balance_minutes=await _balance(mirror, member),
        **minutes,
        held=await tasks(mirror, queries.tasks_held_by(member, SHOWN)),
        visits=await tasks(mirror, queries.visits_of(member, most_visits)),
        redemptions=await redemptions(mirror, queries.redemptions_of(member, most_redemptions)),
        **mirror.head.stands(),
    )


async def _balance(mirror: Reading, member: bytes) -> int:
    account = account_id(AccountKind.MEMBER_MINUTES, member)
    row = await mirror.first(account_at(account, mirror.head.number))
    return row.balance if row else 0
