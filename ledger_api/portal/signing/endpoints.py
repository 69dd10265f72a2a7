"""The sheet for an act on a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from contracts.enums import Role
from indexer.projections.fund import funds
from ledger_api.context import AppContext, Context
from ledger_api.errors import SessionForbiddenError
from ledger_api.forms import hexed, id_bytes
from ledger_api.funds.queries import fund_numbered
from ledger_api.mirror import Mirror, Reading
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.portal.signing.person import Person, person_of
from ledger_api.portal.signing.sheet import act_sheet
from ledger_api.portal.signing.waiting import is_doing, waiting_on
from ledger_api.proposals.acts import act_named
from ledger_api.proposals.schemas import Proposal
from ledger_api.proposals.service import proposal_detail
from ledger_api.sessions.current import MaybeSignedIn
from ledger_api.statements.schemas import StatementLineAnswer
from ledger_api.statements.service import unused_lines

router = APIRouter(route_class=PageRoute)


@router.get("/proposals/{proposal}/sign")
async def sign(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    proposal: str,
    act: Annotated[str, Query(max_length=40)] = "APPROVE",
    bank_line: Annotated[str, Query(max_length=66)] = "",
) -> HTMLResponse:
    """The sheet. Who is not signed in may still sign with a wallet what needs neither words nor a bank line."""
    detail, wanted = await proposal_detail(mirror, id_bytes(proposal, 32)), act_named(act)
    if session is None and (wanted.needs_statement or wanted.needs_bank_line):
        return await page(request, "sign_in.html")
    person = await person_of(mirror, session.member, context.clock()) if session else None
    needs_line = wanted.needs_bank_line
    lines = await _proofs(context, mirror, person, detail.proposal) if person and needs_line else []
    line = next((line for line in lines if hexed(line.bank_line) == bank_line), None)
    waiting = await waiting_on(context.app_engine, mirror, detail.proposal)
    is_signed = is_doing(session, wanted, waiting)
    is_ready = wanted.is_open(detail) and not is_signed and (line is not None or not needs_line)
    sheet = act_sheet(wanted, detail.proposal, line) if is_ready else None
    seats = person.seats_in(detail.proposal.committee) if person else []
    return await page(
        request, "sign_proposal.html", mirror.head,
        act=wanted, told=detail, seat=next(iter(seats), None), lines=lines, line=line, sheet=sheet, pending=waiting,
        is_signed=is_signed,
    )  # fmt: skip


async def _proofs(
    context: Context, mirror: Reading, person: Person, proposal: Proposal
) -> list[StatementLineAnswer]:
    """Bank lines that may prove a payment: unused ones of the fund's account and exactly its amount."""
    if not person.holds(Role.TREASURER, proposal.fund):
        raise SessionForbiddenError(
            f"expected a treasurer of fund {proposal.fund}, got {hexed(person.member)}"
        )
    (fund,) = await mirror.versions(funds, fund_numbered(proposal.fund))
    return await unused_lines(context.app_engine, mirror, fund.bank, -proposal.amount_fen)
