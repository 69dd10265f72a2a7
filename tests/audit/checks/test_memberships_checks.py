"""What the auditor finds of people who move, leave and come back, and of funds that close (p54)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.closed_funds import closed_funds
from audit.checks.keys import new_keys
from audit.checks.memberships import memberships
from audit.report.findings import State
from tests.audit.checks.rules_town import EMPTIED
from tests.audit.checks.test_keys_checks import key_of, number_of
from tests.conftest import member_id
from tests.contracts.neighbourhood import FUND, household

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


def test_memberships_and_funds_of_an_honest_town_keep_the_rules(evidence: Evidence) -> None:
    for check in (memberships, closed_funds):
        result = evidence.run(check)
        assert result.state is State.PASSED, result.findings


@pytest.mark.parametrize(
    ("event", "number", "changes"),
    [
        ("Members.MembershipEnded", 0, {"member": member_id("worker")}),
        ("Members.MembershipRestored", 0, {"member": member_id("worker")}),
        ("Members.HouseholdChanged", 0, {"household": household("worker")}),
    ],
)
def test_end_or_move_that_the_rules_do_not_give_is_found(
    evidence: Evidence, event: str, number: int, changes: dict[str, Any]
) -> None:
    found = evidence.run(memberships, evidence.altered(event, number, **changes))
    assert found.state is State.FAILED


def test_key_that_outlives_a_membership_is_found(evidence: Evidence) -> None:
    number = number_of(evidence, "Members.KeyEnded", key=key_of("second coordinator"))
    found = evidence.run(memberships, evidence.without("Members.KeyEnded", number))
    assert found.state is State.FAILED
    assert key_of("second coordinator").hex() in found.findings[0].what


@pytest.mark.parametrize("event", ["HouseholdChanged", "KeyAdded", "RoleGranted", "MembershipEnded"])
def test_act_on_who_has_left_is_found(evidence: Evidence, event: str) -> None:
    number = 1 if event == "MembershipEnded" else -1
    left = member_id("barber" if event == "MembershipEnded" else "second coordinator")
    if event == "MembershipEnded":
        evidence = evidence.then(evidence.without("Members.MembershipRestored", 0))
    found = evidence.run(memberships, evidence.altered(f"Members.{event}", number, member=left))
    assert any("has ended" in finding.what for finding in found.findings)


def test_guardian_who_refuses_the_same_key_twice_is_found(evidence: Evidence) -> None:
    number = number_of(evidence, "Members.KeyRefused", key=key_of("new phone of volunteer"))
    found = evidence.run(new_keys, evidence.doubled("Members.KeyRefused", number))
    assert any("was outvoted" in finding.what for finding in found.findings)


def test_key_that_one_guardian_brought_again_after_a_refusal_is_found(evidence: Evidence) -> None:
    """What two signed before the refusal counts no more."""
    assert "C14.5" in evidence.red(evidence.without("Members.RecoverySigned", 2))


@pytest.mark.parametrize(
    ("event", "number", "changes"),
    [
        ("Funds.FundClosed", 1, {"closed": True}),
        ("Funds.FundClosed", 0, {"closed": False}),
        ("Funds.FundClosed", 0, {"fund": 1}),
    ],
)
def test_closing_that_the_rules_do_not_give_is_found(
    evidence: Evidence, event: str, number: int, changes: dict[str, Any]
) -> None:
    assert evidence.run(closed_funds, evidence.altered(event, number, **changes)).state is State.FAILED


@pytest.mark.parametrize(
    ("event", "changes"), [("PurposeOpened", {"fund": EMPTIED}), ("FundOpened", {"parent": EMPTIED})]
)
def test_what_is_opened_in_a_closed_fund_is_found(
    evidence: Evidence, event: str, changes: dict[str, Any]
) -> None:
    assert evidence.run(closed_funds, evidence.altered(f"Funds.{event}", -1, **changes)).state is State.FAILED


def test_all_that_comes_into_a_closed_fund_is_found(evidence: Evidence) -> None:
    """The closing of the fund where all of it happens."""
    found = evidence.run(closed_funds, evidence.altered("Funds.FundClosed", 0, fund=FUND))
    texts = " ".join(finding.what for finding in found.findings)
    for event in ("DonationsAttested", "GiftAttested", "ProceedsAttested", "ProposalSubmitted"):
        assert f"{event}: fund {FUND} is closed" in texts, event


def test_fund_that_is_closed_with_money_in_it_is_found(evidence: Evidence) -> None:
    found = evidence.run(closed_funds, evidence.altered("Funds.FundClosed", -1, fund=FUND))
    assert any("are not empty" in finding.what for finding in found.findings)
