"""What the page of a campaign says of its rules and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import CampaignState

if TYPE_CHECKING:
    from ledger_api.campaigns.schemas import Campaign

BPS = 10_000
HUNDRED_YUAN_FEN = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignTerms:
    """Rules and end of a campaign.

    Attributes:
        match_fen: Match of each hundred yuan that are given, in fen; 0 if nothing is matched.
        counts_households: Whether it matters how many households give.
        returns_gifts: Whether gifts went back, or are to go back.
    """

    match_fen: int
    counts_households: bool
    returns_gifts: bool


def terms_of(campaign: Campaign) -> CampaignTerms:
    """Rules and end of a campaign. Of a hundred yuan a match in basis points is whole fen, of one it need not be."""
    return CampaignTerms(
        match_fen=campaign.match_bps * HUNDRED_YUAN_FEN // BPS,
        # None are some, and few.
        counts_households=campaign.households != 0 or campaign.min_households > 0,
        returns_gifts=bool(campaign.refunded_fen) or campaign.state is CampaignState.MISSED,
    )
