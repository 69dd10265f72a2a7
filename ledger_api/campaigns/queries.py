"""Queries for campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import CampaignState
from indexer.projections.campaign import campaign_settlements, campaigns, gifts
from kit.prepared import prepared
from ledger_api.mirror import placed_rows

if TYPE_CHECKING:
    from sqlalchemy import Select


@prepared
def latest_campaigns(limit: int, before: int | None = None) -> Select[Any]:
    """The campaigns of the highest numbers, from the highest.

    Args:
        limit: How many.
        before: Only those below this number; None takes all.
    """
    number = campaigns.table.c.campaign
    query = placed_rows(campaigns).order_by(number.desc()).limit(limit)
    return query if before is None else query.where(number < before)


@prepared
def unsettled_campaigns() -> Select[Any]:
    """Campaigns that are not settled, by number."""
    columns = campaigns.table.c
    return placed_rows(campaigns).where(columns.state == CampaignState.OPEN).order_by(columns.campaign)


@prepared
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


@prepared
def settlement(campaign: int) -> Select[Any]:
    """How a campaign ended."""
    return placed_rows(campaign_settlements).where(campaign_settlements.table.c.campaign == campaign)
