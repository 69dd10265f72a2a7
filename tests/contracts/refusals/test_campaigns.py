"""Campaigns and lists of their households: what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import CampaignState, Level
from tests.conftest import signer
from tests.contracts.evm import refused
from tests.contracts.giving import CAMPAIGN, attest
from tests.contracts.neighbourhood import (
    BANK,
    BUILDING,
    DAY,
    MATCHING,
    STAIRWELL,
    STREET,
    donation,
    household,
    line,
)
from tests.contracts.refusals.campaign_acts import GRACE, CampaignActs

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestCampaigns(CampaignActs):
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
