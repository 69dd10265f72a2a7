"""What the checks of the ledger and of its causes find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.accounts import BANK, kind_of
from audit.rules.postings import WAGE
from tests.contracts.neighbourhood import FUND

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


def test_a_skipped_number_is_a_gap(evidence: Evidence) -> None:
    assert evidence.red(evidence.altered("Ledger.Transferred", -1, sequence=999)) == {"C16.1"}


def test_a_dropped_transfer_is_missed_by_number_and_by_cause(evidence: Evidence) -> None:
    assert {"C16.1", "C18"} <= evidence.red(evidence.without("Ledger.Transferred", 5))


def test_an_account_opened_twice_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.doubled("Ledger.AccountOpened", 0)) == {"C16.2"}


def test_a_transfer_from_an_account_never_opened_is_told(evidence: Evidence) -> None:
    history = evidence.altered("Ledger.AccountOpened", 1, account=bytes(32))
    assert "C16.2" in evidence.red(history)


def test_a_transfer_between_units_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.altered("Ledger.AccountOpened", 0, unit=3)) == {"C16.2", "C16.3"}


def test_a_guarded_account_below_zero_is_told(evidence: Evidence) -> None:
    opened = list(evidence.history.logs("Ledger.AccountOpened"))
    number = next(i for i, log in enumerate(opened) if kind_of(log.values["account"]) == BANK)
    assert evidence.red(evidence.altered("Ledger.AccountOpened", number, world=False)) == {"C16.2", "C16.3"}


def test_a_wage_one_fen_higher_has_no_cause(evidence: Evidence) -> None:
    number = _number_of(evidence, WAGE)
    amount = evidence.log("Ledger.Transferred", number).values["amount"] + 1
    assert evidence.red(evidence.altered("Ledger.Transferred", number, amount=amount)) == {"C18"}


def test_a_transfer_that_names_another_document_has_no_cause(evidence: Evidence) -> None:
    assert evidence.red(evidence.altered("Ledger.Transferred", 0, document=b"x" * 32)) == {"C18"}


def test_a_transfer_by_a_module_that_was_not_admitted_is_told(evidence: Evidence) -> None:
    # The first module is that of the funds, which opens accounts and posts nothing.
    assert evidence.red(evidence.without("Ledger.ModuleAdmitted", 1)) == {"C18"}


def test_a_module_admitted_to_more_accounts_than_it_needs_is_told(evidence: Evidence) -> None:
    """(p55)"""
    kinds = evidence.log("Ledger.ModuleAdmitted", 0).values["kinds"]
    assert evidence.red(evidence.altered("Ledger.ModuleAdmitted", 0, kinds=kinds | 1 << 0x23)) == {"C18"}


def test_money_through_a_bank_account_that_is_not_the_funds_is_told(evidence: Evidence) -> None:
    """(p14)"""
    number = next(
        i for i, log in enumerate(evidence.history.logs("Funds.FundOpened")) if log.values["fund"] == FUND
    )
    assert evidence.red(evidence.altered("Funds.FundOpened", number, bank=9)) == {"C18"}


def test_an_event_without_its_transfer_is_told(evidence: Evidence) -> None:
    history = evidence.altered("TimeBank.ClaimCredited", 0, volunteer=b"somebody else 16")
    assert "C18" in evidence.red(history)


def _number_of(evidence: Evidence, reason: int) -> int:
    return next(
        i
        for i, log in enumerate(evidence.history.logs("Ledger.Transferred"))
        if log.values["reason"] == reason
    )
