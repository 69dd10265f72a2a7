"""The first page: the town at a glance."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ledger_api.campaigns.service import unsettled_campaigns
from ledger_api.changes.service import count_to_come
from ledger_api.mirror import Mirror
from ledger_api.overview.service import overview
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.proposals.service import proposals_page
from ledger_api.sessions.access import Viewing
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.service import lines_of, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.funds.schemas import Fund

router = APIRouter(route_class=PageRoute)

LATEST = 8


@head_page(router, "/")
async def home(request: Request, mirror: Mirror, viewer: Viewing, locale: PageLocale) -> HTMLResponse:
    """The town at a glance."""
    figures = await overview(mirror)
    latest = await page_of(mirror, viewer, TransferFilter(), None, LATEST)
    running = await unsettled_campaigns(mirror)
    proposals, _ = await proposals_page(mirror, None, LATEST)
    values: dict[str, Any] = {
        "overview": figures,
        "fund_cards": fund_cards(figures.funds),
        "latest": await lines_of(mirror, locale, latest.items, TransferFilter()),
        "campaigns": running,
        "changes_to_come": await count_to_come(mirror),
        "requests": proposals,
    }
    return await page(request, "home.html", mirror.head, **values)


def fund_cards(funds: Sequence[Fund]) -> list[tuple[Fund, list[Fund], int]]:
    """Funds that stand under no other, each with those right under it and what these hold together, in fen."""
    below: defaultdict[int, list[Fund]] = defaultdict(list)
    for fund in funds:
        below[fund.parent].append(fund)
    return [(fund, below[fund.fund], sum(one.balance_fen for one in below[fund.fund])) for fund in below[0]]
