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
    ClaimLapsed,
    ClaimRejected,
    CreditReversed,
    TaskAccepted,
    TaskCancelled,
    TaskExpired,
    TaskOpened,
    TaskReleased,
)
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

# From this level on a credit needs no acknowledgement: two signals that do not depend on each other.
VERIFIED = AssuranceLevel.A2
# How long after its date a claim for a task may arrive, how long a coordinator may take to decide, and how long a credit may be
# taken back; as `TimeBank` has them.
CLAIM_SECONDS, DECISION_SECONDS, REVERSAL_SECONDS = 7 * 86_400, 14 * 86_400, 365 * 86_400


@dataclass(kw_only=True)
class Task(Version):
    """A task with its claim. Dates are seconds since 1970; what belongs to the claim is null before it."""

    task: bytes = column("Its id, 16 bytes.")
    fund: int = column("Fund whose coordinators look after it.")
    service: int = column("Code of the service.")
    authorised_minutes: int = column("No visit for it earns more, in minutes.")
    beneficiary: bytes = column("Commitment to who is served, 32 bytes.")
    coordinator: bytes = column("Member who opened it, 16 bytes.")
    opened_at: int = column("When it was opened.")
    expires_at: int = column("From then on nobody takes it; a claim may arrive `CLAIM_SECONDS` longer.")
    state: TaskState = column("State on the chain.")
    volunteer: bytes | None = column("Member who has it or served, 16 bytes; null while nobody has it.")
    accepted_at: int | None = column("When that member took it.")
    served_minutes: int | None = column("Minutes served that count.")
    credit_minutes: int | None = column("Minutes that the claim is worth.")
    level: AssuranceLevel | None = column("How sure the claim is.")
    claimed_at: int | None = column("When the claim was admitted.")
    creditable_at: int | None = column("First second at which it may be credited.")
    decide_by: int | None = column(
        "From then on no coordinator decides on the claim, or on what was disputed of it."
    )
    acknowledged: bool = column("Whether a coordinator has acknowledged the claim.")
    judge: bytes | None = column("Coordinator who last acknowledged or disputed the claim, 16 bytes.")
    credited_minutes: int | None = column("Credited, in minutes; it stays when the credit is reversed.")
    reversible_until: int | None = column("From then on the credit is not taken back any more.")


# Before a visit was claimed, and before its claim was credited or rejected.
UNSERVED = (TaskState.OPEN, TaskState.ACCEPTED)
UNDECIDED = (TaskState.CLAIMED, TaskState.DISPUTED)


