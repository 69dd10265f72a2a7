"""When acts on redemptions are open, and which of them its two sides and the coordinators are offered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.enums import RedemptionState
from indexer.projections.redemption import ACCEPTED, DISPUTED, OPEN, SERVED, UNSERVED, redemptions
from ledger_api.portal.acting.declared import NounActs, NounReference, When
from ledger_api.portal.acting.offers import is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.redemptions.schemas import Redemption

SIDES = ("member", "provider")
DECISION = When(states=frozenset({DISPUTED}), ends_at="until", not_by=SIDES)

DECLARED = NounActs(
    open={
        "AcceptRedemption": When(states=frozenset({OPEN}), ends_at="until"),
        "ServeRedemption": When(states=frozenset({ACCEPTED}), ends_at="until"),
        "ConfirmRedemption": When(states=frozenset({ACCEPTED, SERVED, DISPUTED})),
        "DisputeRedemption": When(states=frozenset({SERVED}), ends_at="until"),
        "DecideForProvider": DECISION,
        "DecideForMember": DECISION,
        "CancelRedemption": When(states=frozenset({OPEN})),
        "DeclineRedemption": When(states=frozenset(UNSERVED)),
        "VoidRedemption": When(states=frozenset(UNSERVED), not_by=SIDES),
        "ReverseRedemption": When(
            states=frozenset({RedemptionState.DONE}), ends_at="reversible_until", not_by=(*SIDES, "judge")
        ),
    },
    references={"redemption": NounReference(noun=redemptions, page="/me/day", chosen_at="/me/day")},
)


class Side(StrEnum):
    """Who looks at a redemption: the words of the group `redemption_other` say whom else it names."""

    REDEEMER = "redeemer"
    PROVIDER = "provider"
    COORDINATOR = "coordinator"


# What each may do, in the order of the page.
OFFERS = {
    Side.REDEEMER: ("ConfirmRedemption", "DisputeRedemption", "CancelRedemption"),
    Side.PROVIDER: ("AcceptRedemption", "ServeRedemption", "DeclineRedemption"),
    Side.COORDINATOR: ("DecideForProvider", "DecideForMember", "VoidRedemption", "ReverseRedemption"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RedemptionRow:
    """A redemption as somebody sees it.

    Attributes:
        redemption: The redemption.
        others: Members whom it names beside the reader, 16 bytes each: for a coordinator who serves, and then whom.
        offers: Ids of the acts that the reader may do now.
    """

    redemption: Redemption
    others: tuple[bytes | None, ...]
    offers: list[str]


def redemption_row(redemption: Redemption, side: Side, reader: bytes, now: int) -> RedemptionRow:
    """A redemption as somebody sees it.

    Args:
        redemption: The redemption.
        side: As what the reader looks at it.
        reader: Who reads, 16 bytes.
        now: Seconds since 1970.
    """
    by_side = {
        Side.REDEEMER: (redemption.provider,),
        Side.PROVIDER: (redemption.member,),
        Side.COORDINATOR: (redemption.provider, redemption.member),
    }
    return RedemptionRow(
        redemption=redemption,
        others=by_side[side],
        offers=[
            act
            for act in OFFERS[side]
            if is_open(acts()[act], redemption, now) and not _is_barred(act, redemption, reader)
        ],
    )


def _is_barred(act: str, redemption: Redemption, reader: bytes) -> bool:
    """Whether it needs another person: neither of the two sides decides as coordinator, nor who decided takes it back."""
    return any(reader == getattr(redemption, name) for name in DECLARED.open[act].not_by)


def redemption_rows(
    redemptions_shown: Sequence[Redemption], side: Side, reader: bytes, now: int
) -> list[RedemptionRow]:
    """Redemptions as somebody sees them; for arguments see `redemption_row`."""
    return [redemption_row(one, side, reader, now) for one in redemptions_shown]
