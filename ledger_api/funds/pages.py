"""Pages of funds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from ledger_api.delegations.service import acts_of_fund
from ledger_api.funds.acts import acts_on_page
from ledger_api.funds.months import months_page
from ledger_api.funds.service import all_funds, fund_detail, require_fund
from ledger_api.members.rules import tier_sentence
from ledger_api.members.service import committees_of
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import MaybeReader, PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.proposals.service import proposals_page
from ledger_api.sessions.access import Viewing
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.service import lines_of, page_of

router = APIRouter(route_class=PageRoute)

LATEST = 8
MONTHS = 12
# Two years.
ROWS = 24
Number = Annotated[int, Path(ge=1, le=0xFFFF)]


@head_page(router, "/funds")
async def funds(request: Request, mirror: Mirror) -> HTMLResponse:
    """The tree of funds."""
    return await page(request, "funds.html", mirror.head, funds=await all_funds(mirror))


@head_page(router, "/funds/{fund}")
async def fund(
    request: Request,
    mirror: Mirror,
    signed_in: MaybeReader,
    viewer: Viewing,
    locale: PageLocale,
    fund: Number,
) -> HTMLResponse:
    """A fund: what it has, what came in, what went out, what is asked of it."""
    latest_months, more_months = await months_page(mirror, fund, None, MONTHS)
    detail = await fund_detail(mirror, fund, latest_months[::-1])
    of_fund = TransferFilter(fund=fund)
    latest = await page_of(mirror, viewer, of_fund, None, LATEST)
    proposals, more_proposals = await proposals_page(mirror, None, LATEST, fund=fund)
    committees = await committees_of(mirror, fund)
    acts = acts_on_page(
        has_committee=bool(committees), is_frozen=detail.fund.frozen, is_closed=detail.fund.closed
    )
    rules = {
        one.committee.committee: [tier_sentence(locale, tier, one.committee.seats) for tier in one.rules]
        for one in committees
    }
    values: dict[str, Any] = {
        "detail": detail, "rules": rules, "latest": await lines_of(mirror, locale, latest.items, of_fund), "requests": proposals,
        "more_requests": more_proposals, "more_months": more_months,
        "acts": await offered_to(mirror, signed_in, acts, detail.fund), "committees": committees,
        "desk_acts": await acts_of_fund(mirror, fund),
    }  # fmt: skip
    return await page(request, "fund.html", mirror.head, **values)


@head_page(router, "/funds/{fund}/months")
async def months(request: Request, mirror: Mirror, fund: Number, cursor: Cursor = None) -> HTMLResponse:
    """All months of a fund, page by page."""
    await require_fund(mirror, fund)
    found, following = await months_page(mirror, fund, cursor, ROWS)
    return await page(
        request,
        "fund_months.html",
        mirror.head,
        fund=fund,
        months=found,
        cursor=cursor,
        next_cursor=following,
    )
