"""What the checks of the ledger and of its causes find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.accounts import BANK, kind_of
from audit.rules.postings import WAGE

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Told


def test_a_skipped_number_is_a_gap(told: Told) -> None:
    assert told.red(told.altered("Ledger.Transferred", -1, sequence=999)) == {"C16.1"}


def test_a_dropped_transfer_is_missed_by_number_and_by_cause(told: Told) -> None:
    assert {"C16.1", "C18"} <= told.red(told.without("Ledger.Transferred", 5))


def test_an_account_opened_twice_is_told(told: Told) -> None:
    assert told.red(told.doubled("Ledger.AccountOpened", 0)) == {"C16.2"}


def test_a_transfer_from_an_account_never_opened_is_told(told: Told) -> None:
    history = told.altered("Ledger.AccountOpened", 1, account=bytes(32))
    assert "C16.2" in told.red(history)


def test_a_transfer_between_units_is_told(told: Told) -> None:
    assert told.red(told.altered("Ledger.AccountOpened", 0, unit=3)) == {"C16.2", "C16.3"}


def test_a_guarded_account_below_zero_is_told(told: Told) -> None:
    opened = list(told.history.logs("Ledger.AccountOpened"))
    number = next(i for i, log in enumerate(opened) if kind_of(log.values["account"]) == BANK)
    assert told.red(told.altered("Ledger.AccountOpened", number, world=False)) == {"C16.3"}


def test_a_wage_one_fen_higher_has_no_cause(told: Told) -> None:
    number = _number_of(told, WAGE)
    amount = told.log("Ledger.Transferred", number).values["amount"] + 1
    assert told.red(told.altered("Ledger.Transferred", number, amount=amount)) == {"C18"}


def test_a_transfer_that_names_another_document_has_no_cause(told: Told) -> None:
    assert told.red(told.altered("Ledger.Transferred", 0, document=b"x" * 32)) == {"C18"}


def test_a_transfer_by_a_module_that_was_not_admitted_is_told(told: Told) -> None:
    assert told.red(told.without("Ledger.ModuleAdmitted", 0)) == {"C18"}


def test_an_event_without_its_transfer_is_told(told: Told) -> None:
    history = told.altered("TimeBank.ClaimCredited", 0, volunteer=b"somebody else 16")
    assert "C18" in told.red(history)


def _number_of(told: Told, reason: int) -> int:
    return next(
        i for i, log in enumerate(told.history.logs("Ledger.Transferred")) if log.values["reason"] == reason
    )
