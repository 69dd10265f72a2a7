"""Funds and donations: what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, Level, MemberKind, Role
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.giving import NONE, attest
from tests.contracts.neighbourhood import (
    BANK,
    DEADLINE,
    FUND,
    GENERAL,
    STAIRWELL,
    STREET,
    account,
    donation,
    line,
)
from wallets.intents import ReverseDonation
from wallets.possession import prove_possession

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestFunds:
    def steward(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(signer("steward"), "Funds", function, *args)

    def test_taken_or_zero_ids_are_refused(self, place: EvmTown) -> None:
        for function, args in (
            ("openBankAccount", (0,)),
            ("openBankAccount", (BANK,)),
            ("openFund", (0, 0, Level.CITY, BANK)),
            ("openFund", (FUND, STREET, Level.COMMUNITY, BANK)),
        ):
            with refused("FundsIdTaken"):
                self.steward(place, function, *args)

    @pytest.mark.parametrize("level", [Level.NONE, Level.CITY, Level.STREET])
    def test_fund_not_below_its_parent_is_refused(self, place: EvmTown, level: Level) -> None:
        with refused("FundsLevelInvalid", fund=9, level=level):
            self.steward(place, "openFund", 9, STREET, level, BANK)

    def test_fund_under_an_unknown_parent_or_at_an_unknown_bank_is_refused(self, place: EvmTown) -> None:
        with refused("FundsFundUnknown", fund=77):
            self.steward(place, "openFund", 9, 77, Level.SPECIAL, BANK)
        with refused("FundsBankUnknown", bank=5):
            self.steward(place, "openFund", 9, STREET, Level.SPECIAL, 5)

    def test_purpose_or_freeze_of_an_unknown_fund_is_refused(self, place: EvmTown) -> None:
        with refused("FundsFundUnknown"):
            self.steward(place, "openPurpose", 77 << 16 | 1)
        with refused("FundsFundUnknown"):
            place.send(signer("guardian"), "Funds", "freeze", 77)

    def test_bank_line_used_twice_is_refused(self, place: EvmTown) -> None:
        attest(place, donation("salary", 100))
        with refused("FundsBankLineUsed", bank_line=line("salary"), state=BankLineState.DONATION):
            attest(place, donation("salary", 100))

    def test_bank_line_used_twice_in_one_batch_is_refused_whole(self, place: EvmTown) -> None:
        with refused("FundsBankLineUsed"):
            attest(place, donation("other", 5), donation("salary", 100), donation("salary", 100))
        assert place.read("Ledger", "sequence") == 0
        assert place.read("Funds", "bankLineState", line("other")) == BankLineState.UNUSED

    def test_donation_of_zero_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerAmountOutOfRange"):
            attest(place, donation("nothing", 0))

    def test_donation_from_nobody_is_refused(self, place: EvmTown) -> None:
        nobodys = replace(donation("a", 1), donor=bytes(32))
        for donations in ([nobodys], [donation("b", 1), nobodys]):
            with refused("DonationsDonorMissing", bank_line=line("a")):
                attest(place, *donations)

    def test_empty_attestation_is_refused(self, place: EvmTown) -> None:
        with refused("DonationsNothingToAttest"):
            attest(place)

    def test_purpose_of_another_fund_is_refused(self, place: EvmTown) -> None:
        with refused("FundsPurposeNotInFund"):
            attest(place, donation("a", 1, STREET << 16 | 1))

    def test_unknown_purpose_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerAccountUnknown"):
            attest(place, donation("a", 1, FUND << 16 | 99))

    def test_treasurer_of_another_fund_is_refused(self, place: EvmTown) -> None:
        with refused("MembersRoleMissing", scope=STREET):
            attest(place, donation("a", 1, STREET << 16 | 1), fund=STREET)

    def test_reversal_of_what_is_no_donation_of_the_fund_is_refused(self, place: EvmTown) -> None:
        with refused("FundsDonationUnknown"):
            self.reverse(place, "never")
        attest(place, donation("a", 100))
        self.reverse(place, "a")
        with refused("FundsDonationUnknown"):
            self.reverse(place, "a")

    def test_donation_is_not_returned_by_its_own_line(self, place: EvmTown) -> None:
        attest(place, donation("a", 100))
        with refused("FundsBankLineUsed"):
            self.reverse(place, "a", line("a"))

    def test_returned_donation_is_not_attested_anew(self, place: EvmTown) -> None:
        attest(place, donation("a", 100))
        self.reverse(place, "a", line("out"))
        with refused("FundsBankLineUsed", state=BankLineState.REFUNDED):
            attest(place, donation("a", 100))
        with refused("FundsBankLineUsed", state=BankLineState.USED):
            attest(place, donation("out", 100))

    def test_treasurer_does_not_take_back_what_the_same_one_attested(self, place: EvmTown) -> None:
        """(p12)"""
        attest(place, donation("a", 100))
        for outgoing in (NONE, line("out")):
            with refused("FundsSecondPersonNeeded", bank_line=line("a"), treasurer=member_id("treasurer")):
                self.reverse(place, "a", outgoing, by="treasurer")

    def test_gift_taken_back_as_a_mistake_is_attested_anew_as_was_said_and_by_another(
        self, place: EvmTown
    ) -> None:
        """(p12)"""
        attest(place, donation("a", 100))
        self.reverse(place, "a", new_purpose=STAIRWELL)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            attest(place, donation("a", 100, STAIRWELL), by="cashier")
        with refused("FundsPurposeMismatch", expected=STAIRWELL, got=GENERAL):
            attest(place, donation("a", 100, GENERAL))
        attest(place, donation("a", 90, STAIRWELL))
        assert place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, STAIRWELL)) == 90
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            self.reverse(place, "a", by="treasurer")

    def test_line_that_is_no_gift_to_the_fund_is_none_when_attested_anew(self, place: EvmTown) -> None:
        """(p12)"""
        attest(place, donation("a", 100))
        self.reverse(place, "a")
        with refused("FundsPurposeMismatch", expected=0, got=STAIRWELL):
            attest(place, donation("a", 100, STAIRWELL))

    @pytest.mark.parametrize("new_purpose", [STREET << 16 | 1, FUND << 16 | 99])
    def test_gift_is_not_sent_to_another_fund_or_to_no_purpose(
        self, place: EvmTown, new_purpose: int
    ) -> None:
        place.send(signer("steward"), "Funds", "openPurpose", STREET << 16 | 1)
        attest(place, donation("a", 100))
        with refused("FundsPurposeNotInFund", purpose=new_purpose, fund=FUND):
            self.reverse(place, "a", new_purpose=new_purpose)

    def test_gift_that_was_returned_is_for_no_purpose_any_more(self, place: EvmTown) -> None:
        attest(place, donation("a", 100))
        with refused("FundsPurposeMismatch", expected=0, got=STAIRWELL):
            self.reverse(place, "a", line("out"), STAIRWELL)

    def test_members_who_share_what_a_line_keeps_of_them_are_one_person(self, place: EvmTown) -> None:
        """A line keeps eight bytes of the member id: the two halves of it, one over the other."""
        twin = member_id("treasurer")[8:] + member_id("treasurer")[:8]
        possession = prove_possession(signer("twin"), twin, place.domain("Members"))
        registration = (twin, MemberKind.PERSON, bytes(16), signer("twin").address, possession)
        place.send(signer("registrar"), "Members", "register", *registration)
        place.send(signer("registrar"), "Members", "grantRole", twin, Role.TREASURER, FUND, DEADLINE)
        attest(place, donation("a", 100))
        with refused("FundsSecondPersonNeeded", bank_line=line("a"), treasurer=twin):
            self.reverse(place, "a", by="twin")
        self.reverse(place, "a")

    def test_bank_line_is_taken_back_by_modules_only(self, place: EvmTown) -> None:
        key = signer("cashier").address
        with refused("FundsModuleNotAdmitted"):
            place.send(signer("cashier"), "Funds", "reverseBankLine", line("a"), NONE, FUND, key)

    def test_donations_are_recorded_and_taken_back_by_modules_only(self, place: EvmTown) -> None:
        key = signer("treasurer").address
        with refused("FundsModuleNotAdmitted"):
            place.send(signer("treasurer"), "Funds", "recordDonations", FUND, BANK, [], key)
        with refused("FundsModuleNotAdmitted"):
            place.send(signer("treasurer"), "Funds", "reverseDonation", line("a"), NONE, 0, FUND, key)

    def test_bank_line_is_used_by_modules_only(self, place: EvmTown) -> None:
        with refused("FundsModuleNotAdmitted"):
            place.send(
                signer("treasurer"), "Funds", "useBankLine", line("a"), FUND, signer("treasurer").address
            )

    def reverse(
        self, place: EvmTown, name: str, outgoing: bytes = NONE, new_purpose: int = 0, by: str = "cashier"
    ) -> None:
        intent = ReverseDonation(
            fund=FUND,
            bank_line=line(name),
            outgoing_bank_line=outgoing,
            new_purpose=new_purpose,
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
        place.act(signer(by), intent)
