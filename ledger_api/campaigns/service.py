"""What a campaign has, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import fund_of
from contracts.enums import CampaignState
from indexer.calendar import day_text
from indexer.projections import campaign
from ledger_api.campaigns import history, queries
from ledger_api.campaigns.schemas import Campaign, CampaignDetail, Gift, MatchLock, Settlement
from ledger_api.errors import NotFoundError
from ledger_api.lists import newest_page
from ledger_api.paging import cut, decode_cursor, encode_cursor
from ledger_api.small_groups import is_small, public_count

if TYPE_CHECKING:
    from ledger_api.mirror import Placed, Query, Reading


async def campaigns_page(
    mirror: Reading, cursor: str | None, limit: int
) -> tuple[list[Campaign], str | None]:
    """Campaigns from the highest number, and the cursor of those below; None if there are none.

    Args:
        mirror: A snapshot.
        cursor: Where to begin; None with the highest.
        limit: How many.
    """
    before = None if cursor is None else decode_cursor(cursor, int)[0]
    found = await _campaigns(mirror, queries.latest_campaigns(limit + 1, before))
    return cut(found, limit, lambda one: encode_cursor(one.campaign))


async def unsettled_campaigns(mirror: Reading) -> list[Campaign]:
    """Campaigns that are not settled, by number."""
    return await _campaigns(mirror, queries.unsettled_campaigns())


async def gifts_page(
    mirror: Reading, number: int, cursor: str | None, limit: int
) -> tuple[list[Gift], str | None]:
    """Gifts to a campaign as everybody reads them, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        number: The campaign.
        cursor: Where to begin; None with the newest.
        limit: How many.
    """
    found, following = await newest_page(mirror, campaign.gifts, queries.gifts_to(number), cursor, limit)
    return [_public_gift(mirror, placed) for placed in found], following


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


def _public_gift(mirror: Reading, placed: Placed[campaign.Gift]) -> Gift:
    """A gift as everybody reads it: without what would tell that another is of the same household."""
    gift = placed.version
    hidden: dict[str, Any] = {"matched_fen": None} if gift.household else {}
    return mirror.placed_record(Gift, placed, booked_on=day_text(gift.booked_on), **hidden)


async def _campaigns(mirror: Reading, query: Query) -> list[Campaign]:
    return [_campaign(mirror, placed) for placed in await mirror.placed(campaign.campaigns, query)]


def _campaign(mirror: Reading, placed: Placed[campaign.Campaign]) -> Campaign:
    version = placed.version
    building = version.building if any(version.building) else None
    hidden = {"matched_fen": None} if version.match_lock_fen and is_small(version.households) else {}
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
