"""What the checks of decisions find: votes, their bar and its floors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from audit.checks import decisions
from audit.checks.check import BREAKDOWN
from audit.report.findings import State
from tests.audit.checks.decision_changes import APPROVE, emitter, key_number, with_arguments
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import DAY

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


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
        assert evidence.red(
            evidence.called(APPROVE, 0, with_arguments(signatures=other.args["signatures"]))
        ) == {
            "C15.2",
            "C15.3",
        }

    def test_a_signature_of_the_first_round_does_not_count_in_the_second(self, evidence: Evidence) -> None:
        old = next(evidence.history.transactions(APPROVE))
        assert evidence.red(
            evidence.called(APPROVE, 5, with_arguments(signatures=old.args["signatures"]))
        ) == {
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
        # That another key called it back than the event says is another matter.
        other = evidence.altered("Members.IntentCancelled", 0, **called_back | {"nonce": bytes(32)})
        assert evidence.red(other) == {"C15.1"}

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
        assert evidence.red(evidence.called(APPROVE, 0, with_arguments(deadline=2**40))) == {"C15.2", "C15.3"}

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
        proposal = evidence.log("Rounds.ProposalSubmitted", 0).values["proposal"]
        history = evidence.altered("Rounds.ProposalSubmitted", 0, proposal=proposal | {"requester": voter})
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
        assert evidence.red(evidence.altered("Rounds.ProposalSubmitted", 1, tier=0)) == {"C15.3"}


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


def test_evidence_that_breaks_the_replay_off_fails_each_check_that_rests_on_it(evidence: Evidence) -> None:
    """All five go through one replay, and none may pass by what came before it broke off."""
    broken = evidence.altered("Rounds.ProposalApproved", 0, seats="many")
    checks = (
        decisions.approvals,
        decisions.thresholds,
        decisions.execution,
        decisions.objections,
        decisions.proofs,
    )
    results = [evidence.run(check, broken) for check in checks]
    assert [r.check_id for r in results if BREAKDOWN in r.findings[-1].what] == [*decisions.RULES]
    assert {r.state for r in results} == {State.FAILED}
