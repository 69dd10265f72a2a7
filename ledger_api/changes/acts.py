"""Who may stop a change that waits: the guardian, the seats of committees, and the office that announced it. Seats agree to a handover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.roles import HOLDER
from indexer.projections.change import TO_COME
from ledger_api.forms import hexed
from ledger_api.members.person import person_of
from ledger_api.members.rules import SUPERVISOR
from ledger_api.portal.acting.declared import NounActs, Origin
from ledger_api.sessions.current import Office
from ledger_api.sessions.offices import office_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.acts import Act
    from ledger_api.changes.schemas import Change, ChangeDetail
    from ledger_api.members.schemas import Seat
    from ledger_api.mirror import Reading
    from ledger_api.sessions.current import Session

STOP, VETO, RETRACT, CALL_OFF = "StopChange", "VetoChange", "RetractVeto", "CancelForOffice"
REFUSE = "RefuseAddedKey"
AGREE, RETRACT_AGREEMENT = "AgreeToHandover", "RetractAgreement"
FROM_PAGE = {"operationId": Origin(page="/changes", word="change")}

# What an office signs has the sheet of the act inside; a change is called off from its own page.
OF_OFFICES = {"ActForOffice": "/acts", "ScheduleForOffice": "/acts", CALL_OFF: "/changes/{change}/call-off"}

# What a vote for a handover names stands on the page of that change.
OF_HANDOVERS = {key: {"fund": Origin(page="/changes", word="change")} for key in (AGREE, RETRACT_AGREEMENT)}

DECLARED = NounActs(
    origins=dict.fromkeys((STOP, VETO, RETRACT, REFUSE), FROM_PAGE) | OF_HANDOVERS, own_sheets=OF_OFFICES
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StopOffer:
    """What a page offers against a change, or for a handover.

    Attributes:
        act: The act.
        address: Address of its sheet.
        committee: Committee for which a seat votes; None for an office.
    """

    act: Act
    address: str
    committee: int | None = None


async def stops_offered(
    mirror: Reading, signed_in: Session | Office | None, detail: ChangeDetail
) -> list[StopOffer]:
    """What whoever is signed in may do against a change; the contract says which committees it concerns.

    Args:
        mirror: A snapshot.
        signed_in: Who is signed in; None if nobody is.
        detail: The change.
    """
    if detail.change.phase not in TO_COME:
        return []
    operation = f"operationId={hexed(detail.change.operation_id)}"
    if isinstance(signed_in, Office):
        return list(_of_offices(signed_in, detail, operation))
    nonce = f"operationNonce={detail.change.nonce}"
    refusals = list(_refusals(detail, f"{operation}&{nonce}"))
    if signed_in is None:
        return refusals
    person = await person_of(mirror, signed_in.member, mirror.head.time)
    voting = [seat for seat in person.seats if seat.seat != SUPERVISOR]
    against = [
        _vote(RETRACT if _is_against(seat, detail) else VETO, seat, f"{operation}&{nonce}") for seat in voting
    ]
    return [*_agreements(voting, detail, nonce), *against, *refusals]


def _refusals(detail: ChangeDetail, query: str) -> Iterator[StopOffer]:
    """Whoever a key is to be added for refuses it, without signing in: the key that works was perhaps ended for that."""
    if detail.change.function == "addKey":
        yield StopOffer(act=acts()[REFUSE], address=f"/acts/{REFUSE}?{query}")


def _agreements(voting: list[Seat], detail: ChangeDetail, nonce: str) -> Iterator[StopOffer]:
    """Votes for a handover; the contract says which committee is to agree."""
    handover = detail.handover
    if handover is None:
        return
    query = f"fund={detail.change.arguments['fund']}&successor={handover.successor}&revision={handover.revision}&{nonce}"
    for seat in voting:
        agrees = any(
            one.committee == seat.committee and seat.seat in one.agreed for one in handover.agreements
        )
        yield _vote(RETRACT_AGREEMENT if agrees else AGREE, seat, query)


def _vote(act: str, seat: Seat, query: str) -> StopOffer:
    address = f"/acts/{act}?{query}&committee={seat.committee}"
    return StopOffer(act=acts()[act], address=address, committee=seat.committee)


def _of_offices(signed_in: Office, detail: ChangeDetail, operation: str) -> Iterator[StopOffer]:
    """The guardian stops a change of any office; its own office calls it off, unless it says who holds an office."""
    if office_of(acts()[STOP]) in signed_in.roles:
        yield StopOffer(act=acts()[STOP], address=f"/acts/{STOP}?{operation}")
    if detail.change.office in signed_in.roles and not is_of_holder(detail.change):
        address = f"/changes/{hexed(detail.change.operation_id)}/call-off"
        yield StopOffer(act=acts()[CALL_OFF], address=address)


def is_of_holder(change: Change) -> bool:
    """Whether a change says who holds an office, so that no office calls it off."""
    is_grant = change.contract == "Authority" and change.function in ("grantRole", "revokeRole")
    return is_grant and bool(change.arguments.get("roleId", 0) & HOLDER)


def _is_against(seat: Seat, detail: ChangeDetail) -> bool:
    return any(one.committee == seat.committee and seat.seat in one.against for one in detail.vetoes)
