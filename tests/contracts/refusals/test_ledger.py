"""The ledger: what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import decode_result, encode_call
from contracts.accounts import AccountKind, worker_account
from contracts.enums import BankLineState, ProposalState, Reason, Unit
from contracts.roles import ADMIN_DELAY_SECONDS, kinds_mask
from tests.conftest import member_id, signer
from tests.contracts.deciding import executed
from tests.contracts.evm import refused
from tests.contracts.giving import NONE, attest
from tests.contracts.neighbourhood import (
    BANK,
    BUDGET_LINE,
    COMMITTEE,
    ENTERPRISE,
    FUND,
    GENERAL,
    MATCHING,
    account,
    donation,
    line,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


BANK_ACCOUNT, PURPOSE_ACCOUNT = account(AccountKind.BANK, BANK), account(AccountKind.PURPOSE, GENERAL)
SUBJECT = bytes(32), COMMITTEE, GENERAL, BUDGET_LINE, 1, member_id("requester"), bytes(32)
ALL_BUT_WAGES = sum(1 << kind for kind in AccountKind if kind is not AccountKind.WORKER)


# What stands beside the ledger, and a module that is none of its business; what that says with the keys of others, or for no visit.
OF_OTHERS: dict[str, tuple[str, str, str, tuple[Any, ...]]] = {
    "approval": ("TimeBank", "Rounds", "approve", (SUBJECT, [member_id("official") + bytes(16)], signer("official").address)),
    "budget": ("TimeBank", "Budgets", "spend", (BUDGET_LINE, GENERAL, 1, 0)),
    "bank line": ("TimeBank", "Funds", "recordPayment", (FUND, (line("out"), 1, bytes(15)), signer("treasurer").address)),
    "wages": ("Donations", "Enterprises", "recordBankLine", (line("out"), ENTERPRISE, BANK, 1, member_id("worker"), signer("treasurer").address)),
    "event": ("Disbursements", "EventLog", "use", (2, (line("in"), 0, []), (line("out"), 1, []))),
}  # fmt: skip


def admit(place: EvmTown, kinds: int) -> None:
    """Admits a module that does whatever it is told."""
    admin, address = signer("admin"), signer("module").address
    data = encode_call("Ledger", "admitModule", address, kinds)
    place.send(admin, "Authority", "schedule", place.address("Ledger"), data, 0)
    place.wait(ADMIN_DELAY_SECONDS)
    place.send(admin, "Ledger", "admitModule", address, kinds)


@pytest.mark.parametrize("what", OF_OTHERS)
def test_module_of_other_accounts_is_not_believed_whose_keys_it_tells(place: EvmTown, what: str) -> None:
    """A module of hours said for whom it liked that they approved, and reached all money by a request (p63)."""
    module, contract, function, args = OF_OTHERS[what]
    admit(place, kinds_mask(module))
    with refused(f"{contract}ModuleNotAdmitted", caller=signer("module").address.lower()):
        place.send(signer("module"), contract, function, *args)


class TestLedger:
    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        """The neighbourhood with a module that posts whatever it is told."""
        admit(place, ALL_BUT_WAGES)
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

    def test_leg_to_oneself_or_out_of_range_is_refused(self, place: EvmTown) -> None:
        for payee, amount, error in (
            (BANK_ACCOUNT, 1, "LedgerSelfTransfer"),
            (PURPOSE_ACCOUNT, 0, "LedgerAmountOutOfRange"),
            (PURPOSE_ACCOUNT, 2**63, "LedgerAmountOutOfRange"),
        ):
            legs = [
                (PURPOSE_ACCOUNT, 1, Reason.DONATION, NONE, NONE),
                (payee, amount, Reason.DONATION, NONE, NONE),
            ]
            with refused(error):
                place.send(signer("module"), "Ledger", "postFrom", BANK_ACCOUNT, legs)

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

    def test_line_that_is_not_in_use_is_not_taken_back(self, place: EvmTown) -> None:
        with refused("FundsEntryUnknown", bank_line=line("never")):
            place.send(
                signer("module"),
                "Funds",
                "reverseBankLine",
                line("never"),
                NONE,
                FUND,
                signer("treasurer").address,
            )

    def test_payment_and_return_are_taken_back_by_the_whole_of_what_they_are_for(
        self, place: EvmTown
    ) -> None:
        """Two requests may begin with the same bytes."""
        paid, other = b"same" + b"a" * 11, b"same" + b"b" * 11
        treasurer, cashier, module = signer("treasurer").address, signer("cashier").address, signer("module")
        place.send(module, "Funds", "recordPayment", FUND, (line("out"), 5, paid), treasurer)
        shares = [(NONE, 2, paid), (NONE, 3, b"else" + b"c" * 11)]
        place.send(module, "Funds", "recordJointPayment", FUND, line("joint"), shares, treasurer)
        back = (line("back"), 1, paid)
        place.send(module, "Funds", "recordReturn", FUND, back, line("out"), paid, cashier)
        for name in ("out", "joint"):
            with refused("FundsEntryUnknown"):
                place.send(module, "Funds", "reversePayment", FUND, line(name), NONE, other, cashier)
        with refused("FundsEntryUnknown"):
            place.send(module, "Funds", "reverseReturn", FUND, line("back"), other, treasurer)

    def test_line_of_a_joint_payment_is_free_with_its_last_share(self, place: EvmTown) -> None:
        module, cashier = signer("module").address, signer("cashier").address
        one, other = b"a" * 15, b"b" * 15
        shares = [(NONE, 2, one), (NONE, 3, other)]
        joint = (FUND, line("joint"), shares, signer("treasurer").address)
        place.send(signer("module"), "Funds", "recordJointPayment", *joint)
        for use, is_free in ((one, False), (other, True)):
            data = encode_call("Funds", "reversePayment", FUND, line("joint"), NONE, use, cashier)
            _, _, said = decode_result("Funds", "reversePayment", place.call(module, "Funds", data))
            assert said == is_free
        assert place.read("Funds", "bankLineState", line("joint")) == BankLineState.UNUSED

    def test_rounds_keep_the_states_of_payments_whatever_a_module_says(self, place: EvmTown) -> None:
        request = executed(place)
        subject = (
            request.proposal_id(), COMMITTEE, GENERAL, BUDGET_LINE, request.amount_fen, request.requester, request.payee,
        )  # fmt: skip
        with refused("ProposalPartOutOfRange"):
            rest = (subject, request.amount_fen, member_id("treasurer"))
            place.send(signer("module"), "Rounds", "releaseRest", *rest)
        unknown = (bytes(32), *subject[1:])
        with refused("ProposalNotIn", needed=ProposalState.CLOSED):
            place.send(signer("module"), "Rounds", "reopen", unknown, 1)

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
