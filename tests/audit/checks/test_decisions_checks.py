"""What the checks of decisions find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from audit.checks import decisions
from audit.report.findings import State
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Transaction
    from tests.audit.checks.conftest import Evidence

APPROVE = "Disbursements.approve"


def key_number(evidence: Evidence, name: str) -> int:
    """Which of the additions of keys is that of a member's first key."""
    added = [log.values["member"] for log in evidence.history.logs("Members.KeyAdded")]
    return added.index(member_id(name))


def emitter(event: str) -> str:
    """Contract of an event about a request."""
    paying = ("ProposalSubmitted", "ProposalExecuted", "PaymentProven", "DisbursementReversed")
    return "Disbursements" if event in paying else "Rounds"


def _with(**args: Any) -> Callable[[Transaction], Transaction]:
    return lambda call: replace(call, args=call.args | args)


@pytest.mark.parametrize(
    ("event", "check"),
    [
        ("ProposalSubmitted", "C15.2"), ("ProposalWithdrawn", "C15.4"), ("PaymentProven", "C15.6"),
        ("DisbursementReversed", "C15.6"),
    ],
)  # fmt: skip
def test_an_act_without_a_nonce_that_happened_twice_is_told(
    evidence: Evidence, event: str, check: str
) -> None:
    assert check in evidence.red(evidence.doubled(f"{emitter(event)}.{event}", 0))


