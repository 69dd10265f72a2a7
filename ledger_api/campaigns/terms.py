"""What the page of a campaign says of its rules and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import CampaignState
from kit.translation import N_

if TYPE_CHECKING:
    from ledger_api.campaigns.schemas import Campaign

BPS = 10_000
HUNDRED_YUAN_FEN = 10_000
MATCH_BY_HOUSEHOLD = N_("每捐 100 元，基金配捐 {match}，每户最多配捐 {most}。")
MATCH_BY_GIVER = N_("每捐 100 元，基金配捐 {match}，每户、每个公开捐款的单位最多配捐 {most}。")


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignTerms:
    """Rules and end of a campaign.

    Attributes:
        match_fen: Match of each hundred yuan that are given, in fen; 0 if nothing is matched.
        match_rule: What the page says of the match, with `{match}` and with `{most}` that one household or organisation gets.
        tells_each_match: Whether it is told what gifts of organisations were matched with; else the sum alone.
        counts_households: Whether it matters how many households give.
        returns_gifts: Whether gifts went back, or are to go back.
        is_counting: Whether it has closed, and gifts that the bank booked before are still attested.
        last_day: A moment of the last day whose gifts count, seconds since 1970.
    """

    match_fen: int
    match_rule: str
    tells_each_match: bool
    counts_households: bool
    returns_gifts: bool
    is_counting: bool
    last_day: int


def terms_of(campaign: Campaign, now: int) -> CampaignTerms:
    """Rules and end of a campaign. Of a hundred yuan a match in basis points is whole fen, of one it need not be.

    Args:
        campaign: The campaign.
        now: Time of a block, seconds since 1970.
    """
    return CampaignTerms(
        match_fen=campaign.match_bps * HUNDRED_YUAN_FEN // BPS,
        match_rule=MATCH_BY_HOUSEHOLD if campaign.per_household else MATCH_BY_GIVER,
        tells_each_match=not campaign.per_household,
        # None are some, and few.
        counts_households=campaign.households != 0 or campaign.min_households > 0,
        returns_gifts=bool(campaign.refunded_fen) or campaign.state is CampaignState.MISSED,
        is_counting=campaign.state is CampaignState.OPEN and campaign.closes_at <= now < campaign.settles_at,
        last_day=campaign.closes_at - 1,
    )
