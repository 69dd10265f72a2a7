"""Who may stop a change that waits: the guardian, and the seats of committees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.acts import acts
from indexer.projections.change import ChangePhase
from ledger_api.forms import hexed
from ledger_api.members.person import person_of
from ledger_api.members.rules import SUPERVISOR
from ledger_api.portal.acting.declared import NounActs, Origin
from ledger_api.sessions.current import Office
from ledger_api.sessions.offices import office_of

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.changes.schemas import ChangeDetail
    from ledger_api.members.schemas import Seat
    from ledger_api.mirror import Reading
    from ledger_api.sessions.current import Session

STOP, VETO, RETRACT = "StopChange", "VetoChange", "RetractVeto"
FROM_PAGE = {"operationId": Origin(page="/changes", word="change")}
STOPPABLE = frozenset({ChangePhase.WAITING, ChangePhase.DUE})

DECLARED = NounActs(origins=dict.fromkeys((STOP, VETO, RETRACT), FROM_PAGE))


@dataclass(frozen=True, kw_only=True, slots=True)
class StopOffer:
    """What a page offers against a change.

    Attributes:
        act: The act.
        committee: Committee for which a seat votes; None for the guardian.
        query: The address of its sheet, after the question mark.
    """

    act: Act
    committee: int | None
    query: str


async def stops_offered(
    mirror: Reading, signed_in: Session | Office | None, detail: ChangeDetail
) -> list[StopOffer]:
    """What whoever is signed in may do against a change; the contract says which committees it concerns.

    Args:
        mirror: A snapshot.
        signed_in: Who is signed in; None if nobody is.
        detail: The change.
    """
    if detail.change.phase not in STOPPABLE or signed_in is None:
        return []
    operation = f"operationId={hexed(detail.change.operation_id)}"
    if isinstance(signed_in, Office):
        is_guardian = office_of(acts()[STOP]) in signed_in.roles
        return [StopOffer(act=acts()[STOP], committee=None, query=operation)] if is_guardian else []
    person = await person_of(mirror, signed_in.member, mirror.head.time)
    nonce = f"operationNonce={detail.change.nonce}"
    return [
        StopOffer(
            act=acts()[RETRACT if _is_against(seat, detail) else VETO],
            committee=seat.committee,
            query=f"{operation}&{nonce}&committee={seat.committee}",
        )
        for seat in person.seats
        if seat.seat != SUPERVISOR
    ]


def _is_against(seat: Seat, detail: ChangeDetail) -> bool:
    return any(one.committee == seat.committee and seat.seat in one.against for one in detail.vetoes)