class TestApprovals:
    def test_a_signature_swapped_for_that_of_another_proposal_is_told(self, evidence: Evidence) -> None:
        other = list(evidence.history.transactions(APPROVE))[-1]
        assert evidence.red(evidence.called(APPROVE, 0, _with(signatures=other.args["signatures"]))) == {
            "C15.2",
            "C15.3",
        }

    def test_a_signature_of_the_first_round_does_not_count_in_the_second(self, evidence: Evidence) -> None:
        old = next(evidence.history.transactions(APPROVE))
        assert evidence.red(evidence.called(APPROVE, 5, _with(signatures=old.args["signatures"]))) == {
            "C15.2",
            "C15.3",
        }

    def test_an_approval_that_was_called_back_does_not_count(self, evidence: Evidence) -> None:
        """(p52)"""
        approved = evidence.log("Rounds.ProposalApproved")
        nonce = keccak(approved.values["proposal_id"] + (1).to_bytes(32, "big"))
        called_back = {
            "key": bytes.fromhex(signer("donor one").address[2:]), "nonce": nonce,
            "taker": evidence.trust.address("Disbursements"),
        }  # fmt: skip
        history = evidence.altered("Members.IntentCancelled", 0, **called_back)
        assert "C15.2" in evidence.red(history)
        assert (
            evidence.red(evidence.altered("Members.IntentCancelled", 0, **called_back | {"nonce": bytes(32)}))
            == set()
        )

    def test_an_approval_whose_nonce_its_key_used_otherwise_counts_until_anybody_calls_it_back(
        self, evidence: Evidence
    ) -> None:
        """The firm signed for the chairs as well and used the nonce for another act; the second donor called it back."""
        (number,) = (
            i
            for i, log in enumerate(evidence.history.logs("Members.IntentCancelled"))
            if log.values["member"] == member_id("donor two")
        )
        assert "C15.2" in evidence.red(evidence.without("Members.IntentCancelled", number))
        back, late = (
            evidence.log("Members.IntentCancelled", number),
            evidence.log("Rounds.ProposalApproved", -1).block,
        )
        logs = [replace(log, block=late) if log is back else log for log in evidence.history.all_logs]
        assert "C15.2" in evidence.red(replace(evidence.history, all_logs=logs))

    def test_a_deadline_that_was_not_signed_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.called(APPROVE, 0, _with(deadline=2**40))) == {"C15.2", "C15.3"}

    def test_other_seats_in_the_event_than_in_the_signatures_are_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.altered("Rounds.ProposalApproved", 0, seats=0b100)) == {"C15.2"}

    def test_a_seat_taken_after_the_round_began_is_told(self, evidence: Evidence) -> None:
        red = evidence.red(evidence.moved("Committees.SeatFilled", 0, 365 * DAY))
        assert red >= {"C15.2", "C15.8"}

    def test_a_key_added_after_the_round_began_is_told(self, evidence: Evidence) -> None:
        """A vote, and an objection, with a key that the registrar added for it (p02)."""
        for name, check in (("donor one", "C15.2"), ("firm", "C15.2"), ("neighbour one", "C15.5")):
            number = key_number(evidence, name)
            later = evidence.log("Members.KeyAdded", number).values["valid_from"] + 365 * DAY
            assert check in evidence.red(evidence.altered("Members.KeyAdded", number, valid_from=later))

    def test_a_term_said_to_be_older_is_told(self, evidence: Evidence) -> None:
        """A seat that says it was held since long ago would vote on what runs (p24)."""
        assert evidence.red(evidence.altered("Committees.SeatFilled", 0, since=1)) == {"C15.8"}

    @pytest.mark.parametrize("event", ["ProposalRejected", "VoteRetracted", "MemberRecused"])
    @pytest.mark.parametrize("change", [{"seat": 0}, {"member": b"a stranger to us"}], ids=str)
    def test_a_vote_that_is_not_the_members_is_told(
        self, evidence: Evidence, event: str, change: dict[str, Any]
    ) -> None:
        number = 1 if event == "ProposalRejected" else 0
        assert "C15.2" in evidence.red(evidence.altered(f"{emitter(event)}.{event}", number, **change))

    @pytest.mark.parametrize("event", ["ProposalRejected", "VoteRetracted"])
    def test_a_vote_given_or_taken_back_twice_or_in_another_round_is_told(
        self, evidence: Evidence, event: str
    ) -> None:
        assert "C15.2" in evidence.red(evidence.doubled(f"{emitter(event)}.{event}", 0))
        assert "C15.2" in evidence.red(evidence.altered(f"{emitter(event)}.{event}", 0, round=2))

    def test_a_seat_that_had_ended_is_told(self, evidence: Evidence) -> None:
        assert {"C15.2"} <= evidence.red(evidence.altered("Committees.SeatFilled", 0, valid_until=1))

    def test_a_supervisor_who_voted_is_told(self, evidence: Evidence) -> None:
        assert "C15.2" in evidence.red(evidence.altered("Committees.SeatFilled", 0, seat=255))

    def test_an_approval_by_the_requester_is_told(self, evidence: Evidence) -> None:
        voter = evidence.log("Committees.SeatFilled", 0).values["member"]
        proposal = evidence.log("Disbursements.ProposalSubmitted", 0).values["proposal"]
        history = evidence.altered(
            "Disbursements.ProposalSubmitted", 0, proposal=proposal | {"requester": voter}
        )
        assert "C15.2" in evidence.red(history)

    def test_an_approval_by_a_recused_seat_is_told(self, evidence: Evidence) -> None:
        first = evidence.log("Rounds.ProposalApproved", 0)
        recusal = evidence.log("Rounds.MemberRecused", 0)
        seat = evidence.log("Committees.SeatFilled", 0)
        values = {"proposal_id": first.values["proposal_id"], "member": seat.values["member"], "seat": 0}
        logs = list(evidence.history.all_logs)
        logs.insert(
            logs.index(first), replace(recusal, values=values, block=first.block, tx_index=first.tx_index)
        )
        assert "C15.2" in evidence.red(replace(evidence.history, all_logs=logs))

    def test_an_approval_after_the_vote_is_told(self, evidence: Evidence) -> None:
        assert "C15.2" in evidence.red(evidence.moved("Rounds.ProposalApproved", 0, 20 * DAY))

    def test_an_opinion_of_somebody_else_than_a_supervisor_is_told(self, evidence: Evidence) -> None:
        assert "C15.2" in evidence.red(
            evidence.altered("Rounds.OpinionRecorded", 0, member=b"a stranger to us")
        )


