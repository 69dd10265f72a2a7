"""Queries for campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import CampaignState
from indexer.projections.campaign import campaign_settlements, campaigns, gifts
from ledger_api.mirror import placed_rows

if TYPE_CHECKING:
    from sqlalchemy import Select


def all_campaigns() -> Select[Any]:
    """All campaigns by number."""
    return placed_rows(campaigns).order_by(campaigns.table.c.campaign)


def latest_campaigns(limit: int) -> Select[Any]:
    """The campaigns of the highest numbers, from the highest."""
    return placed_rows(campaigns).order_by(campaigns.table.c.campaign.desc()).limit(limit)


def unsettled_campaigns() -> Select[Any]:
    """Campaigns that are not settled, by number."""
    return all_campaigns().where(campaigns.table.c.state == CampaignState.OPEN)


def campaign_numbered(campaign: int) -> Select[Any]:
    """The campaign of a number."""
    return placed_rows(campaigns).where(campaigns.table.c.campaign == campaign)


def gifts_to(campaign: int) -> Select[Any]:
    """Gifts to a campaign, newest first."""
    columns = gifts.table.c
    return (
        placed_rows(gifts)
        .where(columns.campaign == campaign)
        .order_by(columns.block_number.desc(), columns.log_index.desc())
    )


def settlement(campaign: int) -> Select[Any]:
    """How a campaign ended."""
    return placed_rows(campaign_settlements).where(campaign_settlements.table.c.campaign == campaign)
