"""Pages of those who ask for money, and of the committee that approves before it is sent."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.portal.drafts.asking import amount_fen, next_number, payable_lines
from ledger_api.portal.drafts.part import part_of
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.portal.signing.person import person_of
from ledger_api.portal.signing.sheet import approval_sheet, request_sheet
from ledger_api.proposals.drafts import repository
from ledger_api.proposals.drafts.counting import shown
from ledger_api.proposals.drafts.endpoints import ProposalId
from ledger_api.sessions.current import MaybeSignedIn

router = APIRouter(route_class=PageRoute)


@router.get("/ask")
async def ask(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    budget_line: Annotated[int, Query(ge=0, lt=2**32)] = 0,
    amount: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The form of a new request; it asks for budget line and amount first."""
    if session is None:
        return await page(request, "sign_in.html")
    asked_fen = amount_fen(amount)
    lines = await payable_lines(mirror)
    chosen = next((payable for payable in lines if payable.line.budget_line == budget_line), None)
    sheet = None
    if chosen and asked_fen and asked_fen <= chosen.left_fen:
        number = await next_number(context.app_engine, mirror, context.clock())
        sheet = request_sheet(chosen.committee, chosen.line, asked_fen, number, session.member)
    values: dict[str, Any] = {"lines": lines, "chosen": chosen, "amount": amount, "asked_fen": asked_fen}
    return await page(request, "ask.html", mirror.head, sheet=sheet, **values)


@router.get("/drafts/{proposal_id}")
async def draft(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, proposal_id: ProposalId
) -> HTMLResponse:
    """A draft, who approved it, and what its reader may do now."""
    now = context.clock()
    kept = await repository.find(context.app_engine, id_bytes(proposal_id, 32))
    told = await shown(mirror, kept, now)
    person = await person_of(mirror, session.member, now) if session else None
    part = part_of(told, person)
    sheet = approval_sheet(kept, context.config.deployment) if part.approves else None
    papers = await asyncio.to_thread(context.documents.find, [told.payee, told.documents])
    values: dict[str, Any] = {"p": told, "part": part, "papers": papers}
    return await page(request, "draft.html", mirror.head, sheet=sheet, **values)
