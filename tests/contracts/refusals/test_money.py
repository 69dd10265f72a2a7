"""Ledger, funds and campaigns: what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from contracts.abi import encode_call
from contracts.accounts import AccountKind, worker_account
from contracts.enums import BankLineState, CampaignState, Level, Reason, Unit
from contracts.roles import ADMIN_DELAY_SECONDS
from indexer.calendar import china_day, day_start
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    DAY,
    DEADLINE,
    ENTERPRISE,
    FUND,
    GENERAL,
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
from wallets.intents import AttestDonations, AttestGifts, Gift, RefundGift, ReverseDonation, ReverseGift

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Donation

BANK_ACCOUNT, PURPOSE_ACCOUNT = account(AccountKind.BANK, BANK), account(AccountKind.PURPOSE, GENERAL)
NONE = bytes(32)
CAMPAIGN = 7
# In which gifts that the bank booked before the close are attested.
GRACE = 7 * DAY
ALL_BUT_WAGES = sum(1 << kind for kind in AccountKind if kind is not AccountKind.WORKER)


def attest(
    place: EvmTown, *donations: Donation, fund: int = FUND, bank: int = BANK, by: str = "treasurer"
) -> None:
    intent = AttestDonations(
        fund=fund, bank=bank, donations=donations, nonce=fresh_nonce(), deadline=DEADLINE
    )
    place.carry(signer(by), intent)


class TestLedger:
    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        """The neighbourhood with a module that posts whatever it is told."""
        admin, address = signer("admin"), signer("module").address
        data = encode_call("Ledger", "admitModule", address, ALL_BUT_WAGES)
        place.send(admin, "Authority", "schedule", place.address("Ledger"), data, 0)
        place.wait(ADMIN_DELAY_SECONDS)
        place.send(admin, "Ledger", "admitModule", address, ALL_BUT_WAGES)
        return place

    def post(self, place: EvmTown, payer: bytes, payee: bytes, amount: int) -> None:
        transfer = (payer, payee, amount, Reason.DONATION, NONE, NONE)
        place.send(signer("module"), "Ledger", "post", transfer)

    def open(self, place: EvmTown, account_: bytes, unit: Unit) -> None:
        place.send(signer("module"), "Ledger", "openAccount", account_, unit, False, 0)

    def test_caller_that_is_no_module_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerModuleNotAdmitted"):
            place.send(
                signer("steward"),
                "Ledger",
                "post",
                (BANK_ACCOUNT, PURPOSE_ACCOUNT, 1, Reason.DONATION, NONE, NONE),
            )

    @pytest.mark.parametrize("amount", [0, 2**63])
    def test_amount_that_is_zero_or_above_the_range_is_refused(self, place: EvmTown, amount: int) -> None:
        with refused("LedgerAmountOutOfRange", amount=amount):
            self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, amount)

    def test_sum_above_the_range_is_refused_and_nothing_has_changed(self, place: EvmTown) -> None:
        self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, 2**63 - 1)
        with refused("SafeCastOverflowedIntDowncast"):
            self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, 1)
        assert place.read("Ledger", "balanceOf", BANK_ACCOUNT) == -(2**63 - 1)

    def test_world_account_below_its_range_is_refused(self, place: EvmTown) -> None:
        matching = account(AccountKind.PURPOSE, MATCHING)
        self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, 2**63 - 1)
        with refused("SafeCastOverflowedIntDowncast"):
            self.post(place, BANK_ACCOUNT, matching, 2)

    def test_guarded_account_is_not_overdrawn(self, place: EvmTown) -> None:
        attest(place, donation("a", 100))
        with refused("LedgerBalanceInsufficient", account=PURPOSE_ACCOUNT, balance=100, amount=101):
            self.post(place, PURPOSE_ACCOUNT, BANK_ACCOUNT, 101)

    def test_transfer_to_oneself_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerSelfTransfer"):
            self.post(place, BANK_ACCOUNT, BANK_ACCOUNT, 1)

    def test_unknown_account_is_refused(self, place: EvmTown) -> None:
        nowhere = account(AccountKind.PURPOSE, 99)
        with refused("LedgerAccountUnknown", account=nowhere):
            self.post(place, BANK_ACCOUNT, nowhere, 1)
        with refused("LedgerAccountUnknown", account=nowhere):
            self.post(place, nowhere, BANK_ACCOUNT, 1)

    def test_transfer_between_units_is_refused(self, place: EvmTown) -> None:
        minutes = account(AccountKind.MEMBER_MINUTES, 1)
        self.open(place, minutes, Unit.MINUTE)
        with refused("LedgerUnitMismatch", payer=BANK_ACCOUNT, payee=minutes):
            self.post(place, BANK_ACCOUNT, minutes, 1)

    def test_module_admitted_again_or_retired_twice_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerModuleUnchanged"):
            self.admin(place, "admitModule", signer("module").address, ALL_BUT_WAGES)
        with refused("LedgerModuleUnchanged"):
            self.admin(place, "retireModule", signer("x").address)

    def test_module_that_could_debit_nothing_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerKindsMissing", module=signer("x").address.lower()):
            self.admin(place, "admitModule", signer("x").address, 0)

    def test_module_reaches_only_the_kinds_of_account_it_was_admitted_for(self, place: EvmTown) -> None:
        """(p55)"""
        wages = worker_account(ENTERPRISE, member_id("worker"))
        for unreachable in (wages, bytes([0xFF]) + bytes(31)):
            with refused(
                "LedgerKindNotAllowed", module=signer("module").address.lower(), kind=unreachable[0]
            ):
                self.open(place, unreachable, Unit.CNY)
            with refused("LedgerKindNotAllowed", kind=unreachable[0]):
                self.post(place, unreachable, PURPOSE_ACCOUNT, 1)
            with refused("LedgerKindNotAllowed", kind=unreachable[0]):
                place.send(signer("module"), "Ledger", "postFrom", unreachable, [])

    def test_nothing_leaves_a_frozen_fund_whatever_a_module_says(self, place: EvmTown) -> None:
        """(p11)"""
        attest(place, donation("a", 100))
        place.send(signer("guardian"), "Funds", "freeze", FUND)
        with refused("LedgerFundFrozen", fund=FUND):
            self.post(place, PURPOSE_ACCOUNT, BANK_ACCOUNT, 1)
        leg = (BANK_ACCOUNT, 1, Reason.DONATION, NONE, NONE)
        with refused("LedgerFundFrozen", fund=FUND):
            place.send(signer("module"), "Ledger", "postFrom", PURPOSE_ACCOUNT, [leg])
        self.post(place, PURPOSE_ACCOUNT, account(AccountKind.PURPOSE, MATCHING), 1)
        self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, 1)
        assert place.read("Ledger", "balanceOf", PURPOSE_ACCOUNT) == 100

    def test_only_the_contract_of_the_funds_freezes(self, place: EvmTown) -> None:
        with refused("LedgerKindNotAllowed", module=signer("module").address.lower(), kind=0):
            place.send(signer("module"), "Ledger", "setFrozen", FUND, True)
        assert not place.read("Ledger", "isFrozen", FUND)

    def test_account_that_is_there_is_opened_again_by_nobody(self, place: EvmTown) -> None:
        with refused("LedgerAccountExists", account=PURPOSE_ACCOUNT):
            self.open(place, PURPOSE_ACCOUNT, Unit.CNY)

    @pytest.mark.parametrize(
        "other", [(Unit.MINUTE, False, FUND), (Unit.CNY, True, FUND), (Unit.CNY, False, 0)]
    )
    def test_account_that_is_there_is_taken_over_as_it_is_only(
        self, place: EvmTown, other: tuple[Unit, bool, int]
    ) -> None:
        attest(place, donation("a", 100))
        place.send(signer("module"), "Ledger", "ensureAccount", PURPOSE_ACCOUNT, Unit.CNY, False, FUND)
        with refused("LedgerAccountDiffers", account=PURPOSE_ACCOUNT):
            place.send(signer("module"), "Ledger", "ensureAccount", PURPOSE_ACCOUNT, *other)
        assert place.read("Ledger", "balanceOf", PURPOSE_ACCOUNT) == 100

    def test_closing_module_begins_nothing_and_ends_what_it_began(self, place: EvmTown) -> None:
        attest(place, donation("a", 100))
        self.admin(place, "closeModule", signer("module").address)
        with refused("LedgerModuleClosing", module=signer("module").address.lower()):
            self.open(place, account(AccountKind.PURPOSE, 99), Unit.CNY)
        with refused("LedgerModuleUnchanged"):
            self.admin(place, "closeModule", signer("module").address)
        self.post(place, PURPOSE_ACCOUNT, BANK_ACCOUNT, 1)
        owed = account(AccountKind.MEMBER_MINUTES, 1)
        place.send(signer("module"), "Ledger", "ensureAccount", owed, Unit.MINUTE, False, 0)
        assert place.read("Ledger", "unitOf", owed) == Unit.MINUTE

    def test_module_that_was_never_admitted_is_not_closed_and_begins_nothing(self, place: EvmTown) -> None:
        stranger = signer("stranger").address
        with refused("LedgerModuleUnchanged"):
            self.admin(place, "closeModule", stranger)
        with refused("LedgerModuleNotAdmitted", caller=stranger.lower()):
            place.read("Ledger", "requireCurrent", stranger)

    def test_retired_module_reaches_nothing(self, place: EvmTown) -> None:
        self.admin(place, "retireModule", signer("module").address)
        with refused("LedgerModuleNotAdmitted"):
            self.post(place, BANK_ACCOUNT, PURPOSE_ACCOUNT, 1)

    def admin(self, place: EvmTown, function: str, *args: Any) -> None:
        data = encode_call("Ledger", function, *args)
        place.send(signer("admin"), "Authority", "schedule", place.address("Ledger"), data, 0)
        place.wait(ADMIN_DELAY_SECONDS)
        place.send(signer("admin"), "Ledger", function, *args)

    def test_account_is_opened_once_and_with_a_unit(self, place: EvmTown) -> None:
        with refused("LedgerAccountExists"):
            self.open(place, PURPOSE_ACCOUNT, Unit.CNY)
        with refused("LedgerUnitMissing"):
            self.open(place, account(AccountKind.PURPOSE, 1), Unit.NONE)


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
        with refused("DonationsDonorMissing"):
            attest(place, replace(donation("a", 1), donor=bytes(32)))

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

    def give(self, place: EvmTown, name: str = "resident one", **changes: Any) -> None:
        fields: dict[str, Any] = {
            "bank_line": line(name), "amount_fen": 500, "booked_on": BOOKED_ON, "donor": b"d" * 32, "household": number_of(name),
        } | changes  # fmt: skip
        gifts = (Gift(**fields),)
        intent = AttestGifts(
            campaign=CAMPAIGN, bank=BANK, gifts=gifts, nonce=fresh_nonce(), deadline=DEADLINE
        )
        place.carry(signer("treasurer"), intent)

    def refund(self, place: EvmTown, name: str) -> None:
        intent = RefundGift(
            campaign=CAMPAIGN,
            bank_line=line(name),
            outgoing_bank_line=line(f"{name} back"),
            nonce=0,
            deadline=0,
        )
        place.act(signer("treasurer"), intent)

    def settle(self, place: EvmTown) -> None:
        place.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)

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
        with refused("CampaignsGiftUnknown"):
            self.reverse(place, "resident one")

    @pytest.mark.parametrize("campaign", [0, CAMPAIGN + 1])
    def test_gift_of_another_campaign_is_not_taken_back(self, place: EvmTown, campaign: int) -> None:
        self.matched(place)
        self.give(place)
        with refused("CampaignsGiftUnknown", bank_line=line("resident one")):
            self.reverse(place, "resident one", campaign=campaign)
        with refused("CampaignsGiftUnknown"):
            self.reverse(place, "a line never seen", campaign=campaign)

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
        with refused("CampaignsGiftUnknown"):
            self.refund(place, "resident two")
        self.refund(place, "resident one")
        with refused("CampaignsGiftUnknown"):
            self.refund(place, "resident one")
