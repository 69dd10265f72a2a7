"""Pages of requests for money: all of them, one and the sheets of its acts, asking, drafts, and the inbox of the committee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from contracts.enums import Role
from ledger_api.context import AppContext, Context
from ledger_api.documents.readers import may_read
from ledger_api.documents.reasons import Reasons, reasons_of
from ledger_api.errors import SessionForbiddenError
from ledger_api.forms import hexed, id_bytes
from ledger_api.funds.service import fund_numbered
from ledger_api.members.person import Person, person_of
from ledger_api.mirror import Mirror, Reading
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered as acts_offered
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.proposals.acts import (
    ACTS_ON_STEP,
    OF_PAYMENT,
    act_named,
    may_execute,
    obstacle_of,
    offered,
)
from ledger_api.proposals.asking import Entry, amount_fen, entry_of, next_number, payable_lines
from ledger_api.proposals.drafts.notice import notice_of
from ledger_api.proposals.drafts.ours import OurDrafts
from ledger_api.proposals.drafts.part import part_of
from ledger_api.proposals.drafts.schemas import ProposalId
from ledger_api.proposals.inbox import BallotPage, DraftPage, ballots_of, drafts_for, reader_of
from ledger_api.proposals.joint import MOST, Joint, funds_of, joint_of
from ledger_api.proposals.objections import unanswered
from ledger_api.proposals.progress import bar_of, terms_of
from ledger_api.proposals.schemas import Proposal, ProposalDetail
from ledger_api.proposals.service import (
    detail_as_seen_by,
    id_of,
    proposal_detail,
    proposals_page,
    seats_by_committee,
)
from ledger_api.proposals.sheets import act_sheet, approval_sheet, joint_sheet, request_sheet
from ledger_api.proposals.texts.service import written
from ledger_api.proposals.waiting import is_doing, waiting_on
from ledger_api.sessions.access import DataClass, Viewer, Viewing
from ledger_api.sessions.current import MaybeSignedIn, SignedIn
from ledger_api.statements.schemas import StatementLineAnswer
from ledger_api.statements.service import unused_lines
from register.documents import Document

router = APIRouter(route_class=PageRoute)

ROWS = 24


@head_page(router, "/proposals")
async def proposals(
    request: Request,
    mirror: Mirror,
    cursor: Cursor = None,
    fund: Annotated[int | None, Query(ge=1, le=0xFFFF)] = None,
) -> HTMLResponse:
    """Requests for money, newest first; of all funds, or of one."""
    found, following = await proposals_page(mirror, cursor, ROWS, fund=fund)
    return await page(
        request,
        "proposals.html",
        mirror.head,
        requests=found,
        cursor=cursor,
        next_cursor=following,
        fund=fund,
    )


@router.get("/proposals/{proposal}")
async def proposal(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    proposal: str,
) -> HTMLResponse:
    """A request, all that happened to it, and what its reader may do now; by its id, or by the number that people use."""
    detail = detail_as_seen_by(viewer, await proposal_detail(mirror, await id_of(mirror, proposal)))
    person = await person_of(mirror, session.member, context.clock()) if session else None
    waiting = await waiting_on(context.app_engine, mirror, detail.proposal)
    acts = [act for act in offered(detail, person) if not is_doing(session, act.function, waiting)]
    values: dict[str, Any] = {
        "detail": detail,
        "acts": acts,
        "pending": waiting,
        "executes": may_execute(detail, person, waiting),
        "reverses": acts_offered(OF_PAYMENT, None if waiting else person, detail.proposal, mirror.head.time),
        "acts_on_step": {
            kind: acts_offered(acts, None if waiting else person, detail.proposal, mirror.head.time)
            for kind, acts in ACTS_ON_STEP.items()
        },
        "written": await written(context, detail.proposal.payee, detail.proposal.documents),
        "bar": bar_of(detail),
        "terms": terms_of(detail.proposal),
        "seats": await seats_by_committee(mirror, {step.committee for step in detail.timeline}),
        "reasons": await _reasons(context, viewer, detail),
    }
    return await page(request, "proposal.html", mirror.head, **values)


class ChoosingRoute(PageRoute):
    """A route whose parameters are, besides those declared, one for each request that may be chosen."""

    def query_names(self, path: Mapping[str, str]) -> frozenset[str]:
        """Names of its parameters; see `NamesQuery`."""
        return super().query_names(path).union(f"request.{place}" for place in range(1, MOST + 1))


choosing = APIRouter(route_class=ChoosingRoute)


@choosing.get("/joint-payment")
async def joint_payment(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    fund: Annotated[int, Query(ge=0, le=0xFFFF)] = 0,
    bank_line: Annotated[str, Query(max_length=66)] = "",
) -> HTMLResponse:
    """Several requests that one bank line paid: asks for the fund, then for requests and line; signed is what adds up."""
    if session is None:
        return await page(request, "sign_in.html")
    person = await person_of(mirror, session.member, context.clock())
    if fund and not person.holds(Role.TREASURER, fund):
        raise SessionForbiddenError(f"expected a treasurer of fund {fund}, got {hexed(person.member)}")
    chosen = {value for name, value in request.query_params.items() if name.startswith("request.")}
    joint = await joint_of(mirror, context.app_engine, fund, chosen, bank_line) if fund else Joint()
    sheet = joint_sheet(joint)
    return await page(
        request, "joint_payment.html", mirror.head, joint=joint, sheet=sheet, funds=funds_of(person)
    )


router.include_router(choosing)


@router.get("/proposals/{proposal}/sign")
async def sign(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    proposal: str,
    act: Annotated[str, Query(max_length=40)] = "APPROVE",
    bank_line: Annotated[str, Query(max_length=66)] = "",
) -> HTMLResponse:
    """The sheet. Who is not signed in may still sign with a wallet what needs neither words nor a bank line."""
    detail = detail_as_seen_by(viewer, await proposal_detail(mirror, id_bytes(proposal, 32)))
    chosen = act_named(act)
    if session is None and (chosen.needs_statement or chosen.needs_bank_line):
        return await page(request, "sign_in.html")
    person = await person_of(mirror, session.member, context.clock()) if session else None
    needs_line = chosen.needs_bank_line
    lines = await _proofs(context, mirror, person, detail.proposal) if person and needs_line else []
    line = next((line for line in lines if hexed(line.bank_line) == bank_line), None)
    waiting = await waiting_on(context.app_engine, mirror, detail.proposal)
    is_signed = is_doing(session, chosen.function, waiting)
    obstacle = obstacle_of(chosen, detail, is_signed=is_signed, has_line=line is not None)
    sheet = None if obstacle else act_sheet(chosen, detail.proposal, line)
    seats = person.seats_in(detail.proposal.deciding_committee) if person else []
    return await page(
        request, "sign_proposal.html", mirror.head,
        act=chosen, detail=detail, seat=next(iter(seats), None), lines=lines, line=line, sheet=sheet, pending=waiting,
        obstacle=obstacle, objections=unanswered(detail.timeline) if chosen.answers_objections else [],
        reasons=await _reasons(context, viewer, detail),
    )  # fmt: skip


@router.get("/committee")
async def committee(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    ours: OurDrafts,
    cursor: Cursor = None,
) -> HTMLResponse:
    """What the committees of whoever is signed in can still decide."""
    person = await person_of(mirror, session.member, context.clock()) if session else None
    ballots, drafts = BallotPage(), DraftPage()
    if person is not None:
        ballots = await ballots_of(mirror, person, context.clock(), cursor, ROWS)
        if cursor is None:
            drafts = await drafts_for(ours, mirror, person, None, ROWS)
    return await page(
        request, "committee.html", mirror.head, ballots=ballots, drafts=drafts, cursor=cursor,
        seats=person.seats if person else [], inbox_reader=reader_of(person),
    )  # fmt: skip


@router.get("/committee/drafts")
async def committee_drafts(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: SignedIn,
    ours: OurDrafts,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All drafts that wait for whoever is signed in or that the reader asked for, page by page."""
    person = await person_of(mirror, session.member, context.clock())
    drafts = await drafts_for(ours, mirror, person, cursor, ROWS)
    return await page(request, "committee_drafts.html", mirror.head, drafts=drafts, cursor=cursor)


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
    requested_fen = amount_fen(amount)
    lines = await payable_lines(mirror)
    chosen = next((payable for payable in lines if payable.line.budget_line == budget_line), None)
    sheet, entry = None, entry_of(amount, chosen)
    if chosen and requested_fen and entry is Entry.WHOLE:
        number = await next_number(context.app_engine, mirror, context.clock())
        sheet = request_sheet(chosen.committee, chosen.line, requested_fen, number, session.member)
    values: dict[str, Any] = {
        "lines": lines,
        "chosen": chosen,
        "amount": amount,
        "requested_fen": requested_fen,
    }
    return await page(request, "ask.html", mirror.head, sheet=sheet, entry=entry, **values)


