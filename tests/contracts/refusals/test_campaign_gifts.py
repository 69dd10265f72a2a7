"""Gifts to campaigns: which are refused, and what is matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_utils import keccak

from contracts.enums import CampaignState
from indexer.calendar import china_day, day_start
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.giving import CAMPAIGN, attest
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    DAY,
    donation,
    line,
)
from tests.contracts.refusals.campaign_acts import GRACE, CampaignActs
from wallets.intents import AttestGifts

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestGifts(CampaignActs):
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
