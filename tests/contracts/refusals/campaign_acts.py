"""Acts on campaigns as the tests of what they refuse do them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import signer
from tests.contracts.giving import CAMPAIGN, attest
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    DAY,
    DEADLINE,
    MATCHING,
    RESIDENTS,
    STAIRWELL,
    donation,
    fresh_nonce,
    line,
    number_of,
)
from wallets.intents import AttestGifts, Gift, RefundGift, ReverseGift

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


# In which gifts that the bank booked before the close are attested.
GRACE = 7 * DAY


class CampaignActs:
    """A steward, a registrar and a treasurer."""

    def open(self, place: EvmTown, campaign: int = CAMPAIGN, **changes: Any) -> None:
        terms = {
            "purpose": STAIRWELL, "target": 1_000, "households": 0, "building": BUILDING,
            "closes": place.now + DAY, "match_purpose": 0, "lock": 0, "bps": 0, "per_giver": 0, "by_household": False,
        } | changes  # fmt: skip
        place.send(signer("steward"), "Campaigns", "openCampaign", campaign, tuple(terms.values()))

    def list(self, place: EvmTown, households: int = len(RESIDENTS), root: bytes = b"r" * 32) -> None:
        place.send(signer("registrar"), "Campaigns", "listHouseholds", CAMPAIGN, root, households)

    def matched(self, place: EvmTown, *, by_household: bool = False) -> None:
        """A campaign of the town that is matched one to one, up to 400 a giver."""
        attest(place, donation("pot", 10_000, MATCHING))
        match = {"match_purpose": MATCHING, "lock": 10_000, "bps": 10_000, "per_giver": 400}
        self.open(place, building=bytes(16), by_household=by_household, **match)
        self.list(place)

    def matched_fen(self, place: EvmTown) -> int:
        return int(place.read("Campaigns", "campaignRecord", CAMPAIGN)[2])

    def reverse(self, place: EvmTown, name: str, by: str = "cashier", **changes: Any) -> None:
        fields: dict[str, Any] = {
            "campaign": CAMPAIGN, "bank_line": line(name), "outgoing_bank_line": line(f"{name} back"), "document": b"d" * 32,
        } | changes  # fmt: skip
        place.act(signer(by), ReverseGift(**fields, nonce=0, deadline=0))

    def give(
        self,
        place: EvmTown,
        name: str = "resident one",
        campaign: int = CAMPAIGN,
        by: str = "treasurer",
        **changes: Any,
    ) -> None:
        fields: dict[str, Any] = {
            "bank_line": line(name), "amount_fen": 500, "booked_on": BOOKED_ON, "donor": b"d" * 32, "household": number_of(name),
        } | changes  # fmt: skip
        gifts = (Gift(**fields),)
        intent = AttestGifts(
            campaign=campaign, bank=BANK, gifts=gifts, nonce=fresh_nonce(), deadline=DEADLINE
        )
        place.carry(signer(by), intent)

    def refund(self, place: EvmTown, name: str, campaign: int = CAMPAIGN) -> None:
        intent = RefundGift(
            campaign=campaign,
            bank_line=line(name),
            outgoing_bank_line=line(f"{name} back"),
            nonce=0,
            deadline=0,
        )
        place.act(signer("treasurer"), intent)

    def settle(self, place: EvmTown, campaign: int = CAMPAIGN) -> None:
        place.send(signer("anyone"), "Campaigns", "settle", campaign)
