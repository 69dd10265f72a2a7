"""What the checks of decisions find: objections, in time and late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import decisions
from audit.report.findings import State
from tests.contracts.neighbourhood import DAY

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from tests.audit.checks.conftest import Evidence


class TestObjections:
    def test_enough_objections_that_suspend_nothing_are_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.without("Rounds.ProposalSuspended", 0)) == {"C15.5"}

    def test_a_suspension_without_enough_objections_is_told(self, evidence: Evidence) -> None:
        assert "C15.5" in evidence.red(evidence.without("Rounds.ObjectionRaised", 0))

    @pytest.mark.parametrize(
        "change", [{"tier": 0}, {"rules_version": 2}, {"recusals": 1}, {"vote_ends_at": 2**40}], ids=str
    )
    def test_an_answer_that_begins_another_round_than_the_rules_say_is_told(
        self, evidence: Evidence, change: dict[str, int]
    ) -> None:
        """Who judges the new round, and which seats stay out of it, is recomputed (p2a, p20)."""
        assert "C15.5" in evidence.red(evidence.altered("Rounds.ObjectionsAnswered", 0, **change))

    def test_an_answer_after_it_lapsed_is_told(self, evidence: Evidence) -> None:
        assert "C15.5" in evidence.red(evidence.moved("Rounds.ObjectionsAnswered", 0, 98 * DAY))

    def test_a_second_objection_of_a_resident_in_a_later_round_is_told(self, evidence: Evidence) -> None:
        """Two residents have no permanent veto (p22)."""
        answered = evidence.log("Rounds.ObjectionsAnswered", 0).values["proposal_id"]
        objection = next(
            log
            for log in evidence.history.logs("Rounds.ObjectionRaised")
            if log.values["proposal_id"] == answered
        )
        noticed = [
            log
            for log in evidence.history.logs("Rounds.NoticeStarted")
            if log.values["proposal_id"] == objection.values["proposal_id"]
        ]
        logs = list(evidence.history.all_logs)
        again = replace(objection, values=objection.values | {"objections": 1}, block=noticed[1].block)
        logs.insert(logs.index(noticed[1]) + 1, again)
        assert "C15.5" in evidence.red(replace(evidence.history, all_logs=logs))

    def test_an_objection_after_the_notice_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.moved("Rounds.ObjectionRaised", 0, 30 * DAY)) == {"C15.5"}

    def test_an_objection_by_a_stranger_is_told(self, evidence: Evidence) -> None:
        grants = list(evidence.history.logs("Members.RoleGranted"))
        objector = evidence.log("Rounds.ObjectionRaised", 0).values["member"]
        number = next(i for i, log in enumerate(grants) if log.values["member"] == objector)
        assert evidence.red(evidence.without("Members.RoleGranted", number)) == {"C15.1"}


class TestLateObjections:
    """What was acknowledged within the notice counts within a day after it, and nothing else does (p28)."""

    def test_a_late_objection_with_its_receipt_passes(self, evidence: Evidence) -> None:
        assert len(list(evidence.history.logs("Rounds.ObjectionAcknowledged"))) == 1
        assert evidence.run(decisions.objections).state is State.PASSED

    @pytest.mark.parametrize("change", [{"received_at": 1}, {"member": b"w" * 16}], ids=str)
    def test_an_event_of_another_receipt_is_told(self, evidence: Evidence, change: dict[str, Any]) -> None:
        assert "C15.5" in evidence.red(evidence.altered("Rounds.ObjectionAcknowledged", 0, **change))

    def test_a_late_objection_without_the_event_of_its_receipt_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.without("Rounds.ObjectionAcknowledged", 0)) == {"C15.5"}

    def test_a_receipt_where_nobody_was_late_is_told(self, evidence: Evidence) -> None:
        assert "C15.5" in evidence.red(evidence.doubled("Rounds.ObjectionAcknowledged", 0))

    @pytest.mark.parametrize(
        "change",
        [
            {"received_at": 1},
            {"received_at": 2**40},
            {"signature": b"s" * 65},
            {"signature": b""},
        ],
        ids=["before the notice", "after the notice", "no signature of a key", "no signature"],
    )
    def test_a_late_objection_by_no_receipt_of_the_notice_is_told(
        self, evidence: Evidence, change: dict[str, Any]
    ) -> None:
        def spoiled(call: Transaction) -> Transaction:
            return replace(call, args=call.args | {"acknowledgement": call.args["acknowledgement"] | change})

        assert "C15.5" in evidence.red(evidence.called("Disbursements.objectAcknowledged", 0, spoiled))

    @pytest.mark.parametrize("events", [["Receipts.ReceiptKeyAdmitted"]])
    def test_a_receipt_of_a_key_that_nobody_admitted_is_told(
        self, evidence: Evidence, events: list[str]
    ) -> None:
        assert "C15.5" in evidence.red(evidence.without(events[0], 0))

    def test_a_receipt_of_before_its_key_was_admitted_is_told(self, evidence: Evidence) -> None:
        assert "C15.5" in evidence.red(evidence.moved("Receipts.ReceiptKeyAdmitted", 0, 400 * DAY))

    def test_a_late_objection_after_the_grace_is_told(self, evidence: Evidence) -> None:
        late = next(
            i
            for i, log in enumerate(evidence.history.logs("Rounds.ObjectionRaised"))
            if evidence.history.transaction_of(log).function == "objectAcknowledged"
        )
        assert "C15.5" in evidence.red(evidence.moved("Rounds.ObjectionRaised", late, DAY))

    def test_a_payment_within_the_grace_is_told(self, evidence: Evidence) -> None:
        paid = evidence.log("Disbursements.ProposalExecuted", 0)
        noticed = [
            log
            for log in evidence.history.logs("Rounds.NoticeStarted")
            if log.values["proposal_id"] == paid.values["proposal_id"]
        ]
        since = paid.block.time - noticed[-1].values["notice_ends_at"]
        assert since >= DAY
        assert "C15.4" in evidence.red(evidence.moved("Disbursements.ProposalExecuted", 0, DAY - 1 - since))
