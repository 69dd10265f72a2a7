"""Pages for everybody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from contracts.accounts import account_parts
from contracts.enums import ProposalState, Reason
from indexer.projections.campaign import gifts
from indexer.projections.fund import funds as fund_noun
from ledger_api.campaigns import repository as campaign_queries
from ledger_api.campaigns.schemas import Gift
from ledger_api.campaigns.service import campaign_detail, campaigns_of
from ledger_api.context import AppContext
from ledger_api.enterprises.service import all_enterprises, enterprise_detail, open_lots
from ledger_api.forms import enum_member, id_bytes
from ledger_api.funds.repository import fund_numbered
from ledger_api.funds.service import all_funds, fund_detail
from ledger_api.mirror import Mirror, Reading, open_rows
from ledger_api.overview.service import overview
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered as acts_offered
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.portal.signing.acts import may_execute, offered
from ledger_api.portal.signing.person import person_of
from ledger_api.portal.signing.waiting import is_doing, waiting_on
from ledger_api.proposals.repository import latest as latest_proposals
from ledger_api.proposals.schemas import Proposal
from ledger_api.proposals.service import id_of, proposal_detail, proposals_of
from ledger_api.sessions.current import MaybeSignedIn
from ledger_api.transfers.repository import TransferFilter
from ledger_api.transfers.service import page_of, transfer

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.sessions.current import Session

router = APIRouter(route_class=PageRoute)

OPEN_STATES = (
    ProposalState.SUBMITTED,
    ProposalState.APPROVED,
    ProposalState.SUSPENDED,
    ProposalState.EXECUTED,
)
ROWS = 50
LATEST = 8
MONTHS = 12
ENTERPRISE_ACTS = ("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut")


@head_page(router, "/")
async def home(request: Request, mirror: Mirror) -> HTMLResponse:
    """The town at a glance."""
    told = await overview(mirror)
    latest = await page_of(mirror, TransferFilter(), None, LATEST)
    running = await campaigns_of(mirror, campaign_queries.unsettled_campaigns())
    proposals = await _proposals(mirror, limit=LATEST)
    values: dict[str, Any] = {
        "overview": told,
        "latest": latest.items,
        "campaigns": running,
        "requests": proposals,
    }
    return await page(request, "home.html", mirror.head, **values)


@head_page(router, "/funds")
async def funds(request: Request, mirror: Mirror) -> HTMLResponse:
    """The tree of funds."""
    return await page(request, "funds.html", mirror.head, funds=await all_funds(mirror))


@head_page(router, "/funds/{fund}")
async def fund(
    request: Request, mirror: Mirror, session: MaybeSignedIn, fund: Annotated[int, Path(ge=1, le=0xFFFF)]
) -> HTMLResponse:
    """A fund: what it has, what came in, what went out, what is asked of it."""
    detail = await fund_detail(mirror, fund, MONTHS)
    latest = await page_of(mirror, TransferFilter(fund=fund), None, LATEST)
    proposals = await _proposals(mirror, fund=fund, limit=LATEST)
    values: dict[str, Any] = {
        "told": detail, "latest": latest.items, "requests": proposals,
        "acts": await _offered(mirror, session, ("OpenTask",), detail.fund),
    }  # fmt: skip
    return await page(request, "fund.html", mirror.head, **values)


@head_page(router, "/ledger")
async def ledger(
    request: Request,
    mirror: Mirror,
    cursor: Cursor = None,
    fund: Annotated[str, Query(max_length=5, pattern="^[0-9]*$")] = "",
    reason: Annotated[str, Query(max_length=40)] = "",
    account: Annotated[str, Query(max_length=66)] = "",
) -> HTMLResponse:
    """The ledger, newest first."""
    wanted = TransferFilter(
        fund=int(fund) if fund else None,
        reason=enum_member(Reason, reason) if reason else None,
        account=id_bytes(account, 32) if account else None,
    )
    told = await page_of(mirror, wanted, cursor, ROWS)
    chosen = {
        name: value for name, value in (("fund", fund), ("reason", reason), ("account", account)) if value
    }
    values: dict[str, Any] = {
        "told": told,
        "rows": told.items,
        "funds": await mirror.versions(fund_noun, open_rows(fund_noun).order_by(fund_noun.table.c.fund)),
        "reasons": list(Reason)[1:],
        "chosen": chosen,
    }
    return await page(request, "ledger.html", mirror.head, **values)


@head_page(router, "/ledger/{sequence}")
async def receipt(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    sequence: Annotated[int, Path(ge=1, lt=2**63)],
) -> HTMLResponse:
    """One transfer as a receipt."""
    told = await transfer(mirror, sequence)
    fund = account_parts(told.payee)[1] >> 16 if told.reason is Reason.DONATION else None
    of = None if fund is None else next(iter(await mirror.versions(fund_noun, fund_numbered(fund))), None)
    acts = await _offered(mirror, session, ("ReverseDonation",), of) if of else []
    return await page(request, "receipt.html", mirror.head, told=told, acts=acts, fund=fund)


@head_page(router, "/proposals")
async def proposals(request: Request, mirror: Mirror) -> HTMLResponse:
    """Requests for money, newest first."""
    return await page(request, "proposals.html", mirror.head, requests=await _proposals(mirror, limit=100))


@router.get("/proposals/{proposal}")
async def proposal(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, proposal: str
) -> HTMLResponse:
    """A request, all that happened to it, and what its reader may do now; by its id, or by the number that people use."""
    detail = await proposal_detail(mirror, await id_of(mirror, proposal))
    person = await person_of(mirror, session.member, context.clock()) if session else None
    waiting = await waiting_on(context.app_engine, mirror, detail.proposal)
    acts = [act for act in offered(detail, person) if not is_doing(session, act, waiting)]
    values: dict[str, Any] = {
        "told": detail,
        "acts": acts,
        "pending": waiting,
        "executes": may_execute(detail, person, waiting),
        "reverses": acts_offered(
            ("ReverseDisbursement",), None if waiting else person, detail.proposal, mirror.head.time
        ),
        "papers": await asyncio.to_thread(
            context.documents.find, [detail.proposal.payee, detail.proposal.documents]
        ),
    }
    return await page(request, "proposal.html", mirror.head, **values)


@head_page(router, "/campaigns")
async def campaigns(request: Request, mirror: Mirror) -> HTMLResponse:
    """Campaigns, newest first."""
    latest = await campaigns_of(mirror, campaign_queries.latest_campaigns(ROWS))
    return await page(request, "campaigns.html", mirror.head, campaigns=latest)


@head_page(router, "/campaigns/{campaign}")
async def campaign(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    campaign: Annotated[int, Path(ge=1, lt=2**32)],
) -> HTMLResponse:
    """A campaign, its gifts and its match."""
    detail = await campaign_detail(mirror, campaign)
    latest = await mirror.placed(gifts, campaign_queries.latest_gifts(campaign, ROWS))
    shown = [mirror.placed_record(Gift, placed) for placed in latest]
    values: dict[str, Any] = {
        "told": detail, "gifts": shown,
        "acts": await _offered(mirror, session, ("AttestGifts",), detail.campaign),
        "refunds": await _offered(mirror, session, ("RefundGift",), detail.campaign),
    }  # fmt: skip
    return await page(request, "campaign.html", mirror.head, **values)


@head_page(router, "/enterprises")
async def enterprises(request: Request, mirror: Mirror) -> HTMLResponse:
    """The micro-factories."""
    return await page(request, "enterprises.html", mirror.head, enterprises=await all_enterprises(mirror))


@head_page(router, "/enterprises/{enterprise}")
async def enterprise(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    enterprise: Annotated[int, Path(ge=1, lt=2**32)],
) -> HTMLResponse:
    """A micro-factory: what it earned, its orders, what is to be settled, and what its reader may do."""
    detail = await enterprise_detail(mirror, enterprise)
    values: dict[str, Any] = {
        "told": detail, "lots": await open_lots(mirror, enterprise),
        "acts": await _offered(mirror, session, ENTERPRISE_ACTS, detail.enterprise),
        "settles": await _offered(mirror, session, ("SettleLot",), detail.enterprise),
    }  # fmt: skip
    return await page(request, "enterprise.html", mirror.head, **values)


async def _offered(
    mirror: Reading, session: Session | None, names: tuple[str, ...], thing: object
) -> list[Act]:
    """What a page offers whoever is signed in; as of the head, since a page of the head shows nothing else."""
    person = await person_of(mirror, session.member, mirror.head.time) if session else None
    return acts_offered(names, person, thing, mirror.head.time)


async def _proposals(mirror: Reading, *, fund: int | None = None, limit: int) -> list[Proposal]:
    return await proposals_of(mirror, latest_proposals(fund, limit))
