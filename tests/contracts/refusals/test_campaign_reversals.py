"""Gifts to campaigns that are taken back or returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, CampaignState
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.giving import CAMPAIGN, attest
from tests.contracts.neighbourhood import (
    DAY,
    FUND,
    STAIRWELL,
    account,
    donation,
    line,
)
from tests.contracts.refusals.campaign_acts import GRACE, CampaignActs
from wallets.intents import ReverseDonation

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestGiftsTakenBack(CampaignActs):
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
