"""What happened to a task, in the order of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from kit.prepared import Prepared
from ledger_api.history import timeline
from ledger_api.tasks.schemas import TaskStep, TaskStepKind

if TYPE_CHECKING:
    from contracts.types import Event
    from ledger_api.mirror import Reading

KINDS: dict[type[Event], TaskStepKind] = {
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
# Field of a step: columns of events that tell it.
COLUMNS = {
    "member": ("volunteer", "coordinator"),
    "document": ("document",),
    "check_in": ("check_in",),
    "check_out": ("check_out",),
    "ruleset": ("ruleset",),
}
TIMELINE = timeline(KINDS, "task", COLUMNS)


async def timeline_of(mirror: Reading, task: bytes) -> list[TaskStep]:
    """All that happened to a task, in the order of the chain."""
    return await mirror.records(TaskStep, Prepared(TIMELINE, {"thing": task}))
