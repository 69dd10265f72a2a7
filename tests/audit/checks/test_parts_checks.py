"""What the checks find in fees, interest, instalments and partial returns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.chain.history import History
from audit.checks import bank_charges
from audit.report.findings import State
from tests.conftest import member_id

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

FEE, FEE_BACK, INTEREST = "BankCharges.FeeRecorded", "BankCharges.FeeReversed", "BankCharges.InterestRecorded"
PART, NO_PART = "PartPayments.InstalmentProven", "PartPayments.ProofReversed"
BACK, NOT_BACK = "PartPayments.PaymentReturned", "PartPayments.ReturnReversed"
JOINT = "Disbursements.JointPaymentProven"
WAGE_BACK, NO_WAGE_BACK = "PartPayments.WageReturned", "PartPayments.WageReturnReversed"
TREASURER, CASHIER = member_id("treasurer"), member_id("cashier")


def test_a_fee_above_its_limit_is_told(evidence: Evidence) -> None:
    assert "C19.2" in evidence.red(evidence.altered(FEE, 0, amount_fen=5_001))


def test_fees_that_are_too_many_together_are_told_although_each_is_small(evidence: Evidence) -> None:
    first = evidence.log(FEE, 0)
    many = [
        replace(first, values=first.values | {"amount_fen": 5_000, "bank_line": bytes([n]) * 32})
        for n in range(5)
    ]
    for count, is_red in ((4, False), (5, True)):
        logs = [one for log in evidence.history.all_logs if log.name not in (FEE, FEE_BACK) or log is first
                for one in (many[:count] if log is first else [log])]  # fmt: skip
        history = History(
            blocks=evidence.history.blocks, all_transactions=evidence.history.all_transactions, all_logs=logs
        )
        assert (evidence.run(bank_charges.fees, history).state is State.FAILED) is is_red


@pytest.mark.parametrize(
    ("event", "number", "change", "check"),
    [
        (FEE_BACK, 0, {"treasurer": TREASURER}, "C22"),
        (INTEREST, 0, {"bank_line": b"x" * 32}, "C18"),
        (INTEREST, 0, {"amount_fen": 1}, "C18"),
        (PART, 0, {"treasurer": member_id("requester")}, "C15.6"),
        (PART, 0, {"amount_fen": 60_000}, "C15.6"),
        (PART, 2, {"amount_fen": 39_999}, "C15.6"),
        (NO_PART, 0, {"treasurer": TREASURER}, "C22"),
        # The last instalment, whose request was closed: its date, and who says so.
        (NO_PART, 2, {"treasurer": TREASURER}, "C15.6"),
        (NO_PART, 2, {"proof_due_at": 1}, "C15.6"),
        (NOT_BACK, 1, {"treasurer": CASHIER}, "C15.6"),
        (NOT_BACK, 1, {"amount_fen": 14_999}, "C15.6"),
        # A joint payment, and one of its requests that it had not paid.
        (JOINT, 0, {"total_fen": 21_001}, "C15.6"),
        (JOINT, 0, {"requests": 2}, "C15.6"),
        (NO_PART, 3, {"amount_fen": 5_999}, "C21"),
        (NO_PART, 3, {"treasurer": TREASURER}, "C22"),
        (NO_PART, 3, {"line_free": True}, "C15.6"),
        (WAGE_BACK, 0, {"treasurer": TREASURER}, "C22"),
        (WAGE_BACK, 1, {"amount_fen": 375}, "C18"),
        (NO_WAGE_BACK, 0, {"treasurer": CASHIER}, "C22"),
        (NO_PART, 0, {"amount_fen": 1}, "C15.6"),
        (BACK, 0, {"treasurer": TREASURER}, "C15.6"),
        (BACK, 1, {"amount_fen": 60_001}, "C15.6"),
        (BACK, 1, {"amount_fen": 3_001}, "C18"),
        (BACK, 1, {"amount_fen": 3_001}, "C21"),
        # The rest of the instalments, which another releases than proved them, whole.
        (BACK, 2, {"treasurer": TREASURER}, "C15.6"),
        (BACK, 2, {"amount_fen": 14_999}, "C15.6"),
        (NOT_BACK, 0, {"treasurer": CASHIER}, "C22"),
        (NOT_BACK, 0, {"amount_fen": 7_799}, "C15.6"),
    ],
)
def test_a_part_that_breaks_the_rules_is_told(
    evidence: Evidence, event: str, number: int, change: dict[str, Any], check: str
) -> None:
    assert check in evidence.red(evidence.altered(event, number, **change))


@pytest.mark.parametrize("event", [FEE, INTEREST, PART, BACK])
def test_a_line_that_was_used_before_is_told(evidence: Evidence, event: str) -> None:
    used = evidence.log("Cooperative.PayoutProven", 0).values["bank_line"]
    name = "incoming_bank_line" if event == BACK else "bank_line"
    red = evidence.red(evidence.altered(event, 0, **{name: used}))
    assert red & {"C18", "C19"}


def test_instalments_above_the_whole_are_told(evidence: Evidence) -> None:
    assert "C15.6" in evidence.red(evidence.without(NO_PART, 0))


def test_fees_interest_and_parts_by_the_rules_are_told_of_by_no_check(evidence: Evidence) -> None:
    assert evidence.red() == set()