class TestThresholds:
    @pytest.mark.parametrize(
        "rule",
        [{"yes_numerator": 1, "yes_denominator": 1}, {"min_enterprise": 1}, {"min_official": 2}],
        ids=str,
    )
    def test_a_notice_below_share_or_class_minimum_is_told(
        self, evidence: Evidence, rule: dict[str, int]
    ) -> None:
        large = evidence.log("Committees.TierSet", 1).values["rule"]
        assert "C15.3" in evidence.red(evidence.altered("Committees.TierSet", 1, rule=large | rule))

    def test_a_notice_that_began_later_than_with_the_deciding_approval_is_told(
        self, evidence: Evidence
    ) -> None:
        small = evidence.log("Committees.TierSet", 0).values["rule"]
        lowered = small | {"yes_numerator": 4, "yes_denominator": 7}
        assert evidence.red(evidence.altered("Committees.TierSet", 0, rule=lowered)) == {"C15.3"}

    def test_enough_approvals_without_a_notice_are_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.without("Rounds.NoticeStarted", -1))

    def test_a_failure_that_is_early_or_missing_is_told(self, evidence: Evidence) -> None:
        """A request fails exactly when too few are left that could approve it (p21, p25)."""
        assert "C15.3" in evidence.red(evidence.without("Rounds.ProposalFailed", 0))
        assert "C15.3" in evidence.red(evidence.without("Rounds.ProposalRejected", 0))
        assert "C15.3" in evidence.red(evidence.altered("Rounds.ProposalFailed", 0, round=2))

    def test_a_recusal_that_lowered_the_bar_is_told(self, evidence: Evidence) -> None:
        """The share is of all seats, recused or not (p21)."""
        last = max(
            i
            for i, log in enumerate(evidence.history.logs("Rounds.ProposalApproved"))
            if log.values["seats"] == 0b10
        )
        assert "C15.3" in evidence.red(evidence.without("Rounds.ProposalApproved", last))

    def test_a_rule_that_was_not_in_force_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.altered("Disbursements.ProposalSubmitted", 1, tier=0)) == {"C15.3"}


class TestFloors:
    @pytest.mark.parametrize(
        "rule",
        [
            {"notice_seconds": 3 * DAY - 1}, {"notice_seconds": 15 * DAY + 1}, {"decide_seconds": DAY - 1},
            {"decide_seconds": 90 * DAY + 1}, {"yes_numerator": 3, "yes_denominator": 7},
            {"objections_to_suspend": 0}, {"objections_to_suspend": 51}, {"min_donor": 3}, {"min_enterprise": 2},
        ],
        ids=str,
    )  # fmt: skip
    def test_rules_beyond_a_limit_are_told(self, evidence: Evidence, rule: dict[str, int]) -> None:
        """Row "a second committee, share 1/255, notice 0": the contract refuses them, a node that lies does not (p01, p27)."""
        small = evidence.log("Committees.TierSet", 0).values["rule"]
        assert "C15.8" in evidence.red(evidence.altered("Committees.TierSet", 0, rule=small | rule))

    def test_a_second_committee_of_a_fund_is_told(self, evidence: Evidence) -> None:
        """Row "a second committee, share 1/255, notice 0"."""
        assert "C15.8" in evidence.red(evidence.doubled("Committees.CommitteeOpened", 0))

    def test_rules_of_no_committee_are_told(self, evidence: Evidence) -> None:
        assert "C15.8" in evidence.red(evidence.without("Committees.CommitteeOpened", 0))


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
        history = evidence.called("Disbursements.execute", 0, _with(proposal=proposal | {"payee": b"p" * 32}))
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
        first = evidence.log("Disbursements.ProposalSubmitted", 0)
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


