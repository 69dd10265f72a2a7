"""What the auditor finds of service desks: each act for a person that the delegation does not give (C14.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.delegations import desks
from audit.report.findings import State
from contracts.enums import Role
from tests.conftest import member_id
from tests.contracts.desk import CLERK, KIN
from tests.contracts.redeeming import redemption_id

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from tests.audit.checks.conftest import Evidence

DAY = 24 * 3600
OPENED, ACTED = "Delegations.DelegationOpened", "Delegations.ActedForPerson"


def test_desk_of_an_honest_town_keeps_the_rules(evidence: Evidence) -> None:
    result = evidence.run(desks)
    assert result.state is State.PASSED, result.findings
    assert len(list(evidence.history.logs(ACTED))) == 5
    assert result.counted > 20


def test_act_of_a_desk_is_judged_as_one_of_the_person(evidence: Evidence) -> None:
    """The call inside is the person's: who signed what of the redemption is found as if there were no desk."""
    called = [t for t in evidence.history.all_transactions if t.target == "Delegations"]
    carried = [t.carried for t in called if t.carried]
    assert {f"{call.target}.{call.function}" for call in carried} == {
        "Redemptions.redeem", "Redemptions.confirmRedemption", "Redemptions.cancelRedemption",
    }  # fmt: skip
    assert "C15.1" in evidence.red(
        evidence.altered("Redemptions.RedemptionOpened", 0, member=member_id("barber"))
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"person": member_id("firm")},
        {"area": 4},
        {"daily_limit": 6},
        {"daily_limit": 0},
        {"consent": bytes(32)},
        {"guardian": bytes(16)},
        {"guardian": member_id("volunteer")},
        {"valid_from": 0},
        {"valid_until": 2**40 - 1},
        {"account": b"k" * 20},
    ],
)
def test_opening_that_the_rules_do_not_give_is_found(evidence: Evidence, changes: dict[str, Any]) -> None:
    assert "C14.7" in evidence.red(evidence.altered(OPENED, 0, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"person": member_id("barber")},
        {"clerk": member_id("volunteer")},
        {"clerk": member_id(KIN)},
        {"delegation": b"?" * 16},
    ],
)
def test_act_that_the_delegation_does_not_give_is_found(evidence: Evidence, changes: dict[str, Any]) -> None:
    assert "C14.7" in evidence.red(evidence.altered(ACTED, 0, **changes))


def test_act_in_the_week_before_it_works_or_after_its_end_is_found(evidence: Evidence) -> None:
    opened = evidence.log(OPENED).values
    acted_at = evidence.log(ACTED).block.time
    for seconds in (opened["valid_from"] - acted_at - 1, opened["valid_until"] - acted_at):
        assert "C14.7" in evidence.red(evidence.moved(ACTED, 0, seconds))


def test_act_after_the_delegation_was_ended_is_found(evidence: Evidence) -> None:
    """The key of the delegation ended before: the event of another ended key names it."""
    account = evidence.log(OPENED).values["account"]
    moved = evidence.altered("Members.KeyEnded", 0, key=account)
    first = next(log for log in moved.logs("Members.KeyEnded"))
    early = replace(first, block=evidence.log(OPENED).block, tx_index=evidence.log(OPENED).tx_index)
    logs = [early if log is first else log for log in moved.all_logs]
    ended = replace(evidence.then(moved).history, all_logs=logs)
    assert any("有效期" in finding.what for finding in evidence.run(desks, ended).findings)


def test_act_that_is_told_twice_is_found(evidence: Evidence) -> None:
    assert "C14.7" in evidence.red(evidence.doubled(ACTED, 0))


def test_more_acts_in_a_day_than_the_person_let_are_found(evidence: Evidence) -> None:
    assert "C14.7" in evidence.red(evidence.altered(OPENED, 0, daily_limit=1))


def test_act_outside_the_area_is_found(evidence: Evidence) -> None:
    assert "C14.7" in evidence.red(evidence.altered(OPENED, 0, area=2))


def test_act_that_is_said_to_be_about_something_else_is_found(evidence: Evidence) -> None:
    """By it storage says what the clerk may not decide."""
    assert "C14.7" in evidence.red(evidence.altered(ACTED, 0, thing=bytes(16)))


def test_hours_that_go_to_the_clerk_who_acted_are_found(evidence: Evidence) -> None:
    assert "C14.7" in evidence.red(evidence.altered(ACTED, 0, clerk=member_id("barber")))


def test_clerk_who_decides_what_the_clerk_began_for_somebody_is_found(evidence: Evidence) -> None:
    """In whatever order: who decided does nothing about it at the desk afterwards."""
    decided = "Redemptions.DecidedForProvider"
    changes = {"redemption": redemption_id("confirmed"), "coordinator": member_id(CLERK)}
    by_the_clerk = evidence.altered(decided, 0, **changes)
    assert _tells_both(evidence, by_the_clerk)
    assert not _tells_both(evidence, evidence.altered(decided, 0, redemption=redemption_id("confirmed")))
    log, acted = next(iter(by_the_clerk.logs(decided))), evidence.log(ACTED)
    earlier = replace(log, block=acted.block, tx_index=acted.tx_index)
    logs = sorted(
        (earlier if one is log else one for one in by_the_clerk.all_logs),
        key=lambda one: (one.block.number, one.tx_index, one is not earlier),
    )
    assert _tells_both(evidence, replace(evidence.then(by_the_clerk).history, all_logs=logs))


def _tells_both(evidence: Evidence, history: History) -> bool:
    return any("经办人又作决定" in finding.what for finding in evidence.run(desks, history).findings)


def test_key_of_a_desk_that_no_delegation_holds_is_found(evidence: Evidence) -> None:
    number = next(
        i for i, log in enumerate(evidence.history.logs("Members.KeyAdded")) if log.values["kind"] == 3
    )
    assert "C14.7" in evidence.red(evidence.altered("Members.KeyAdded", number, kind=0))
    assert "C14.7" in evidence.red(evidence.without(OPENED, 0))


def test_clerk_who_holds_no_role_is_found(evidence: Evidence) -> None:
    roles = enumerate(evidence.history.logs("Members.RoleGranted"))
    number = next(
        i for i, log in roles if (log.values["member"], log.values["role"]) == (member_id(CLERK), Role.CLERK)
    )
    assert "C15.1" in evidence.red(evidence.without("Members.RoleGranted", number))


def test_call_that_another_key_signed_is_found(evidence: Evidence) -> None:
    """Another call under the clerk's signature recovers to a stranger."""

    def longer(call: Transaction) -> Transaction:
        return replace(call, args=call.args | {"data": call.args["data"] + bytes(32)})

    assert "C15.1" in evidence.red(_called(evidence, longer))


def _called(evidence: Evidence, change: Any) -> History:
    return evidence.called("Delegations.actForPerson", 0, change)
