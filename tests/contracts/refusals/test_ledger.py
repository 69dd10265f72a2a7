"""The ledger: what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import encode_call
from contracts.accounts import AccountKind, worker_account
from contracts.enums import Reason, Unit
from contracts.roles import ADMIN_DELAY_SECONDS
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.giving import NONE, attest
from tests.contracts.neighbourhood import (
    BANK,
    ENTERPRISE,
    FUND,
    GENERAL,
    MATCHING,
    account,
    donation,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


BANK_ACCOUNT, PURPOSE_ACCOUNT = account(AccountKind.BANK, BANK), account(AccountKind.PURPOSE, GENERAL)
ALL_BUT_WAGES = sum(1 << kind for kind in AccountKind if kind is not AccountKind.WORKER)


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
