"""What a campaign has, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.projections import campaign
from ledger_api.campaigns import history, repository
from ledger_api.campaigns.schemas import Campaign, CampaignDetail, MatchLock, Settlement
from ledger_api.errors import NotFoundError

if TYPE_CHECKING:
    from ledger_api.mirror import Placed, Query, Reading


async def campaigns_of(mirror: Reading, query: Query) -> list[Campaign]:
    """The campaigns of a query."""
    return [_campaign(mirror, placed) for placed in await mirror.placed(campaign.campaigns, query)]


async def campaign_detail(mirror: Reading, number: int) -> CampaignDetail:
    """A campaign and how it ended.

    Raises:
        NotFoundError: There is no such campaign.
    """
    found = await campaigns_of(mirror, repository.campaign_numbered(number))
    if not found:
        raise NotFoundError("campaign", number)
    settled = await mirror.placed(campaign.campaign_settlements, repository.settlement(number))
    return CampaignDetail(
        campaign=found[0],
        settlement=mirror.placed_record(Settlement, settled[0]) if settled else None,
        lock=await _lock(mirror, number),
        **mirror.head.stands(),
    )


def _campaign(mirror: Reading, placed: Placed[campaign.Campaign]) -> Campaign:
    version = placed.version
    building = version.building if any(version.building) else None
    return mirror.placed_record(Campaign, placed, building=building, fund=version.purpose >> 16)


async def _lock(mirror: Reading, number: int) -> MatchLock | None:
    lock = await mirror.first(history.match_lock(number))
    if lock is None:
        return None
    gift = await mirror.first(history.first_gift(number))
    return MatchLock(
        sequence=lock.sequence, amount_fen=lock.amount, first_gift_sequence=gift.sequence if gift else None
    )
