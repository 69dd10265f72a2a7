"""What a campaign has, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.accounts import fund_of
from contracts.enums import CampaignState
from indexer.projections import campaign
from ledger_api.campaigns import history, queries
from ledger_api.campaigns.schemas import Campaign, CampaignDetail, Gift, MatchLock, Settlement
from ledger_api.errors import NotFoundError
from ledger_api.small_groups import is_small, public_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.mirror import Placed, Query, Reading


async def latest_campaigns(mirror: Reading, limit: int, before: int | None = None) -> list[Campaign]:
    """The campaigns of the highest numbers, from the highest.

    Args:
        mirror: A snapshot.
        limit: How many.
        before: Only those below this number; None takes all.
    """
    return await _campaigns(mirror, queries.latest_campaigns(limit, before))


async def unsettled_campaigns(mirror: Reading) -> list[Campaign]:
    """Campaigns that are not settled, by number."""
    return await _campaigns(mirror, queries.unsettled_campaigns())


async def latest_gifts(mirror: Reading, number: int, limit: int) -> list[Gift]:
    """Gifts to a campaign, newest first."""
    return await public_gifts(
        mirror, number, await mirror.placed(campaign.gifts, queries.latest_gifts(number, limit))
    )


async def public_gifts(mirror: Reading, number: int, found: Sequence[Placed[campaign.Gift]]) -> list[Gift]:
    """Gifts to a campaign as everybody reads them: without what would tell that two of them are of one household.

    Args:
        mirror: A snapshot.
        number: The campaign.
        found: Its gifts.
    """
    of = await mirror.placed(campaign.campaigns, queries.campaign_numbered(number))
    is_by_household = any(placed.version.per_household for placed in of)
    hidden: dict[str, None] = {"matched_fen": None} if is_by_household else {}
    return [mirror.placed_record(Gift, placed, **hidden) for placed in found]


async def campaign_detail(mirror: Reading, number: int) -> CampaignDetail:
    """A campaign and how it ended.

    Raises:
        NotFoundError: There is no such campaign.
    """
    found = await _campaigns(mirror, queries.campaign_numbered(number))
    if not found:
        raise NotFoundError("campaign", number)
    settled = await mirror.placed(campaign.campaign_settlements, queries.settlement(number))
    return CampaignDetail(
        campaign=found[0],
        settlement=_settlement(mirror, found[0], settled[0]) if settled else None,
        lock=await _lock(mirror, number),
        **mirror.head.stands(),
    )


async def _campaigns(mirror: Reading, query: Query) -> list[Campaign]:
    return [_campaign(mirror, placed) for placed in await mirror.placed(campaign.campaigns, query)]


def _campaign(mirror: Reading, placed: Placed[campaign.Campaign]) -> Campaign:
    version = placed.version
    building = version.building if any(version.building) else None
    hidden = {"matched_fen": None} if version.per_household and is_small(version.households) else {}
    return mirror.placed_record(
        Campaign,
        placed,
        building=building,
        fund=fund_of(version.purpose),
        households=public_count(version.households),
        **hidden,
    )


def _settlement(mirror: Reading, of: Campaign, placed: Placed[campaign.CampaignSettlement]) -> Settlement:
    # What a missed campaign hands over is nothing, whoever gave.
    is_hidden = of.matched_fen is None and of.state is CampaignState.REACHED
    hidden = {"matched_fen": None, "returned_fen": None} if is_hidden else {}
    return mirror.placed_record(Settlement, placed, **hidden)


async def _lock(mirror: Reading, number: int) -> MatchLock | None:
    lock = await mirror.first(history.match_lock(number))
    if lock is None:
        return None
    gift = await mirror.first(history.first_gift(number))
    return MatchLock(
        sequence=lock.sequence, amount_fen=lock.amount, first_gift_sequence=gift.sequence if gift else None
    )
