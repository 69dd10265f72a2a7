"""What the checks of decisions find: requests of a higher committee or tier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import decisions
from audit.report.findings import State
from tests.audit.checks.decision_changes import APPROVE, with_arguments

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


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
        assert "C15.2" in evidence.red(
            evidence.called(APPROVE, len(calls) - 1, with_arguments(signatures=below))
        )


class TestAddingUp:
    """What the same line, requester or payee got lately counts (p23)."""

    def test_a_higher_tier_that_was_due_and_not_raised_is_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.without("Rounds.ProposalTierRaised", 0))

    def test_a_tier_raised_without_a_reason_or_to_another_is_told(self, evidence: Evidence) -> None:
        assert "C15.3" in evidence.red(evidence.doubled("Rounds.ProposalTierRaised", 0))
        assert "C15.3" in evidence.red(evidence.altered("Rounds.ProposalTierRaised", 0, tier=0))

    def test_a_request_judged_by_its_amount_alone_is_told(self, evidence: Evidence) -> None:
        amounts = [
            log.values["proposal"]["amount_fen"] for log in evidence.history.logs("Rounds.ProposalSubmitted")
        ]
        chairs = amounts.index(300_000)
        assert "C15.3" in evidence.red(evidence.altered("Rounds.ProposalSubmitted", chairs, tier=0))
