"""What happened to a task, in the order of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, union_all

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
from indexer.history import EVENT_TABLES
from kit.prepared import Prepared, prepared
from ledger_api.history import timeline
from ledger_api.tasks.schemas import TaskStep, TaskStepKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import CompoundSelect

    from contracts.types import Event
    from ledger_api.mirror import Reading

KINDS: dict[type[Event], TaskStepKind] = {
    TaskOpened: TaskStepKind.OPENED,
    TaskAccepted: TaskStepKind.ACCEPTED,
    TaskReleased: TaskStepKind.RELEASED,
    TaskCancelled: TaskStepKind.CANCELLED,
    TaskExpired: TaskStepKind.EXPIRED,
    ClaimAdmitted: TaskStepKind.CLAIMED,
    ClaimAcknowledged: TaskStepKind.ACKNOWLEDGED,
    ClaimDisputed: TaskStepKind.DISPUTED,
    ClaimRejected: TaskStepKind.REJECTED,
    ClaimLapsed: TaskStepKind.LAPSED,
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
# What a coordinator gives reasons for.
REASONED = (TaskCancelled, ClaimDisputed, ClaimRejected, CreditReversed)


async def timeline_of(mirror: Reading, task: bytes) -> list[TaskStep]:
    """All that happened to a task, in the order of the chain."""
    return await mirror.records(TaskStep, Prepared(TIMELINE, {"thing": task}))


@prepared
def reasoned_with(document: bytes) -> CompoundSelect[tuple[bytes, bytes]]:
    """Task and coordinator of what was signed with a document as its reasons.

    Args:
        document: Its commitment, 32 bytes.
    """
    tables = [EVENT_TABLES[event].c for event in REASONED]
    return union_all(*(select(c.task, c.coordinator).where(c.document == document) for c in tables))


@prepared
def reasons_for(tasks: Collection[bytes]) -> CompoundSelect[tuple[bytes, bytes, int, int]]:
    """Reasons that coordinators gave for what they said of some tasks, in the order of the chain.

    Args:
        tasks: Their ids, 16 bytes each.
    """
    tables = [EVENT_TABLES[event].c for event in REASONED]
    found = (
        select(
            c.task, c.document, c.block_number.label("block_number"), c.log_index.label("log_index")
        ).where(c.task.in_(tasks))
        for c in tables
    )
    return union_all(*found).order_by("block_number", "log_index")
