"""When acts on tasks and redemptions are open, and which the pages of a task and of a volunteer offer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.enums import RedemptionState, TaskState
from indexer.projections.redemption import redemptions
from indexer.projections.task import tasks
from ledger_api.portal.acting.declared import NounActs, NounReference, When
from ledger_api.portal.acting.offers import is_open
from ledger_api.tasks.service import cancelled_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.mirror import Reading
    from ledger_api.tasks.schemas import Redemption, Task
    from ledger_api.visits import VisitEvidence

UNSERVED = frozenset({TaskState.OPEN, TaskState.ACCEPTED})
CLAIMED = frozenset({TaskState.CLAIMED})
DISPUTED = frozenset({TaskState.DISPUTED})
HELD = When(states=frozenset({RedemptionState.HELD}))


def is_acknowledged(task: Task) -> bool:
    """Whether a claim was acknowledged, and is not disputed since."""
    return task.state is TaskState.CLAIMED and task.acknowledged


DECLARED = NounActs(
    on_page=("AcceptTask", "ReleaseTask", "CancelTask", "Acknowledge", "Dispute", "Reject", "ReverseCredit"),
    open={
        "AcceptTask": When(states=frozenset({TaskState.OPEN}), ends_at="expires_at", not_by=("coordinator",)),
        "ReleaseTask": When(states=frozenset({TaskState.ACCEPTED})),
        "CancelTask": When(states=UNSERVED),
        "Acknowledge": When(states=CLAIMED | DISPUTED, ends_at="decide_by", is_done=is_acknowledged),
        "Dispute": When(states=CLAIMED, ends_at="creditable_at"),
        "Reject": When(states=DISPUTED, ends_at="decide_by"),
        "ReverseCredit": When(
            states=frozenset({TaskState.CREDITED}),
            ends_at="reversible_until",
            not_by=("coordinator", "judge"),
        ),
        "CompleteRedemption": HELD,
        "CancelRedemption": HELD,
    },
    references={
        "task": NounReference(noun=tasks, page="/visits/{task}", chosen_at="/me/day"),
        "redemption": NounReference(noun=redemptions, page="/me/day", chosen_at="/me/day"),
    },
    notices={
        "CancelRedemption": {
            "redeemer": ("cancellation", "redeemer"),
            "provider": ("cancellation", "provider"),
        }
    },
)


def acts_on_page(evidence: VisitEvidence | None) -> tuple[str, ...]:
    """Acts that the page of a visit offers: nobody gives a task back, or calls it off, once somebody is known to have come.

    Args:
        evidence: Its signed events so far; None if there are none.
    """
    has_begun = evidence is not None and bool(evidence.events)
    return tuple(act for act in DECLARED.on_page if act not in ("ReleaseTask", "CancelTask") or not has_begun)


class Side(StrEnum):
    """A side of a redemption: the words of the group `redemption_other` say who the other is."""

    REDEEMER = "redeemer"
    PROVIDER = "provider"


# What a side may do.
OFFERS = {
    Side.REDEEMER: ("CompleteRedemption", "CancelRedemption"),
    Side.PROVIDER: ("CancelRedemption",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RedemptionRow:
    """A redemption as one of its sides sees it.

    Attributes:
        redemption: The redemption.
        other: Who is on the other side, 16 bytes; None if that is not told.
        offers: Ids of the acts that this side may do now.
        cancelled_by: Who called it off, a word of the group `cancelled_by`; empty if nobody has.
    """

    redemption: Redemption
    other: bytes | None
    offers: list[str]
    cancelled_by: str = ""


def redemption_row(
    redemption: Redemption, side: Side, now: int, cancelled_by: bytes | None = None
) -> RedemptionRow:
    """A redemption as one of its sides sees it.

    Args:
        redemption: The redemption.
        side: Whose page it stands on.
        now: Seconds since 1970.
        cancelled_by: Who called it off, 16 bytes; None if nobody has.
    """
    own, other = redemption.member, redemption.provider
    if side is Side.PROVIDER:
        own, other = other, own
    return RedemptionRow(
        redemption=redemption,
        other=other,
        offers=[act for act in OFFERS[side] if is_open(acts()[act], redemption, now)],
        cancelled_by="" if cancelled_by is None else "own" if cancelled_by == own else "other",
    )


async def redemption_rows(
    mirror: Reading, side: Side, redemptions: Sequence[Redemption]
) -> list[RedemptionRow]:
    """Redemptions as one of their sides sees them now, with who called them off."""
    called_off = await cancelled_by(mirror, redemptions)
    return [
        redemption_row(one, side, mirror.head.time, called_off.get(one.redemption)) for one in redemptions
    ]
