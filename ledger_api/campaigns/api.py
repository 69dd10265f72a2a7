"""Addresses for campaigns."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ledger_api.campaigns import service
from ledger_api.campaigns.schemas import Campaign, CampaignDetail, Gift
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit

router = APIRouter(tags=["campaigns"], route_class=HeadRoute)

Number = Annotated[int, Path(ge=1, lt=2**32)]


@table(router, "/v1/campaigns")
async def list_campaigns(mirror: Mirror, cursor: Cursor = None, limit: Limit = 100) -> Page[Campaign]:
    """Campaigns, newest first."""
    items, following = await service.campaigns_page(mirror, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/campaigns/{campaign}")
async def get_campaign(mirror: Mirror, campaign: Number) -> CampaignDetail:
    """A campaign, how it ended, and that its match was locked before the first gift."""
    return await service.campaign_detail(mirror, campaign)


@table(router, "/v1/campaigns/{campaign}/gifts")
async def list_gifts(
    mirror: Mirror, campaign: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[Gift]:
    """Gifts to a campaign, newest first."""
    items, following = await service.gifts_page(mirror, campaign, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())