class TaskPhase(StrEnum):
    """Where a task stands in time; finer than its state, because time passes without an event."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CHALLENGE = "challenge"
    UNACKNOWLEDGED = "unacknowledged"
    LAPSED = "lapsed"
    CREDITABLE = "creditable"
    DISPUTED = "disputed"
    CREDITED = "credited"
    REJECTED = "rejected"
    REVERSED = "reversed"


def phase(task: Task, block_time: int) -> TaskPhase:
    """Where a task stands at a moment, by the comparisons that `TimeBank` makes.

    Args:
        task: The task.
        block_time: Time of a block, seconds since 1970.
    """
    if task.state in UNSERVED:
        return TaskPhase.EXPIRED if block_time >= _ends_at(task) else TaskPhase[task.state.name]
    if task.state not in UNDECIDED:
        return TaskPhase[task.state.name]
    is_disputed, decide_by = task.state == TaskState.DISPUTED, task.decide_by or 0
    if block_time < (decide_by if is_disputed else task.creditable_at or 0):
        return TaskPhase.DISPUTED if is_disputed else TaskPhase.CHALLENGE
    if task.acknowledged or (task.level or 0) >= VERIFIED:
        return TaskPhase.CREDITABLE
    return TaskPhase.UNACKNOWLEDGED if block_time < decide_by else TaskPhase.LAPSED


def _ends_at(task: Task) -> int:
    """When a task that nobody served ends."""
    return task.expires_at + (CLAIM_SECONDS if task.state == TaskState.ACCEPTED else 0)


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
        coordinator=event.coordinator,
        opened_at=block.time,
        expires_at=event.expires_at,
        state=TaskState.OPEN,
        volunteer=None,
        accepted_at=None,
        served_minutes=None,
        credit_minutes=None,
        level=None,
        claimed_at=None,
        creditable_at=None,
        decide_by=None,
        acknowledged=False,
        judge=None,
        credited_minutes=None,
        reversible_until=None,
    )


@tasks.changes(TaskAccepted)
def _accepted(task: Task, event: TaskAccepted, block: Block) -> None:
    _require_state(task, event, TaskState.OPEN)
    _require_phase(task, event, block, TaskPhase.OPEN)
    require(
        event.volunteer != task.coordinator, event, "another than who opened it", f"0x{event.volunteer.hex()}"
    )
    task.state, task.volunteer, task.accepted_at = TaskState.ACCEPTED, event.volunteer, block.time


@tasks.changes(TaskReleased)
def _released(task: Task, event: TaskReleased, _: Block) -> None:
    _require_state(task, event, TaskState.ACCEPTED)
    _require_volunteer(task, event)
    task.state, task.volunteer, task.accepted_at = TaskState.OPEN, None, None


@tasks.changes(TaskCancelled)
def _cancelled(task: Task, event: TaskCancelled, _: Block) -> None:
    _require_state(task, event, *UNSERVED)
    task.state = TaskState.CANCELLED


@tasks.changes(TaskExpired)
def _expired(task: Task, event: TaskExpired, block: Block) -> None:
    _require_state(task, event, *UNSERVED)
    _require_phase(task, event, block, TaskPhase.EXPIRED)
    task.state = TaskState.EXPIRED


@tasks.changes(ClaimAdmitted)
def _claimed(task: Task, event: ClaimAdmitted, block: Block) -> None:
    _require_state(task, event, TaskState.ACCEPTED)
    _require_phase(task, event, block, TaskPhase.ACCEPTED)
    _require_volunteer(task, event)
    task.state, task.level = TaskState.CLAIMED, AssuranceLevel(event.level)
    task.served_minutes, task.credit_minutes = event.served_minutes, event.credit_minutes
    task.claimed_at, task.creditable_at = block.time, event.creditable_at
    task.decide_by = event.creditable_at + DECISION_SECONDS


@tasks.changes(ClaimAcknowledged)
def _acknowledged(task: Task, event: ClaimAcknowledged, block: Block) -> None:
    _require_decidable(task, event, block, *UNDECIDED)
    if task.state == TaskState.DISPUTED:
        # A dispute that was settled is not opened again.
        task.creditable_at, task.decide_by = block.time, block.time + DECISION_SECONDS
    task.state, task.acknowledged, task.judge = TaskState.CLAIMED, True, event.coordinator


@tasks.changes(ClaimDisputed)
def _disputed(task: Task, event: ClaimDisputed, block: Block) -> None:
    _require_phase(task, event, block, TaskPhase.CHALLENGE)
    task.state, task.judge, task.decide_by = TaskState.DISPUTED, event.coordinator, event.decide_by


@tasks.changes(ClaimRejected)
def _rejected(task: Task, event: ClaimRejected, block: Block) -> None:
    _require_decidable(task, event, block, TaskState.DISPUTED)
    task.state = TaskState.REJECTED


@tasks.changes(ClaimLapsed)
def _lapsed(task: Task, event: ClaimLapsed, block: Block) -> None:
    _require_phase(task, event, block, TaskPhase.LAPSED)
    task.state = TaskState.REJECTED


@tasks.changes(ClaimCredited)
def _credited(task: Task, event: ClaimCredited, block: Block) -> None:
    _require_phase(task, event, block, TaskPhase.CREDITABLE)
    _require_volunteer(task, event)
    minutes = event.credited_minutes
    require(minutes == task.credit_minutes, event, f"{task.credit_minutes} minutes", minutes)
    task.state, task.credited_minutes = TaskState.CREDITED, minutes
    task.reversible_until = block.time + REVERSAL_SECONDS


@tasks.changes(CreditReversed)
def _reversed(task: Task, event: CreditReversed, block: Block) -> None:
    _require_state(task, event, TaskState.CREDITED)
    in_time, until = block.time < (task.reversible_until or 0), task.reversible_until
    require(in_time, event, f"a time before {until}", block.time)
    is_second = event.coordinator not in (task.coordinator, task.judge)
    require(
        is_second, event, "another coordinator than who opened or judged it", f"0x{event.coordinator.hex()}"
    )
    task.state = TaskState.REVERSED


def _require_state(task: Task, event: object, *states: TaskState) -> None:
    require(task.state in states, event, " or ".join(state.name for state in states), task.state.name)


def _require_decidable(task: Task, event: object, block: Block, *states: TaskState) -> None:
    _require_state(task, event, *states)
    require(block.time < (task.decide_by or 0), event, f"a time before {task.decide_by}", block.time)


def _require_phase(task: Task, event: object, block: Block, expected: TaskPhase) -> None:
    got = phase(task, block.time)
    require(got is expected, event, expected, got)


def _require_volunteer(task: Task, event: TaskReleased | ClaimAdmitted | ClaimCredited) -> None:
    same = event.volunteer == task.volunteer
    require(same, event, f"volunteer 0x{(task.volunteer or b'').hex()}", f"0x{event.volunteer.hex()}")
