"""The fold is compared with the proven state: a history that says something else is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.chain.storage import spot
from audit.checks.block_pass import examine_chain
from audit.checks.state import fold_equals_state
from audit.evidence.bundle import Bundle
from audit.rules.ledger_fold import fold

if TYPE_CHECKING:
    from audit.chain.history import History
    from tests.audit.audited import Audited


@pytest.fixture
def history(audited: Audited) -> History:
    """The verified history, for the test to change."""
    return examine_chain(Bundle(audited.bundle), audited.trust).history


def is_failed(audited: Audited, history: History) -> bool:
    return fold_equals_state(history, Bundle(audited.bundle), audited.trust).state == "failed"


def test_the_true_history_is_that_of_the_state(audited: Audited, history: History) -> None:
    assert not is_failed(audited, history)


@pytest.mark.parametrize("name", ["Ledger.Transferred", "Ledger.ModuleAdmitted", "EventLog.HeadAnchored"])
def test_a_history_without_its_last_log_of_a_kind_is_not(
    audited: Audited, history: History, name: str
) -> None:
    last = list(history.logs(name))[-1]
    shorter = replace(history, all_logs=[log for log in history.all_logs if log is not last])
    assert is_failed(audited, shorter)


def test_a_history_with_one_fen_more_is_not(audited: Audited, history: History) -> None:
    next(history.logs("Ledger.Transferred")).values["amount"] += 1
    assert is_failed(audited, history)


def test_a_history_with_another_unit_is_not(audited: Audited, history: History) -> None:
    next(history.logs("Ledger.AccountOpened")).values["unit"] = 3
    assert is_failed(audited, history)


def test_every_unit_adds_up_to_zero(history: History) -> None:
    books = fold(history).books.values()
    assert {unit: sum(b.balance for b in books if b.unit == unit) for unit in (1, 2)} == {1: 0, 2: 0}


def test_a_balance_at_a_block_is_that_after_the_last_change_up_to_it(history: History) -> None:
    book = max(fold(history).books.values(), key=lambda b: len(b.balances))
    first, second = list(book.balances)[:2]
    assert (book.at(first - 1), book.at(first), book.at(second - 1)) == (
        0,
        book.balances[first],
        book.balances[first],
    )
    assert book.at(10**9) == book.balance


def test_places_in_storage_are_those_of_the_layout() -> None:
    assert spot("Ledger", "sequence").place().offset_bytes == 21
    account = spot("Ledger", "_accounts", b"\1" * 32)
    assert account.place("balance").read(bytes(22) + b"\1\2" + b"\xff" * 8, signed=True) == -1
    assert account.place("unit").read(bytes(22) + b"\1\2" + b"\xff" * 8) == 2