@router.get("/drafts/{proposal_id}")
async def draft(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    ours: OurDrafts,
    proposal_id: ProposalId,
) -> HTMLResponse:
    """A draft, who approved it, and what its reader may do now."""
    kept = await ours.kept(id_bytes(proposal_id, 32))
    draft_view = await ours.shown(mirror, kept)
    person = await person_of(mirror, session.member, context.clock()) if session else None
    part = part_of(draft_view, person)
    sheet = approval_sheet(kept, context.config.deployment) if part.approves else None
    kept_text = await written(context, draft_view.payee, draft_view.documents)
    values: dict[str, Any] = {"p": draft_view, "part": part, "notice": notice_of(draft_view.state, part)}
    return await page(request, "draft.html", mirror.head, sheet=sheet, written=kept_text, **values)


async def _reasons(context: Context, viewer: Viewer, detail: ProposalDetail) -> dict[bytes, Reasons]:
    """Reasons of the acts on a request, as their reader may know them."""
    proposal, authors = detail.proposal, {(step.statement, step.member) for step in detail.timeline}

    async def is_open(document: Document) -> bool:
        # Only what the one who acted stored: else whoever names somebody's secret could read it.
        is_of_act = (document.commitment, document.stored_by) in authors
        if is_of_act and any(
            viewer.may_read(DataClass.DOCUMENT, fund=proposal.fund, committee=committee)
            for committee in (proposal.committee, proposal.deciding_committee)
        ):
            return True
        return await may_read(context, viewer, document)

    return await reasons_of(context.documents, [step.statement for step in detail.timeline], is_open)


async def _proofs(
    context: Context, mirror: Reading, person: Person, proposal: Proposal
) -> list[StatementLineAnswer]:
    """Bank lines that may prove a payment: unused ones of the fund's account and exactly its amount."""
    if not person.holds(Role.TREASURER, proposal.fund):
        raise SessionForbiddenError(
            f"expected a treasurer of fund {proposal.fund}, got {hexed(person.member)}"
        )
    fund = await fund_numbered(mirror, proposal.fund)
    return await unused_lines(context.app_engine, mirror, fund.bank, -proposal.amount_fen) if fund else []
