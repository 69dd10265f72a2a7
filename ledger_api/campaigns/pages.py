"""Pages of campaigns."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from ledger_api.campaigns import service
from ledger_api.campaigns.acts import DECLARED
from ledger_api.campaigns.terms import terms_of
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.sessions.current import MaybeSignedIn

router = APIRouter(route_class=PageRoute)

ROWS = 50


@head_page(router, "/campaigns")
async def campaigns(request: Request, mirror: Mirror, cursor: Cursor = None) -> HTMLResponse:
    """Campaigns, newest first."""
    found, following = await service.campaigns_page(mirror, cursor, ROWS)
    return await page(
        request, "campaigns.html", mirror.head, campaigns=found, cursor=cursor, next_cursor=following
    )


@head_page(router, "/campaigns/{campaign}")
async def campaign(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    campaign: Annotated[int, Path(ge=1, lt=2**32)],
    cursor: Cursor = None,
) -> HTMLResponse:
    """A campaign, its gifts and its match."""
    detail = await service.campaign_detail(mirror, campaign)
    gifts, following = await service.gifts_page(mirror, campaign, cursor, ROWS)
    values: dict[str, Any] = {
        "detail": detail, "terms": terms_of(detail.campaign, mirror.head.time), "gifts": gifts, "cursor": cursor,
        "next_cursor": following,
        "acts": await offered_to(mirror, session, DECLARED.on_page, detail.campaign),
        "refunds": await offered_to(mirror, session, ("RefundGift",), detail.campaign),
    }  # fmt: skip
    return await page(request, "campaign.html", mirror.head, **values)
