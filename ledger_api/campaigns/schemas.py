"""JSON forms of campaigns and gifts."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import CampaignState
from contracts.events import (
    CampaignOpened,
    CampaignSettled,
    GiftAttested,
    GiftRefunded,
    GiftReversed,
)
from ledger_api.finality import Answer, Record
from ledger_api.forms import ByName, DonorId, Form, Id16, Id32, Moment, event_field


class Campaign(Record):
    """A campaign and what it has so far."""

    campaign: int = event_field(CampaignOpened, "campaign")
    purpose: int = event_field(CampaignOpened, "purpose")
    fund: int = Field(description="Fund of the purpose.")
    target_fen: int = event_field(CampaignOpened, "target_fen")
    min_households: int = event_field(CampaignOpened, "min_households")
    building: Id16 | None = event_field(CampaignOpened, "building")
    listed_households: int = Field(
        description="Households on the list of the campaign; 0 before it is published."
    )
    closes_at: Moment = event_field(CampaignOpened, "closes_at")
    settles_at: Moment = Field(
        description="First second at which it can be settled; gifts that the bank booked before the close are attested until then."
    )
    match_purpose: int = event_field(CampaignOpened, "match_purpose")
    match_lock_fen: int = event_field(CampaignOpened, "match_lock_fen")
    match_bps: int = event_field(CampaignOpened, "match_bps")
    match_per_giver_fen: int = event_field(CampaignOpened, "match_per_giver_fen")
    per_household: bool = event_field(CampaignOpened, "per_household")
    state: ByName[CampaignState] = Field(description="OPEN until it is settled, then REACHED or MISSED.")
    gifts: int = Field(description="Number of gifts.")
    gifts_fen: int = event_field(GiftAttested, "gifts_fen")
    matched_fen: int | None = Field(
        description="Match earned so far; handed over only if the target is reached, in fen. Null where one to"
        " four households gave: so few gifts and the sum of their matches would tell which are of one household."
    )
    households: int | None = Field(
        description="Distinct giving households so far; null for one to four, of whom gifts without a name could be told."
    )
    refunded_fen: int = Field(description="Gifts returned so far, in fen.")


class Settlement(Record):
    """How a campaign ended."""

    state: ByName[CampaignState] = event_field(CampaignSettled, "state")
    gifts_fen: int = event_field(CampaignSettled, "gifts_fen")
    matched_fen: int | None = Field(description="Match handed to the purpose, in fen; null as of a campaign.")
    returned_fen: int | None = Field(description="Match returned, in fen; null where `matched_fen` is.")


class Gift(Record):
    """A gift to a campaign."""

    bank_line: Id32 = event_field(GiftAttested, "bank_line")
    donor: DonorId = event_field(GiftAttested, "donor")
    amount_fen: int = event_field(GiftAttested, "amount_fen")
    booked_on: str = Field(description="Day on which the bank booked it, YYYY-MM-DD.")
    matched_fen: int | None = Field(
        description="Match that the gift earned, in fen; null for a gift of a household, since what it earned less than another would"
        " tell that both are of one household."
    )
    refunded_by: Id32 | None = event_field(GiftRefunded, "outgoing_bank_line")
    reversed_by: Id32 | None = event_field(GiftReversed, "outgoing_bank_line")


class CampaignDetail(Answer):
    """A campaign, how it ended, and whether its match stood before its first gift."""

    campaign: Campaign
    settlement: Settlement | None = Field(description="Null while it is open.")
    lock: MatchLock | None = Field(description="Null if there is no match.")


class MatchLock(Form):
    """The transfer that locked the match, and its place before every gift."""

    sequence: int = Field(description="Number of the transfer that locked it.")
    amount_fen: int = Field(description="Locked, in fen.")
    first_gift_sequence: int | None = Field(
        description="Number of the first gift's transfer; null before it."
    )


CampaignDetail.model_rebuild()