class TestReferrals:
    """What recusals alone leave undecided goes to the committee of the fund above, and nothing else does (ADR 0042)."""

    def test_a_referral_by_the_rules_passes(self, evidence: Evidence) -> None:
        assert len(list(evidence.history.logs("Rounds.ProposalReferred"))) == 1
        assert evidence.run(decisions.thresholds).state is State.PASSED

    @pytest.mark.parametrize(
        "change",
        [
            {"committee": 1}, {"round": 1}, {"rules_version": 2}, {"tier": 1}, {"recusals": 0}, {"vote_ends_at": 2**40},
        ],
        ids=str,
    )  # fmt: skip
    def test_another_committee_or_round_or_rule_is_told(
        self, evidence: Evidence, change: dict[str, Any]
    ) -> None:
        assert "C15.3" in evidence.red(evidence.altered("Rounds.ProposalReferred", 0, **change))

    def test_a_referral_that_did_not_come_is_told(self, evidence: Evidence) -> None:
        """Votes of the street would count for the community."""
        assert {"C15.2", "C15.3"} <= evidence.red(evidence.without("Rounds.ProposalReferred", 0))

    def test_a_referral_that_comes_twice_is_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.doubled("Rounds.ProposalReferred", 0))

    def test_a_referral_while_enough_seats_were_left_is_told(self, evidence: Evidence) -> None:
        """Nobody takes a request away from its committee."""
        recusals = sum(1 for _ in evidence.history.logs("Rounds.MemberRecused"))
        assert "C15.3" in evidence.red(evidence.without("Rounds.MemberRecused", recusals - 1))

    def test_a_failure_where_a_committee_above_could_decide_is_told(self, evidence: Evidence) -> None:
        referred = evidence.log("Rounds.ProposalReferred", 0)
        values = {"proposal_id": referred.values["proposal_id"], "round": 1}
        failed = replace(referred, event="ProposalFailed", values=values)
        logs = [failed if log is referred else log for log in evidence.history.all_logs]
        assert "C15.3" in evidence.red(replace(evidence.history, all_logs=logs, _by_place=None))

    def test_a_committee_of_no_fund_above_is_told(self, evidence: Evidence) -> None:
        funds = [log.values["fund"] for log in evidence.history.logs("Funds.FundOpened")]
        referred = evidence.log("Rounds.ProposalReferred", 0)
        opened = next(
            log.values["fund"]
            for log in evidence.history.logs("Committees.CommitteeOpened")
            if log.values["committee"] != referred.values["committee"]
        )
        alone = evidence.altered("Funds.FundOpened", funds.index(opened), parent=0)
        assert "C15.3" in evidence.red(alone)

    def test_a_committee_opened_only_after_the_referral_is_told(self, evidence: Evidence) -> None:
        logs = list(evidence.history.all_logs)
        referred = evidence.log("Rounds.ProposalReferred", 0)
        opened = next(
            log
            for log in evidence.history.logs("Committees.CommitteeOpened")
            if log.values["committee"] == referred.values["committee"]
        )
        later = replace(opened, block=referred.block, tx_index=referred.tx_index + 1)
        logs.remove(opened)
        logs.insert(logs.index(referred) + 1, later)
        assert "C15.3" in evidence.red(replace(evidence.history, all_logs=logs, _by_place=None))

    def test_who_recused_below_and_votes_above_is_told(self, evidence: Evidence) -> None:
        """The donor sits in both."""
        last = sum(1 for _ in evidence.history.logs("Rounds.ProposalApproved")) - 1
        assert "C15.2" in evidence.red(evidence.altered("Rounds.ProposalApproved", last, seats=1))

    def test_a_signature_for_the_round_below_does_not_count_above(self, evidence: Evidence) -> None:
        calls = list(evidence.history.transactions(APPROVE))
        below = calls[-4].args["signatures"]
        assert "C15.2" in evidence.red(evidence.called(APPROVE, len(calls) - 1, _with(signatures=below)))


class TestAddingUp:
    """What the same line, requester or payee got lately counts (p23)."""

    def test_a_higher_tier_that_was_due_and_not_raised_is_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.without("Rounds.ProposalTierRaised", 0))

    def test_a_tier_raised_without_a_reason_or_to_another_is_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.doubled("Rounds.ProposalTierRaised", 0))
        assert "C15.3" in evidence.red(evidence.altered("Rounds.ProposalTierRaised", 0, tier=0))

    def test_a_request_judged_by_its_amount_alone_is_told(self, evidence: Evidence) -> None:
        amounts = [
            log.values["proposal"]["amount_fen"]
            for log in evidence.history.logs("Disbursements.ProposalSubmitted")
        ]
        chairs = amounts.index(300_000)
        assert "C15.3" in evidence.red(evidence.altered("Disbursements.ProposalSubmitted", chairs, tier=0))
