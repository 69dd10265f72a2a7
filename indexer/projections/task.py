"""Tasks of the time bank, each with its claim: a task is claimed at most once. And who ever took which task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.enums import AssuranceLevel, TaskState
from contracts.events import (
    ClaimAcknowledged,
    ClaimAdmitted,
    ClaimCredited,
    ClaimDisputed,
    ClaimRejected,
    CreditReversed,
    TaskAccepted,
    TaskOpened,
    TaskReleased,
)
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

# From this level on a credit needs no acknowledgement: two signals that do not depend on each other.
VERIFIED = AssuranceLevel.A2


@dataclass(kw_only=True)
class Task(Version):
    """A task with its claim. Dates are seconds since 1970; what belongs to the claim is null before it."""

    task: bytes = column("Its id, 16 bytes.")
    fund: int = column("Fund whose coordinators look after it.")
    service: int = column("Code of the service.")
    authorised_minutes: int = column("No visit for it earns more, in minutes.")
    beneficiary: bytes = column("Commitment to who is served, 32 bytes.")
    opened_at: int = column("When it was opened.")
    state: TaskState = column("State on the chain.")
    volunteer: bytes | None = column("Member who has it or served, 16 bytes; null while nobody has it.")
    accepted_at: int | None = column("When that member took it.")
    served_minutes: int | None = column("Minutes served that count.")
    credit_minutes: int | None = column("Minutes that the claim is worth.")
    level: AssuranceLevel | None = column("How sure the claim is.")
    claimed_at: int | None = column("When the claim was admitted.")
    creditable_at: int | None = column("First second at which it may be credited.")
    acknowledged: bool = column("Whether a coordinator has acknowledged the claim.")
    credited_minutes: int | None = column("Credited, in minutes; it stays when the credit is reversed.")


class Phase(StrEnum):
    """Where a task stands in time; finer than its state, because time passes without an event."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHALLENGE = "challenge"
    UNACKNOWLEDGED = "unacknowledged"
    CREDITABLE = "creditable"
    DISPUTED = "disputed"
    CREDITED = "credited"
    REJECTED = "rejected"
    REVERSED = "reversed"


def phase(task: Task, block_time: int) -> Phase:
    """Where a task stands at a moment, by the comparisons that `TimeBank` makes.

    Args:
        task: The task.
        block_time: Time of a block, seconds since 1970.
    """
    if task.state != TaskState.CLAIMED:
        return Phase[task.state.name]
    if block_time < (task.creditable_at or 0):
        return Phase.CHALLENGE
    is_sure = task.acknowledged or (task.level or 0) >= VERIFIED
    return Phase.CREDITABLE if is_sure else Phase.UNACKNOWLEDGED


tasks = Noun(
    "tasks",
    Task,
    key=("task",),
    open_indexes=[
        ("block_number", "log_index"),
        ("state", "block_number", "log_index"),
        ("fund", "block_number", "log_index"),
        ("state", "fund", "claimed_at"),
        ("service", "opened_at"),
        ("service", "claimed_at"),
        ("volunteer", "claimed_at", "block_number", "log_index"),
    ],
)


@tasks.begins(TaskOpened)
def _opened(event: TaskOpened, block: Block) -> Task:
    return Task(
        task=event.task,
        fund=event.fund,
        service=event.service,
        authorised_minutes=event.authorised_minutes,
        beneficiary=event.beneficiary,
        opened_at=block.time,
        state=TaskState.OPEN,
        volunteer=None,
        accepted_at=None,
        served_minutes=None,
        credit_minutes=None,
        level=None,
        claimed_at=None,
        creditable_at=None,
        acknowledged=False,
        credited_minutes=None,
    )


@tasks.changes(TaskAccepted)
def _accepted(task: Task, event: TaskAccepted, block: Block) -> None:
    _require_state(task, event, TaskState.OPEN)
    task.state, task.volunteer, task.accepted_at = TaskState.ACCEPTED, event.volunteer, block.time


@tasks.changes(TaskReleased)
def _released(task: Task, event: TaskReleased, _: Block) -> None:
    _require_state(task, event, TaskState.ACCEPTED)
    _require_volunteer(task, event)
    task.state, task.volunteer, task.accepted_at = TaskState.OPEN, None, None


@tasks.changes(ClaimAdmitted)
def _claimed(task: Task, event: ClaimAdmitted, block: Block) -> None:
    _require_state(task, event, TaskState.ACCEPTED)
    _require_volunteer(task, event)
    task.state, task.level = TaskState.CLAIMED, AssuranceLevel(event.level)
    task.served_minutes, task.credit_minutes = event.served_minutes, event.credit_minutes
    task.claimed_at, task.creditable_at = block.time, event.creditable_at


@tasks.changes(ClaimAcknowledged)
def _acknowledged(task: Task, event: ClaimAcknowledged, _: Block) -> None:
    _require_state(task, event, TaskState.CLAIMED, TaskState.DISPUTED)
    task.state, task.acknowledged = TaskState.CLAIMED, True


@tasks.changes(ClaimDisputed)
def _disputed(task: Task, event: ClaimDisputed, block: Block) -> None:
    _require_phase(task, event, block, Phase.CHALLENGE)
    task.state = TaskState.DISPUTED


@tasks.changes(ClaimRejected)
def _rejected(task: Task, event: ClaimRejected, _: Block) -> None:
    _require_state(task, event, TaskState.DISPUTED)
    task.state = TaskState.REJECTED


@tasks.changes(ClaimCredited)
def _credited(task: Task, event: ClaimCredited, block: Block) -> None:
    _require_phase(task, event, block, Phase.CREDITABLE)
    _require_volunteer(task, event)
    minutes = event.credited_minutes
    require(minutes == task.credit_minutes, event, f"{task.credit_minutes} minutes", minutes)
    task.state, task.credited_minutes = TaskState.CREDITED, minutes


@tasks.changes(CreditReversed)
def _reversed(task: Task, event: CreditReversed, _: Block) -> None:
    _require_state(task, event, TaskState.CREDITED)
    task.state = TaskState.REVERSED


def _require_state(task: Task, event: object, *states: TaskState) -> None:
    require(task.state in states, event, " or ".join(state.name for state in states), task.state.name)


def _require_phase(task: Task, event: object, block: Block, expected: Phase) -> None:
    got = phase(task, block.time)
    require(got is expected, event, expected, got)


def _require_volunteer(task: Task, event: TaskReleased | ClaimAdmitted | ClaimCredited) -> None:
    same = event.volunteer == task.volunteer
    require(same, event, f"volunteer 0x{(task.volunteer or b'').hex()}", f"0x{event.volunteer.hex()}")
