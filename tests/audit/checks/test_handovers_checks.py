"""Handovers: what the auditor sees of a town in which three of five seats gave a fund to the next committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.changes import handovers
from audit.checks.decisions import floors
from audit.report.findings import State
from tests.audit.checks.rules_town import JOINT, MERGED
from tests.conftest import member_id
from tests.contracts.neighbourhood import COMMITTEE, FUND

if TYPE_CHECKING:
    from audit.chain.history import History
    from tests.audit.checks.conftest import Evidence

CAST, HANDED = "Committees.HandoverVoteCast", "Committees.FundHandedOver"
# The first vote that stayed, after one was cast and taken back.
STAYED = 2


def assert_red(evidence: Evidence, history: History, what: str) -> None:
    result = evidence.run(handovers, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def test_most_seats_agreed_to_a_handover(evidence: Evidence) -> None:
    result = evidence.run(handovers)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 25


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"member": member_id("worker")}, "held no such seat"),
        ({"seat": 4}, "held no such seat"),
        ({"committee": JOINT}, f"committee {MERGED} was to agree"),
        ({"committee": COMMITTEE}, f"committee {MERGED} was to agree"),
        ({"revision": 5}, "the successor was at revision 6, not 5"),
        ({"operation_nonce": 2}, "a handover that does not wait"),
        ({"operation_id": b"n" * 32}, "a handover that does not wait"),
        ({"votes": 2}, "counted 1 votes, got 2"),
        ({"agrees": False}, "changes nothing"),
    ],
)
def test_a_vote_that_says_something_else_is_found(
    evidence: Evidence, values: dict[str, Any], what: str
) -> None:
    assert_red(evidence, evidence.altered(CAST, STAYED, **values), what)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"former": COMMITTEE}, f"expected committee {MERGED} to hand over"),
        ({"successor": COMMITTEE}, "is no successor"),
        ({"fund": FUND}, "agreed to the handover"),
        ({"since": 1}, "expected it to decide from"),
    ],
)
def test_a_handover_that_says_something_else_is_found(
    evidence: Evidence, values: dict[str, Any], what: str
) -> None:
    assert_red(evidence, evidence.altered(HANDED, 0, **values), what)


def test_a_handover_with_fewer_seats_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.without(CAST, -1), "2 of 5 seats")


def test_a_vote_of_who_left_the_seat_is_no_vote(evidence: Evidence) -> None:
    """Four agreed; one of them holds the seat no more, and a stranger's vote more would hide that another is missing."""
    assert evidence.log(CAST, -1).values["votes"] == 3
    assert_red(evidence, evidence.altered(CAST, -1, votes=4), "counted 3 votes, got 4")
    assert_red(evidence, evidence.without("Committees.SeatVacated", -1), "counted 4 votes, got 3")


def test_a_handover_after_the_end_of_a_term_of_who_agreed_is_found(evidence: Evidence) -> None:
    filled = [
        i
        for i, log in enumerate(evidence.history.logs("Committees.SeatFilled"))
        if (log.values["committee"], log.values["seat"]) == (MERGED, 0)
    ]
    over = evidence.altered("Committees.SeatFilled", filled[0], valid_until=evidence.log(HANDED).block.time)
    assert_red(evidence, over, "2 of 5 seats")


def test_seats_or_keys_that_began_to_count_after_the_announcement_are_found(evidence: Evidence) -> None:
    scheduled = next(
        i
        for i, log in enumerate(evidence.history.logs("Authority.OperationScheduled"))
        if log.values["operation_id"] == evidence.log(CAST).values["operation_id"]
    )
    history = evidence.altered("Authority.OperationScheduled", scheduled, schedule=15 * 24 * 3600)
    assert_red(evidence, history, "held no such seat as the handover was announced")
    assert_red(evidence, history, "might not act yet as the handover was announced")


def test_a_successor_without_seats_or_rules_that_could_decide_is_found(evidence: Evidence) -> None:
    filled = [
        i
        for i, log in enumerate(evidence.history.logs("Committees.SeatFilled"))
        if log.values["committee"] == JOINT
    ]
    history = evidence.without("Committees.SeatFilled", filled[0])
    history = evidence.then(history).without("Committees.SeatFilled", filled[0])
    assert_red(evidence, history, "cannot decide what it has rules for")


def test_a_second_committee_that_is_said_to_decide_at_once_is_found(evidence: Evidence) -> None:
    opened = list(evidence.history.logs("Committees.CommitteeOpened"))
    joint = next(i for i, log in enumerate(opened) if log.values["committee"] == JOINT)
    history = evidence.altered("Committees.CommitteeOpened", joint, since=opened[joint].block.time)
    assert evidence.run(floors, history).state is State.FAILED
