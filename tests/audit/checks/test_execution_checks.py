"""What the checks of decisions find: payments, their proof and who undoes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.audit.checks.decision_changes import with_arguments
from tests.conftest import member_id
from tests.contracts.neighbourhood import DAY

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


class TestExecution:
    def test_a_shortened_notice_is_told(self, evidence: Evidence) -> None:
        ends = evidence.log("Rounds.NoticeStarted", -1).values["notice_ends_at"] - 1
        assert evidence.red(evidence.altered("Rounds.NoticeStarted", -1, notice_ends_at=ends)) == {"C15.4"}

    @pytest.mark.parametrize("seconds", [-8 * DAY, 91 * DAY])
    def test_an_execution_out_of_its_time_is_told(self, evidence: Evidence, seconds: int) -> None:
        assert "C15.4" in evidence.red(evidence.moved("Disbursements.ProposalExecuted", 0, seconds))

    def test_an_execution_of_another_amount_is_told(self, evidence: Evidence) -> None:
        history = evidence.altered("Disbursements.ProposalExecuted", 0, amount_fen=1_250_001)
        assert evidence.red(history) == {"C15.4", "C18"}

    def test_an_execution_with_another_payee_is_told(self, evidence: Evidence) -> None:
        proposal = next(evidence.history.transactions("Disbursements.execute")).args["proposal"]
        history = evidence.called(
            "Disbursements.execute", 0, with_arguments(proposal=proposal | {"payee": b"p" * 32})
        )
        assert evidence.red(history) == {"C15.4"}

    def test_an_execution_while_suspended_is_told(self, evidence: Evidence) -> None:
        executed = evidence.log("Disbursements.ProposalExecuted", 0)
        suspended = next(
            log
            for log in evidence.history.logs("Rounds.ProposalSuspended")
            if log.values["proposal_id"] == executed.values["proposal_id"]
        )
        logs = [log for log in evidence.history.all_logs if log is not executed]
        logs.insert(logs.index(suspended) + 1, executed)
        assert "C15.4" in evidence.red(replace(evidence.history, all_logs=logs))


class TestProofs:
    def test_another_time_for_the_proof_is_told(self, evidence: Evidence) -> None:
        due = evidence.log("Disbursements.ProposalExecuted", 0).values["proof_due_at"] + 1
        assert evidence.red(evidence.altered("Disbursements.ProposalExecuted", 0, proof_due_at=due)) == {
            "C15.6"
        }

    def test_a_proof_of_a_payment_not_executed_is_told(self, evidence: Evidence) -> None:
        assert "C15.6" in evidence.red(evidence.without("Disbursements.ProposalExecuted", 0))

    def test_a_reversal_that_names_no_bank_line_is_told(self, evidence: Evidence) -> None:
        history = evidence.altered("Disbursements.DisbursementReversed", 0, incoming_bank_line=bytes(32))
        assert evidence.red(history) == {"C15.6"}

    def test_a_payment_above_the_limit_of_its_line_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.altered("Budgets.BudgetLineSet", 0, limit_fen=1_249_999)) == {"C15.7"}

    def test_a_payment_while_a_proof_was_overdue_is_told(self, evidence: Evidence) -> None:
        late = evidence.then(evidence.altered("Disbursements.ProposalExecuted", 0, proof_due_at=1))
        assert "C15.7" in late.red(late.without("Disbursements.PaymentProven", 0))

    def test_a_payment_from_a_frozen_fund_is_told(self, evidence: Evidence) -> None:
        first = evidence.log("Rounds.ProposalSubmitted", 0)
        frozen = replace(first, contract="Funds", event="FundFrozen", values={"fund": 2, "frozen": True})
        logs = list(evidence.history.all_logs)
        logs.insert(logs.index(first), frozen)
        assert "C15.7" in evidence.red(replace(evidence.history, all_logs=logs))


class TestTwoPeople:
    @pytest.mark.parametrize("name", ["requester", "donor one"])
    def test_a_payment_proven_by_who_asked_or_approved_is_told(self, evidence: Evidence, name: str) -> None:
        """Row "the treasurer who is also the requester": who asks or approves does not prove (p15)."""
        history = evidence.altered("Disbursements.PaymentProven", 0, treasurer=member_id(name))
        assert "C15.6" in evidence.red(history)

    def test_a_payment_proven_and_taken_back_by_one_treasurer_is_told(self, evidence: Evidence) -> None:
        history = evidence.altered("Disbursements.DisbursementReversed", 0, treasurer=member_id("treasurer"))
        assert "C15.6" in evidence.red(history)

    def test_time_for_the_proof_won_by_undoing_an_execution_is_told(self, evidence: Evidence) -> None:
        """The date of the first execution stays."""
        executed = list(evidence.history.logs("Disbursements.ProposalExecuted"))
        requests = [log.values["proposal_id"] for log in executed]
        at = next(i for i, request in enumerate(requests) if request in requests[:i])
        first, again = executed[requests.index(requests[at])], executed[at]
        assert again.values["proof_due_at"] == first.values["proof_due_at"]
        won = again.values["proof_due_at"] + again.block.time - first.block.time
        history = evidence.altered("Disbursements.ProposalExecuted", at, proof_due_at=won)
        assert "C15.6" in evidence.red(history)

    def test_a_request_executed_when_its_proof_was_overdue_is_told(self, evidence: Evidence) -> None:
        assert "C15.6" in evidence.red(evidence.moved("Disbursements.ProposalExecuted", -1, 60 * DAY))

    def test_an_unproven_payment_that_was_reversed_for_good_is_told(self, evidence: Evidence) -> None:
        """What was never paid is approved as before (p16)."""
        history = evidence.altered("Disbursements.DisbursementReversed", 1, incoming_bank_line=b"l" * 32)
        assert "C15.6" in evidence.red(history)
