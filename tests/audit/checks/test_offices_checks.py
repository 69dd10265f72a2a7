"""Offices sign: which key it was, whether it held the office, and that nobody but the account is the office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_canonical_address

from audit.chain.offices import office_account
from audit.checks import CHECKS
from audit.checks.authority import offices
from audit.checks.call_effects import effects_follow_calls
from audit.checks.members import acts
from audit.report.findings import State
from contracts.deployment_plan import office_account as deployed_account
from contracts.roles import CHANGES, HOLDER, PERSONS_OFFICES, AuthorityRole
from tests.conftest import created, signer

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from audit.checks.check import Check
    from tests.audit.checks.conftest import Evidence

ACTED, SIGNED, DIRECT = "Offices.ActedForOffice", "Offices.scheduleForOffice", "Offices.actForOffice"
STRANGER = b"\x51" * 20


def assert_red(evidence: Evidence, check: Check, history: History, what: str) -> None:
    result = evidence.run(check, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def grant_of(evidence: Evidence, role: int) -> int:
    """Number of the event that granted a role."""
    grants = evidence.history.logs("Authority.RoleGranted")
    return next(i for i, log in enumerate(grants) if log.values["role_id"] == role)


def signed_by_hand(**authorization: Any) -> Any:
    def change(call: Transaction) -> Transaction:
        return replace(call, args=call.args | {"authorization": call.args["authorization"] | authorization})

    return change


def test_the_auditor_names_the_accounts_by_a_rule_of_its_own() -> None:
    address = created("Offices")
    for office in PERSONS_OFFICES:
        expected = to_canonical_address(deployed_account(address, office))
        assert office_account(to_canonical_address(address), office) == expected


def test_offices_of_an_honest_town_pass_signed_or_called_by_their_keys(evidence: Evidence) -> None:
    calls = list(evidence.history.transactions(SIGNED, DIRECT))
    assert {bool(call.args["authorization"]["signature"]) for call in calls} == {True, False}
    for check in (acts, offices, effects_follow_calls):
        result = evidence.run(check)
        assert result.state is State.PASSED, result.findings


def test_a_call_by_a_key_that_does_not_hold_the_office_is_found(evidence: Evidence) -> None:
    history = evidence.called(DIRECT, 0, lambda call: replace(call, sender=STRANGER))
    assert_red(evidence, acts, history, f"0x{STRANGER.hex()} did not hold office")


def test_a_signature_under_other_words_is_found(evidence: Evidence) -> None:
    history = evidence.called(SIGNED, 0, signed_by_hand(nonce=1))
    assert_red(evidence, acts, history, "did not hold office")


def test_an_act_of_an_office_that_was_carried_twice_or_late_is_found(evidence: Evidence) -> None:
    call = next(evidence.history.transactions(SIGNED))
    twice = replace(evidence.history, all_transactions=[*evidence.history.all_transactions, call])
    assert_red(evidence, acts, twice, "used nonce")
    deadline = call.args["authorization"]["deadline"]
    late = replace(call, block=replace(call.block, time=deadline + 1))
    assert_red(evidence, acts, evidence.called(SIGNED, 0, lambda _: late), "arrived after")


@pytest.mark.parametrize("office", [AuthorityRole.STEWARD, AuthorityRole.REGISTRAR])
def test_a_holder_whom_nobody_granted_the_office_is_found(evidence: Evidence, office: AuthorityRole) -> None:
    history = evidence.without("Authority.RoleGranted", grant_of(evidence, HOLDER | office))
    assert_red(evidence, acts, history, f"did not hold office {int(office)}")


@pytest.mark.parametrize(
    ("values", "check", "what"),
    [
        ({"key": STRANGER}, acts, "signed by"),
        ({"selector": b"abcd"}, effects_follow_calls, "selector of"),
        ({"target": STRANGER}, effects_follow_calls, "target of"),
        ({"office": 3}, effects_follow_calls, "office of"),
    ],
)
def test_an_event_that_says_something_else_than_the_call_is_found(
    evidence: Evidence, values: dict[str, Any], check: Check, what: str
) -> None:
    assert_red(evidence, check, evidence.altered(ACTED, 0, **values), what)


def test_what_an_account_called_is_judged_by_what_was_signed(evidence: Evidence) -> None:
    history = evidence.altered("Funds.PurposeOpened", -1, purpose=77)
    assert_red(evidence, effects_follow_calls, history, "purpose of")


@pytest.mark.parametrize(
    "role", [AuthorityRole.STEWARD, AuthorityRole.STEWARD | CHANGES, AuthorityRole.ADMIN]
)
def test_a_key_that_is_an_office_beside_the_account_is_found(evidence: Evidence, role: int) -> None:
    """Granted in the founding, it would act and nobody could see who signed."""
    number = grant_of(evidence, HOLDER | AuthorityRole.STEWARD)
    history = evidence.altered("Authority.RoleGranted", number, role_id=role)
    assert_red(evidence, offices, history, f"role {int(role)} is held by")


def test_an_office_that_changes_hands_after_the_founding_is_found(evidence: Evidence) -> None:
    history = evidence.altered("Authority.RoleGranted", -1, role_id=int(AuthorityRole.STEWARD))
    assert_red(evidence, offices, history, "changed hands after the founding")


def test_a_call_of_another_account_than_the_offices_is_found(evidence: Evidence) -> None:
    def change(call: Transaction) -> Transaction:
        assert call.carried is not None
        return replace(
            call, carried=replace(call.carried, sender=to_canonical_address(signer("steward").address))
        )

    assert_red(evidence, offices, evidence.called(DIRECT, 0, change), "did not hold role")


def test_a_key_without_the_office_turns_one_check_red_and_no_other(evidence: Evidence) -> None:
    history = evidence.called(DIRECT, 0, lambda call: replace(call, sender=STRANGER))
    assert {c.check_id for c in CHECKS if evidence.run(c, history).state is State.FAILED} == {"C15.1"}
