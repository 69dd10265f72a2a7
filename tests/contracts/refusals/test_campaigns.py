"""Campaigns: what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, CampaignState, Level
from indexer.calendar import china_day, day_start
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.giving import CAMPAIGN, attest
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    DAY,
    DEADLINE,
    FUND,
    MATCHING,
    RESIDENTS,
    STAIRWELL,
    STREET,
    account,
    donation,
    fresh_nonce,
    household,
    line,
    number_of,
)
from wallets.intents import AttestGifts, Gift, RefundGift, ReverseDonation, ReverseGift

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


# In which gifts that the bank booked before the close are attested.
GRACE = 7 * DAY


class TestCampaigns:
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

    @pytest.mark.parametrize(
        "changes",
        [
            {"target": 0},
            {"lock": 5},
            {"bps": 10_000},
            {"per_giver": 5},
            {"match_purpose": MATCHING, "lock": 5, "bps": 10_000},
            {"match_purpose": MATCHING, "lock": 5, "per_giver": 5},
            {"match_purpose": MATCHING, "bps": 10_000, "per_giver": 5},
        ],
    )
    def test_terms_that_make_no_sense_are_refused(self, place: EvmTown, changes: dict[str, Any]) -> None:
        with refused("CampaignsTermsInvalid"):
            self.open(place, **changes)

    @pytest.mark.parametrize("seconds", [-DAY, 0, DAY - 1, 365 * DAY + 1])
    def test_campaign_of_less_than_a_day_or_more_than_a_year_is_refused(
        self, place: EvmTown, seconds: int
    ) -> None:
        """(p05)"""
        with refused("CampaignsLengthInvalid", campaign=CAMPAIGN, closes_at=place.now + seconds):
            self.open(place, closes=place.now + seconds)

    @pytest.mark.parametrize("seconds", [DAY, 365 * DAY])
    def test_campaign_of_a_day_or_a_year_is_opened(self, place: EvmTown, seconds: int) -> None:
        self.open(place, closes=place.now + seconds)

    def test_match_above_three_to_one_is_refused(self, place: EvmTown) -> None:
        """(p03)"""
        attest(place, donation("pot", 5, MATCHING))
        with refused("CampaignsMatchTooHigh", match_bps=30_001, max_bps=30_000):
            self.open(place, match_purpose=MATCHING, lock=5, bps=30_001, per_giver=5)
        self.open(place, match_purpose=MATCHING, lock=5, bps=30_000, per_giver=5)

    def test_pot_of_a_fund_that_is_not_above_is_refused(self, place: EvmTown) -> None:
        """(p03, p18)"""
        beside, above = 9 << 16 | 1, STREET << 16 | 1
        place.send(signer("steward"), "Funds", "openFund", 9, STREET, Level.COMMUNITY, BANK)
        for purpose in (beside, above):
            place.send(signer("steward"), "Funds", "openPurpose", purpose)
        with refused("CampaignsPotElsewhere", match_purpose=beside, purpose=STAIRWELL):
            self.open(place, match_purpose=beside, lock=5, bps=10_000, per_giver=5)
        with refused("CampaignsPotElsewhere", match_purpose=MATCHING, purpose=above):
            self.open(place, purpose=above, match_purpose=MATCHING, lock=5, bps=10_000, per_giver=5)
        with refused("LedgerBalanceInsufficient"):
            self.open(place, match_purpose=above, lock=5, bps=10_000, per_giver=5)

    def test_unknown_purpose_is_refused(self, place: EvmTown) -> None:
        with refused("CampaignsPurposeUnknown", purpose=99):
            self.open(place, purpose=99)
        with refused("CampaignsPurposeUnknown", purpose=98):
            self.open(place, match_purpose=98, lock=1, bps=1, per_giver=1)

    def test_taken_or_zero_id_is_refused(self, place: EvmTown) -> None:
        self.open(place)
        for campaign in (0, CAMPAIGN):
            with refused("CampaignsIdTaken"):
                self.open(place, campaign)

    def test_match_that_does_not_fit_beside_a_gift_is_refused(self, place: EvmTown) -> None:
        """Whatever is locked fits, so that no match of a gift is ever cut off."""
        with refused("CampaignsLockTooHigh"):
            self.open(place, match_purpose=MATCHING, lock=2**56, bps=10_000, per_giver=2**56)
        with refused("LedgerBalanceInsufficient"):
            self.open(place, match_purpose=MATCHING, lock=2**56 - 1, bps=10_000, per_giver=2**56 - 1)

    def test_match_above_the_pot_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerBalanceInsufficient"):
            self.open(place, match_purpose=MATCHING, lock=1, bps=10_000, per_giver=1)

    def test_gift_of_a_household_is_refused_as_long_as_none_are_listed(self, place: EvmTown) -> None:
        """(p17)"""
        self.open(place)
        with refused("CampaignsHouseholdUnknown", bank_line=line("resident one"), household=1, listed=0):
            self.give(place)
        self.give(place, household=0)

    def test_treasurer_alone_invents_no_household(self, place: EvmTown) -> None:
        """(p17) Whatever a treasurer names, no more households count than the registrar listed."""
        self.open(place, households=3)
        self.list(place, 2)
        for name, number in (("a", 1), ("b", 2), ("c", 2), ("d", 1)):
            self.give(place, name, household=number)
        for number in (3, 4, 2**32 - 1):
            with refused("CampaignsHouseholdUnknown", household=number, listed=2):
                self.give(place, "e", household=number)
        place.wait(DAY + GRACE)
        self.settle(place)
        assert place.read("Campaigns", "campaignRecord", CAMPAIGN)[:1] == (CampaignState.MISSED,)

    @pytest.mark.parametrize("building", [BUILDING, bytes(16)], ids=["building", "town"])
    def test_registrar_lists_no_more_households_than_stand_there(
        self, place: EvmTown, building: bytes
    ) -> None:
        """(p17)"""
        self.open(place, building=building)
        with refused("CampaignsHouseholdsTooMany", campaign=CAMPAIGN, households=6, placed=5):
            self.list(place, 6)
        place.send(signer("registrar"), "Members", "placeHousehold", household("barber"), b"elsewhere!______")
        if building == BUILDING:
            with refused("CampaignsHouseholdsTooMany", households=6, placed=5):
                self.list(place, 6)
        else:
            self.list(place, 6)

    def test_households_that_left_are_not_counted(self, place: EvmTown) -> None:
        """(p17)"""
        registrar = signer("registrar")
        for building in (b"elsewhere!______", b"elsewhere!______", bytes(16)):
            place.send(registrar, "Members", "placeHousehold", household("resident one"), building)
        for building in (BUILDING, bytes(16)):
            assert place.read("Members", "householdsIn", building) == 4
        with refused("MembersHouseholdMissing"):
            place.send(registrar, "Members", "placeHousehold", bytes(16), BUILDING)

    def test_households_are_listed_once(self, place: EvmTown) -> None:
        """(p17)"""
        self.open(place)
        self.list(place, 4)
        with refused("CampaignsHouseholdsListed", campaign=CAMPAIGN, households=4):
            self.list(place, 5)

    @pytest.mark.parametrize(("households", "root"), [(0, b"r" * 32), (1, bytes(32))])
    def test_empty_list_is_refused(self, place: EvmTown, households: int, root: bytes) -> None:
        self.open(place)
        with refused("CampaignsHouseholdsMissing", campaign=CAMPAIGN):
            self.list(place, households, root)

    def test_households_of_a_campaign_that_is_over_are_not_listed(self, place: EvmTown) -> None:
        self.open(place)
        place.wait(DAY + GRACE)
        self.settle(place)
        with refused("CampaignsNotIn"):
            self.list(place)

    def test_fresh_commitments_of_one_donor_are_matched_with_nothing(self, place: EvmTown) -> None:
        """(p18)"""
        self.matched(place)
        for name in ("a", "b", "c"):
            self.give(place, name, donor=keccak(text=name), household=0)
        assert place.read("Campaigns", "campaignRecord", CAMPAIGN)[1:4] == (1_500, 0, 0)

    def test_person_who_gives_openly_is_matched_only_as_a_household(self, place: EvmTown) -> None:
        """(p18)"""
        self.matched(place)
        self.give(place, "a", donor=member_id("resident one") + bytes(16), household=0)
        assert self.matched_fen(place) == 0

    def test_household_is_matched_up_to_its_cap_whoever_of_it_gives(self, place: EvmTown) -> None:
        """(p18)"""
        self.matched(place)
        for name in ("a", "b"):
            self.give(place, name, amount_fen=300, donor=keccak(text=name), household=2)
        assert self.matched_fen(place) == 400

    @pytest.mark.parametrize(("by_household", "matched_fen"), [(False, 400), (True, 0)])
    def test_organisation_is_matched_up_to_its_cap_unless_households_alone_are(
        self, place: EvmTown, by_household: bool, matched_fen: int
    ) -> None:
        """(p18)"""
        self.matched(place, by_household=by_household)
        for name in ("a", "b"):
            self.give(place, name, amount_fen=300, donor=member_id("firm") + bytes(16), household=0)
        assert self.matched_fen(place) == matched_fen

    def test_donor_that_looks_like_an_organisation_is_none(self, place: EvmTown) -> None:
        """(p18)"""
        self.matched(place)
        self.give(place, "a", donor=member_id("firm") + bytes(15) + b"1", household=0)
        self.give(place, "b", donor=member_id("nobody") + bytes(16), household=0)
        assert self.matched_fen(place) == 0

    def test_who_gives_openly_names_no_household(self, place: EvmTown) -> None:
        """The number would tell every other gift of that household: who lives in it everybody knows (p53)."""
        self.matched(place)
        for name in ("resident one", "firm"):
            donor = member_id(name) + bytes(16)
            with refused("CampaignsHouseholdOfOpenDonor", donor=donor):
                self.give(place, donor=donor, household=1)
        self.give(place, donor=member_id("resident one") + bytes(15) + b"1", household=1)

    def test_gift_is_taken_back_by_another_treasurer_than_attested_it(self, place: EvmTown) -> None:
        """(p42)"""
        self.matched(place)
        self.give(place)
        with refused(
            "FundsSecondPersonNeeded", bank_line=line("resident one"), treasurer=member_id("treasurer")
        ):
            self.reverse(place, "resident one", by="treasurer")
        with refused("MembersRoleMissing"):
            self.reverse(place, "resident one", by="resident two")
        self.reverse(place, "resident one")
        with refused("FundsEntryUnknown"):
            self.reverse(place, "resident one")

    def test_line_of_a_gift_is_no_second_gift_and_no_donation_whoever_says_so(self, place: EvmTown) -> None:
        for campaign in (CAMPAIGN, CAMPAIGN + 1):
            self.open(place, campaign)
        self.give(place, household=0)
        for campaign in (CAMPAIGN, CAMPAIGN + 1):
            with refused("FundsBankLineUsed", bank_line=line("resident one"), state=BankLineState.GIFT):
                self.give(place, household=0, campaign=campaign, by="cashier")
        with refused("FundsBankLineUsed", state=BankLineState.GIFT):
            attest(place, donation("resident one", 500), by="cashier")

    @pytest.mark.parametrize("campaign", [0, CAMPAIGN + 1])
    def test_gift_of_another_campaign_is_not_taken_back(self, place: EvmTown, campaign: int) -> None:
        self.matched(place)
        self.give(place)
        with refused("CampaignsGiftUnknown", bank_line=line("resident one")):
            self.reverse(place, "resident one", campaign=campaign)

    def test_gift_is_taken_back_and_returned_for_its_own_campaign_alone(self, place: EvmTown) -> None:
        """Two campaigns of one fund, so that the same treasurers may act on both."""
        for campaign in (CAMPAIGN, CAMPAIGN + 1):
            self.open(place, campaign)
        self.give(place, household=0)
        with refused("FundsEntryUnknown", bank_line=line("resident one")):
            self.reverse(place, "resident one", campaign=CAMPAIGN + 1)
        with refused("FundsEntryUnknown"):
            self.reverse(place, "a line never seen")
        place.wait(DAY + GRACE)
        for campaign in (CAMPAIGN, CAMPAIGN + 1):
            self.settle(place, campaign)
        with refused("FundsEntryUnknown", bank_line=line("resident one")):
            self.refund(place, "resident one", campaign=CAMPAIGN + 1)
        self.refund(place, "resident one")

    def test_bounced_gift_does_not_leave_a_frozen_fund(self, place: EvmTown) -> None:
        self.matched(place)
        self.give(place)
        place.send(signer("guardian"), "Funds", "freeze", FUND)
        for outgoing in (line("back"), bytes(32)):
            with refused("LedgerFundFrozen", fund=FUND):
                self.reverse(place, "resident one", outgoing_bank_line=outgoing)
        place.send(signer("guardian"), "Funds", "unfreeze", FUND)
        self.reverse(place, "resident one", outgoing_bank_line=bytes(32))

    def test_purpose_that_has_spent_the_gift_does_not_pay_it_back(self, place: EvmTown) -> None:
        """(p42)"""
        attest(place, donation("of the purpose", 500, STAIRWELL))
        self.open(place)
        self.give(place, amount_fen=1_000, household=0)
        place.wait(DAY + GRACE)
        self.settle(place)
        intent = ReverseDonation(
            fund=FUND, bank_line=line("of the purpose"), outgoing_bank_line=line("out"), new_purpose=0, document=b"d" * 32,
            nonce=0, deadline=0,
        )  # fmt: skip
        place.act(signer("cashier"), intent)
        self.reverse(place, "resident one")
        assert place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, STAIRWELL)) == 0

    def test_gift_from_nobody_is_refused(self, place: EvmTown) -> None:
        self.open(place)
        self.list(place)
        with refused("CampaignsDonorMissing"):
            self.give(place, donor=bytes(32))

    def test_gift_whose_line_was_a_donation_is_refused(self, place: EvmTown) -> None:
        self.open(place)
        attest(place, donation("resident one", 500))
        with refused("FundsBankLineUsed"):
            self.give(place, household=0)

    def test_empty_attestation_is_refused(self, place: EvmTown) -> None:
        self.open(place)
        with refused("CampaignsNothingToAttest"):
            place.act(
                signer("treasurer"), AttestGifts(campaign=CAMPAIGN, bank=BANK, gifts=(), nonce=0, deadline=0)
            )

    def test_gift_booked_before_the_close_is_attested_until_the_grace_is_over(self, place: EvmTown) -> None:
        """(p19)"""
        self.open(place)
        self.list(place)
        settles_at = place.now + DAY + GRACE
        place.wait(DAY + GRACE - 1)
        self.give(place)
        place.wait(1)
        with refused("CampaignsClosed", campaign=CAMPAIGN, settles_at=settles_at):
            self.give(place, "resident two")

    def test_gift_booked_after_the_last_day_is_refused_within_the_grace(self, place: EvmTown) -> None:
        """(p19) The last second is of the sixteenth, seven hours before its end in China; a statement has no hours."""
        self.open(place)
        self.list(place)
        place.wait(2 * DAY)
        late, last = BOOKED_ON + 2, BOOKED_ON + 1
        with refused(
            "CampaignsBookedAfterClose", bank_line=line("resident one"), booked_on=late, last_day=last
        ):
            self.give(place, booked_on=late)
        self.give(place, booked_on=last)

    def test_campaign_that_closes_at_midnight_counts_the_day_before(self, place: EvmTown) -> None:
        """(p19)"""
        midnight = day_start(BOOKED_ON + 3)
        self.open(place, closes=midnight)
        self.list(place)
        place.wait(midnight - place.now)
        with refused("CampaignsBookedAfterClose", last_day=BOOKED_ON + 2):
            self.give(place, booked_on=BOOKED_ON + 3)
        self.give(place, booked_on=BOOKED_ON + 2)

    def test_gift_that_the_bank_will_have_booked_tomorrow_is_refused(self, place: EvmTown) -> None:
        self.open(place, closes=place.now + 9 * DAY)
        self.list(place)
        today = china_day(place.now)
        with refused(
            "CampaignsBookedAhead", bank_line=line("resident one"), booked_on=today + 1, today=today
        ):
            self.give(place, booked_on=today + 1)
        self.give(place, booked_on=today)

    def test_treasurer_who_attests_after_the_close_does_not_sink_a_campaign(self, place: EvmTown) -> None:
        """(p19)"""
        self.open(place)
        self.list(place)
        place.wait(2 * DAY)
        with refused("CampaignsStillOpen"):
            self.settle(place)
        self.give(place, amount_fen=1_000)
        place.wait(GRACE - DAY)
        self.settle(place)
        state, *_ = place.read("Campaigns", "campaignRecord", CAMPAIGN)
        assert state == CampaignState.REACHED

    def test_campaign_is_settled_when_the_grace_is_over_and_once(self, place: EvmTown) -> None:
        self.open(place)
        settles_at = place.now + DAY + GRACE
        place.wait(DAY + GRACE - 1)
        with refused("CampaignsStillOpen", campaign=CAMPAIGN, settles_at=settles_at):
            self.settle(place)
        place.wait(1)
        self.settle(place)
        with refused("CampaignsNotIn", needed=CampaignState.OPEN, found=CampaignState.MISSED):
            self.settle(place)

    def test_gift_of_another_campaign_is_not_returned(self, place: EvmTown) -> None:
        self.open(place)
        self.list(place)
        self.give(place)
        with refused("CampaignsNotIn", needed=CampaignState.MISSED, found=CampaignState.OPEN):
            self.refund(place, "resident one")
        place.wait(DAY + GRACE)
        self.settle(place)
        with refused("FundsEntryUnknown"):
            self.refund(place, "resident two")
        self.refund(place, "resident one")
        with refused("FundsEntryUnknown"):
            self.refund(place, "resident one")
        with refused("FundsEntryUnknown"):
            self.reverse(place, "resident one")
