"""Votes of committees against changes: what the auditor sees of a town in which four of seven seats stopped new rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.changes import changes, vetoes
from audit.report.findings import State
from contracts.abi import encode_call
from contracts.roles import AuthorityRole, holder_role
from tests.conftest import member_id

if TYPE_CHECKING:
    from audit.chain.history import History
    from tests.audit.checks.conftest import Evidence

CAST, CANCELLED = "Vetoes.VetoCast", "Authority.ChangeCancelled"
# The first vote that stayed, after one was cast and taken back.
STAYED = 2


def assert_red(evidence: Evidence, history: History, what: str) -> None:
    result = evidence.run(vetoes, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def test_most_seats_of_a_committee_stopped_a_change(evidence: Evidence) -> None:
    result = evidence.run(vetoes)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 20


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"member": member_id("worker")}, "held no such seat"),
        ({"seat": 6}, "held no such seat"),
        ({"committee": 99}, "does not concern committee 99"),
        ({"operation_nonce": 2}, "a change that does not wait"),
        ({"operation_id": b"n" * 32}, "a change that does not wait"),
        ({"votes": 2}, "counted 1 votes, got 2"),
        ({"against": False}, "changes nothing"),
    ],
)
def test_a_vote_that_says_something_else_is_found(
    evidence: Evidence, values: dict[str, Any], what: str
) -> None:
    assert_red(evidence, evidence.altered(CAST, STAYED, **values), what)


def test_a_vote_of_who_has_the_seat_no_more_is_no_vote(evidence: Evidence) -> None:
    first, last = evidence.log(CAST, STAYED), evidence.log(CAST, -1)
    filled = next(
        i
        for i, log in enumerate(evidence.history.logs("Committees.SeatFilled"))
        if all(log.values[name] == first.values[name] for name in ("committee", "seat", "member"))
    )
    over = evidence.altered("Committees.SeatFilled", filled, valid_until=last.block.time)
    assert_red(evidence, over, "counted 3 votes, got 4")


def test_a_vote_that_came_twice_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.doubled(CAST, STAYED), "changes nothing")


def test_a_change_that_fewer_seats_stopped_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.without(CAST, -1), "without most of its seats against it")


def test_a_change_that_most_seats_were_against_and_nothing_stopped_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.without(CANCELLED, -1), "nothing stopped it")


def test_a_guardian_who_stopped_the_own_replacement_is_found(evidence: Evidence) -> None:
    history = cancelled_grant(evidence, AuthorityRole.GUARDIAN)
    assert_red(evidence, history, "the guardian stopped a change of the guardian")
    called_off = evidence.then(history).altered(CANCELLED, 0, by=admin(evidence))
    assert evidence.run(vetoes, called_off).state is State.PASSED


def test_an_administrator_who_called_off_a_change_of_a_holder_is_found(evidence: Evidence) -> None:
    """The guardian may stop it; whoever stole the administrator's key would call off its end (p59)."""
    history = cancelled_grant(evidence, holder_role(AuthorityRole.ADMIN))
    assert evidence.run(vetoes, history).state is State.PASSED
    called_off = evidence.then(history).altered(CANCELLED, 0, by=admin(evidence))
    assert_red(evidence, called_off, "a change of who holds an office was called off")


def cancelled_grant(evidence: Evidence, role: int) -> History:
    """The town, where what the guardian stopped granted a role."""
    data = encode_call("Authority", "grantRole", role, "0x" + "51" * 20, 0)
    cancelled = evidence.log(CANCELLED)
    scheduled = list(evidence.history.logs("Authority.OperationScheduled"))
    number = next(
        i for i, log in enumerate(scheduled) if log.values["operation_id"] == cancelled.values["operation_id"]
    )
    return evidence.altered("Authority.OperationScheduled", number, data=data, target=authority(evidence))


def admin(evidence: Evidence) -> bytes:
    sender = next(evidence.history.transactions("Authority.endFounding")).sender
    assert sender is not None
    return sender


def authority(evidence: Evidence) -> bytes:
    return evidence.trust.address("Authority")


def test_a_change_that_was_stopped_and_carried_out_is_found(evidence: Evidence) -> None:
    scheduled = evidence.log("Authority.OperationScheduled").values["operation_id"]
    result = evidence.run(changes, evidence.altered(CANCELLED, 0, operation_id=scheduled))
    assert any("after it was cancelled" in finding.what for finding in result.findings)
