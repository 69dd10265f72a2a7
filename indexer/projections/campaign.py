"""Campaigns, how each ended, and their gifts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.enums import CampaignState
from contracts.events import (
    CampaignOpened,
    CampaignSettled,
    GiftAttested,
    GiftRefunded,
    GiftReversed,
    HouseholdsListed,
)
from contracts.types import Uint64
from indexer.calendar import DAY_SECONDS
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

# Time after the close in which gifts that the bank booked before are still attested, in seconds (`ICampaigns`).
GRACE_SECONDS = 7 * DAY_SECONDS


@dataclass(kw_only=True)
class Campaign(Version):
    """A campaign and what it has so far."""

    campaign: int = column("Number of the campaign.")
    purpose: int = column("Purpose that receives the money.")
    target_fen: Uint64 = column("Gifts needed, match not counted, in fen.")
    min_households: int = column("Distinct giving households needed.")
    building: bytes = column("Only its households are listed, 16 bytes; zero if those of the town are.")
    listed_households: int = column("Households that were listed; 0 before.")
    households_root: bytes | None = column("Root of the tree over their leaves, 32 bytes; null before.")
    closes_at: int = column("First second at which no gift is taken, seconds since 1970.")
    settles_at: int = column(
        "First second at which it can be settled, and no gift is attested, seconds since 1970."
    )
    match_purpose: int = column("Purpose whose money is locked for matching; 0 if there is no match.")
    match_lock_fen: int = column("Locked at opening, cap of all matches together, in fen.")
    match_bps: int = column("Match per gift, in basis points of the gift.")
    match_per_giver_fen: Uint64 = column("Cap of matches per household and per organisation, in fen.")
    per_household: bool = column("Whether households alone are matched; else organisations as well.")
    state: CampaignState = column("State on the chain.")
    gifts: int = column("Number of gifts but those taken back.")
    gifts_fen: int = column("All gifts but those taken back, in fen.")
    matched_fen: int = column("Match earned, in fen.")
    households: int = column("Distinct giving households.")
    refunded_fen: int = column("Gifts returned, in fen.")


@dataclass(kw_only=True)
class CampaignSettlement(Version):
    """How a campaign ended. It never changes."""

    campaign: int = column("Number of the campaign.")
    state: CampaignState = column("Reached or missed.")
    gifts_fen: int = column("All gifts, in fen.")
    matched_fen: int = column("Match handed to the purpose, in fen.")
    returned_fen: int = column("Match returned to the matching purpose, in fen.")


@dataclass(kw_only=True)
class Gift(Version):
    """A gift to a campaign."""

    bank_line: bytes = column("Key of the line that brought it, 32 bytes.")
    campaign: int = column("Number of the campaign.")
    donor: bytes = column("Public donor: member id left-aligned; private donor: commitment. 32 bytes.")
    household: int = column("Number of the household in the list of the campaign; 0 if none is named.")
    amount_fen: int = column("In fen.")
    booked_on: int = column("Day on which the bank booked it: days since 1970 in China.")
    matched_fen: int = column("Match it earned, in fen.")
    refunded_by: bytes | None = column("Key of the line that returned it, 32 bytes; null if none did.")
    reversed_by: bytes | None = column("Key of the line by which it bounced, 32 bytes; null if it did not.")


class Phase(StrEnum):
    """Where a campaign stands in time; finer than its state, because time passes without an event."""

    OPEN = "open"
    COUNTING = "counting"
    CLOSED = "closed"
    REACHED = "reached"
    MISSED = "missed"


def phase(campaign: Campaign, block_time: int) -> Phase:
    """Where a campaign stands at a moment, by the comparisons that `Campaigns` makes.

    After the close it is counting for a while: gifts that the bank booked before are still attested. Then it waits to be settled.

    Args:
        campaign: The campaign.
        block_time: Time of a block, seconds since 1970.
    """
    if campaign.state == CampaignState.OPEN:
        if block_time < campaign.settles_at:
            return Phase.OPEN if block_time < campaign.closes_at else Phase.COUNTING
        return Phase.CLOSED
    return Phase.REACHED if campaign.state == CampaignState.REACHED else Phase.MISSED


campaigns = Noun("campaigns", Campaign, key=("campaign",), open_indexes=[("state",)])
campaign_settlements = Noun("campaign_settlements", CampaignSettlement, key=("campaign",))
gifts = Noun("gifts", Gift, key=("bank_line",), open_indexes=[("campaign", "block_number", "log_index")])


@campaigns.begins(CampaignOpened)
def _opened(event: CampaignOpened, _: Block) -> Campaign:
    return Campaign(
        campaign=event.campaign,
        purpose=event.purpose,
        target_fen=event.target_fen,
        min_households=event.min_households,
        building=event.building,
        listed_households=0,
        households_root=None,
        closes_at=event.closes_at,
        settles_at=event.closes_at + GRACE_SECONDS,
        match_purpose=event.match_purpose,
        match_lock_fen=event.match_lock_fen,
        match_bps=event.match_bps,
        match_per_giver_fen=event.match_per_giver_fen,
        per_household=event.per_household,
        state=CampaignState.OPEN,
        gifts=0,
        gifts_fen=0,
        matched_fen=0,
        households=0,
        refunded_fen=0,
    )


@campaigns.changes(GiftAttested)
def _gift_counted(campaign: Campaign, event: GiftAttested, _: Block) -> None:
    _require_state(campaign, event, CampaignState.OPEN)
    campaign.gifts += 1
    campaign.gifts_fen += event.amount_fen
    campaign.matched_fen += event.matched_fen
    campaign.households = event.households
    require(event.gifts_fen == campaign.gifts_fen, event, f"{campaign.gifts_fen} fen", event.gifts_fen)


@campaigns.changes(HouseholdsListed)
def _listed(campaign: Campaign, event: HouseholdsListed, _: Block) -> None:
    _require_state(campaign, event, CampaignState.OPEN)
    require(campaign.households_root is None, event, "no list of households", "one")
    campaign.listed_households, campaign.households_root = event.households, event.root


@campaigns.changes(GiftReversed)
def _gift_discounted(campaign: Campaign, event: GiftReversed, _: Block) -> None:
    campaign.gifts -= 1
    campaign.gifts_fen -= event.amount_fen
    campaign.matched_fen -= event.matched_fen
    campaign.households = event.households
    require(event.gifts_fen == campaign.gifts_fen, event, f"{campaign.gifts_fen} fen", event.gifts_fen)


@campaigns.changes(CampaignSettled)
def _settled(campaign: Campaign, event: CampaignSettled, _: Block) -> None:
    _require_state(campaign, event, CampaignState.OPEN)
    campaign.state = CampaignState(event.state)


@campaigns.changes(GiftRefunded)
def _refunded(campaign: Campaign, event: GiftRefunded, _: Block) -> None:
    _require_state(campaign, event, CampaignState.MISSED)
    campaign.refunded_fen += event.amount_fen


@campaign_settlements.begins(CampaignSettled)
def _ended(event: CampaignSettled, _: Block) -> CampaignSettlement:
    return CampaignSettlement(
        campaign=event.campaign,
        state=CampaignState(event.state),
        gifts_fen=event.gifts_fen,
        matched_fen=event.matched_fen,
        returned_fen=event.returned_fen,
    )


@gifts.begins(GiftAttested)
def _gift(event: GiftAttested, _: Block) -> Gift:
    return Gift(
        bank_line=event.bank_line,
        campaign=event.campaign,
        donor=event.donor,
        household=event.household,
        amount_fen=event.amount_fen,
        booked_on=event.booked_on,
        matched_fen=event.matched_fen,
        refunded_by=None,
        reversed_by=None,
    )


@gifts.changes(GiftRefunded)
def _gift_refunded(gift: Gift, event: GiftRefunded, _: Block) -> None:
    _require_there(gift, event)
    gift.refunded_by = event.outgoing_bank_line


@gifts.changes(GiftReversed, when=lambda event: any(event.outgoing_bank_line))
def _gift_bounced(gift: Gift, event: GiftReversed, _: Block) -> None:
    _require_there(gift, event)
    gift.reversed_by = event.outgoing_bank_line


@gifts.ends(GiftReversed, when=lambda event: not any(event.outgoing_bank_line))
def _gift_was_a_mistake(gift: Gift, event: GiftReversed, _: Block) -> None:
    """Its line may be attested anew."""
    _require_there(gift, event)


def _require_there(gift: Gift, event: object) -> None:
    is_back = gift.refunded_by is not None or gift.reversed_by is not None
    require(not is_back, event, "a gift that was not returned", "one that was")


def _require_state(campaign: Campaign, event: object, state: CampaignState) -> None:
    require(campaign.state == state, event, state.name, CampaignState(campaign.state).name)
