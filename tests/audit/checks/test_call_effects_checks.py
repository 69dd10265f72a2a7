"""What was done is what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import CHECKS
from audit.checks.call_effects import effects_follow_calls
from audit.report.findings import State

if TYPE_CHECKING:
    from audit.chain.history import History
    from tests.audit.checks.conftest import Evidence


def assert_red(evidence: Evidence, history: History, what: str) -> None:
    result = evidence.run(effects_follow_calls, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def test_everything_in_an_honest_town_was_asked_for(evidence: Evidence) -> None:
    result = evidence.run(effects_follow_calls)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 200


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Committees.SeatFilled", {"member": b"\x51" * 16}),
        ("Committees.SeatFilled", {"valid_until": 2**40}),
        ("Committees.CommitteeOpened", {"donor_seats": 0}),
        ("Committees.CommitteeOpened", {"seats": 3}),
        ("Committees.TierSet", {"tier": 3}),
        ("Members.KeyAdded", {"key": b"\x51" * 20}),
        ("Members.RoleGranted", {"scope": 99}),
        ("Members.IntentCancelled", {"nonce": bytes(32)}),
        ("Funds.PurposeOpened", {"fund": 99}),
        ("Donations.DonationsAttested", {"count": 99}),
        ("Budgets.BudgetLineSet", {"limit_fen": 1}),
        ("Disbursements.PaymentProven", {"bank_line": b"\x51" * 32}),
        ("Disbursements.ProposalExecuted", {"proposal_id": b"\x51" * 32}),
        ("Rounds.ObjectionRaised", {"statement": b"\x51" * 32}),
        ("Campaigns.GiftAttested", {"bank_line": b"\x51" * 32}),
        ("DeviceRegistry.DeviceEnrolled", {"key_x": b"\x51" * 32}),
        ("EventLog.HeadAnchored", {"root": b"\x51" * 32}),
        ("TimeBank.ChallengeSet", {"challenge_seconds": 0}),
        ("Redemptions.RedemptionOpened", {"provider": b"\x51" * 16}),
        ("Enterprises.EnterpriseOpened", {"levy_purpose": 1}),
        ("Cooperative.WorkOrderOpened", {"pieces": 99_999}),
        ("Cooperative.LotSettled", {"accepted_pieces": 96}),
        ("Cooperative.PayoutProven", {"amount_fen": 1}),
    ],
)
def test_event_that_says_something_else_than_its_call_is_found(
    evidence: Evidence, name: str, values: dict[str, Any]
) -> None:
    assert_red(evidence, evidence.altered(name, 0, **values), next(iter(values)))


def test_lot_of_several_that_says_what_was_counted_of_another_is_found(evidence: Evidence) -> None:
    second = evidence.log("Cooperative.LotSettled", 1).values
    for name, value in {"accepted_pieces": 97, "document": b"p" * 32}.items():
        assert second[name] != value
        assert_red(evidence, evidence.altered("Cooperative.LotSettled", 1, **{name: value}), name)


def test_lot_that_was_signed_for_among_others_and_left_out_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.without("Cooperative.LotSettled", 1), "LotSettled of settleLots")


def test_rule_of_a_committee_that_was_never_asked_for_is_found(evidence: Evidence) -> None:
    rule = evidence.log("Committees.TierSet").values["rule"]
    lowered = rule | {"yes_numerator": 1, "yes_denominator": 15}
    assert_red(evidence, evidence.altered("Committees.TierSet", 0, rule=lowered), "yes_numerator")


def test_proposal_whose_amount_is_another_than_signed_is_found(evidence: Evidence) -> None:
    proposal = evidence.log("Rounds.ProposalSubmitted").values["proposal"]
    more = proposal | {"amount_fen": proposal["amount_fen"] + 1}
    assert_red(
        evidence,
        evidence.altered("Rounds.ProposalSubmitted", 0, proposal=more),
        "amount_fen of submit",
    )


def test_altered_statement_turns_this_check_red_and_no_other(evidence: Evidence) -> None:
    history = evidence.altered("Rounds.ObjectionRaised", 0, statement=b"\x51" * 32)
    failed = {c.check_id for c in CHECKS if evidence.run(c, history).state is State.FAILED}
    assert failed == {"C34"}
