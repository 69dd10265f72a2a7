"""When acts on tasks and redemptions are open, and which the page of a task offers."""

from __future__ import annotations

from contracts.enums import RedemptionState, TaskState
from indexer.projections.redemption import redemptions
from indexer.projections.task import tasks
from ledger_api.portal.acting.declared import NounActs, NounReference, When

CLAIMED = frozenset({TaskState.CLAIMED})
CLAIMED_OR_DISPUTED = CLAIMED | {TaskState.DISPUTED}
HELD = When(states=frozenset({RedemptionState.HELD}))

DECLARED = NounActs(
    on_page=("AcceptTask", "ReleaseTask", "Acknowledge", "Dispute", "Reject", "ReverseCredit"),
    open={
        "AcceptTask": When(states=frozenset({TaskState.OPEN})),
        "ReleaseTask": When(states=frozenset({TaskState.ACCEPTED})),
        "Acknowledge": When(states=CLAIMED_OR_DISPUTED),
        "Dispute": When(states=CLAIMED, ends_at="creditable_at"),
        "Reject": When(states=CLAIMED_OR_DISPUTED),
        "ReverseCredit": When(states=frozenset({TaskState.CREDITED})),
        "CompleteRedemption": HELD,
        "CancelRedemption": HELD,
    },
    references={
        "task": NounReference(noun=tasks, chosen_at="/me/day"),
        "redemption": NounReference(noun=redemptions, chosen_at="/me/day"),
    },
)
