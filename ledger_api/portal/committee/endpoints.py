"""The committee's inbox, and the sheet on which its members and objecting residents sign."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from contracts.enums import ProposalState
from ledger_api.forms import id_bytes
from ledger_api.members.schemas import Seat
from ledger_api.members.service import seats_held
from ledger_api.mirror import Mirror
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals import repository
from ledger_api.proposals.schemas import Phase, Proposal, ProposalDetail
from ledger_api.proposals.service import proposal_detail, proposals_of
from ledger_api.sessions.current import MaybeSignedIn
from wallets.intents import Proposal as SignedProposal

router = APIRouter(route_class=PageRoute)

ZERO = "0x" + 64 * "0"


class Act(Enum):
    """What is signed on the sheet: intent, act, and the phase of the request in which it may be."""

    APPROVE = ("ApproveProposal", None, Phase.VOTING)
    RECUSE = ("ActOnProposal", "RECUSE", Phase.VOTING)
    OBJECT = ("ActOnProposal", "OBJECT", Phase.NOTICE)


@router.get("/committee")
async def inbox(request: Request, mirror: Mirror, session: MaybeSignedIn) -> HTMLResponse:
    """Requests that wait for approvals, those of one's own committees first."""
    seats = await seats_held(mirror, session.member) if session else []
    waiting = await proposals_of(
        mirror, repository.proposals().where(repository.in_state(ProposalState.SUBMITTED))
    )
    details = [await proposal_detail(mirror, p.proposal_id) for p in waiting]
    mine = {seat.committee for seat in seats}
    details.sort(key=lambda d: (d.proposal.committee not in mine, d.proposal.vote_ends_at))
    return await page(request, "committee.html", mirror.head, details=details, seats=seats)


@router.get("/committee/{proposal}")
async def sign_sheet(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    proposal: str,
    act: Annotated[str, Query(pattern="^(APPROVE|RECUSE|OBJECT)$")] = "APPROVE",
) -> HTMLResponse:
    """The sheet on which a member signs."""
    detail = await proposal_detail(mirror, id_bytes(proposal, 32))
    seats = await seats_held(mirror, session.member) if session else []
    values: dict[str, Any] = {
        "told": detail,
        "act": act,
        "is_open": detail.proposal.phase == Act[act].value[2],
        "draft": draft_of(detail, Act[act]),
        "seat": _seat_in(detail, seats),
    }
    return await page(request, "sign.html", mirror.head, **values)


def draft_of(detail: ProposalDetail, act: Act) -> dict[str, Any]:
    """What the page asks `/v1/intents/drafts` for."""
    kind, named, _ = act.value
    fields: dict[str, Any] = {"proposal": _signed_form(detail.proposal)}
    more = {"round": detail.proposal.round} if act == Act.APPROVE else {"evidence": ZERO}
    return {"kind": kind, "act": named, "fields": fields | more}


def _signed_form(proposal: Proposal) -> dict[str, Any]:
    told = {name: getattr(proposal, name) for name in SignedProposal.__dataclass_fields__}
    form: dict[str, Any] = SignedProposal(**told).as_json()
    return form


def _seat_in(detail: ProposalDetail, seats: list[Seat]) -> Seat | None:
    return next((seat for seat in seats if seat.committee == detail.proposal.committee), None)
