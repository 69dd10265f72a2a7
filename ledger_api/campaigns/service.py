"""What a campaign has, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind
from contracts.enums import Reason
from ledger_api.campaigns import repository
from ledger_api.campaigns.schemas import Campaign, CampaignDetail, MatchLock, Settlement
from ledger_api.errors import NotFoundError
from ledger_api.mirror import pick

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ledger_api.mirror import Reading


def campaign_of(mirror: Reading, row: Row[Any]) -> Campaign:
    """A row of `repository.campaigns` as a campaign."""
    building = row.building if any(row.building) else None
    told = pick(Campaign, row) | {"building": building, "fund": row.purpose >> 16}
    return Campaign(**told, standing=mirror.standing(row.block_number))


async def campaign_detail(mirror: Reading, campaign: int) -> CampaignDetail:
    """A campaign and how it ended.

    Raises:
        NotFoundError: There is no such campaign.
    """
    row = await mirror.first(repository.campaigns().where(repository.opened.c.campaign == campaign))
    if row is None:
        raise NotFoundError("campaign", campaign)
    settled = await mirror.first(repository.settlement(campaign))
    return CampaignDetail(
        campaign=campaign_of(mirror, row),
        settlement=mirror.record(Settlement, settled) if settled else None,
        lock=await _lock(mirror, campaign),
        **mirror.head.stands(),
    )


async def _lock(mirror: Reading, campaign: int) -> MatchLock | None:
    number = campaign.to_bytes(31, "big")
    lock = await mirror.first(
        repository.transfers_of(Reason.MATCH_LOCK, bytes([AccountKind.MATCH_LOCK]) + number)
    )
    if lock is None:
        return None
    gift = await mirror.first(
        repository.transfers_of(Reason.CAMPAIGN_GIFT, bytes([AccountKind.CAMPAIGN]) + number)
    )
    return MatchLock(
        sequence=lock.sequence, amount_fen=lock.amount, first_gift_sequence=gift.sequence if gift else None
    )
