"""When acts on tasks are open, and which the page of a task offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import TaskState
from indexer.projections.task import tasks
from ledger_api.portal.acting.declared import NounActs, NounReference, When

if TYPE_CHECKING:
    from ledger_api.tasks.schemas import Task
    from ledger_api.visits import VisitEvidence

UNSERVED = frozenset({TaskState.OPEN, TaskState.ACCEPTED})
CLAIMED = frozenset({TaskState.CLAIMED})
DISPUTED = frozenset({TaskState.DISPUTED})


def is_acknowledged(task: Task) -> bool:
    """Whether a claim was acknowledged, and is not disputed since."""
    return task.state is TaskState.CLAIMED and task.acknowledged


DECLARED = NounActs(
    on_page=("AcceptTask", "ReleaseTask", "CancelTask", "Acknowledge", "Dispute", "Reject", "ReverseCredit"),
    open={
        "AcceptTask": When(states=frozenset({TaskState.OPEN}), ends_at="expires_at", not_by=("coordinator",)),
        "ReleaseTask": When(states=frozenset({TaskState.ACCEPTED})),
        "CancelTask": When(states=UNSERVED),
        "Acknowledge": When(
            states=CLAIMED | DISPUTED, ends_at="decide_by", not_by=("judge",), is_done=is_acknowledged
        ),
        "Dispute": When(states=CLAIMED, ends_at="creditable_at"),
        "Reject": When(states=DISPUTED, ends_at="decide_by", not_by=("judge",)),
        "ReverseCredit": When(
            states=frozenset({TaskState.CREDITED}),
            ends_at="reversible_until",
            not_by=("coordinator", "judge"),
        ),
    },
    references={
        "task": NounReference(noun=tasks, page="/visits/{task}", chosen_at="/me/day"),
    },
)


def acts_on_page(evidence: VisitEvidence | None) -> tuple[str, ...]:
    """Acts that the page of a visit offers: nobody gives a task back, or calls it off, once somebody is known to have come.

    Args:
        evidence: Its signed events so far; None if there are none.
    """
    has_begun = evidence is not None and bool(evidence.events)
    return tuple(act for act in DECLARED.on_page if act not in ("ReleaseTask", "CancelTask") or not has_begun)
