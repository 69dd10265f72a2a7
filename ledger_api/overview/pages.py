"""The first page: the town at a glance."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ledger_api.campaigns.service import unsettled_campaigns
from ledger_api.mirror import Mirror
from ledger_api.overview.service import overview
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.proposals.service import latest_proposals
from ledger_api.sessions.access import Viewing
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.service import lines_of, page_of

router = APIRouter(route_class=PageRoute)

LATEST = 8


@head_page(router, "/")
async def home(request: Request, mirror: Mirror, viewer: Viewing, locale: PageLocale) -> HTMLResponse:
    """The town at a glance."""
    figures = await overview(mirror)
    latest = await page_of(mirror, viewer, TransferFilter(), None, LATEST)
    running = await unsettled_campaigns(mirror)
    proposals = await latest_proposals(mirror, LATEST)
    values: dict[str, Any] = {
        "overview": figures,
        "latest": await lines_of(mirror, locale, latest.items, TransferFilter()),
        "campaigns": running,
        "requests": proposals,
    }
    return await page(request, "home.html", mirror.head, **values)
