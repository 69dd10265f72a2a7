"""What the check of redemptions finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import service
from audit.report.findings import State
from contracts.enums import Reason
from tests.audit.checks.rules_town import GOING_ON
from tests.conftest import member_id
from tests.contracts.neighbourhood import DAY, HAIRCUT
from tests.contracts.redeeming import ENDINGS, redemption_id

if TYPE_CHECKING:
    from audit.chain.history import History
    from tests.audit.checks.conftest import Evidence

VOLUNTEER, BARBER = member_id("volunteer"), member_id("barber")


def number_of(evidence: Evidence, event: str, name: str) -> int:
    """Which of the events of a name is the one of a redemption."""
    logs = evidence.history.logs(f"Redemptions.{event}")
    return next(i for i, log in enumerate(logs) if log.values["redemption"] == redemption_id(name))


def found(evidence: Evidence, history: History | None = None) -> list[str]:
    return [finding.what for finding in evidence.run(service.redemptions, history).findings]


def test_redemptions_that_end_in_every_way_pass(evidence: Evidence) -> None:
    result = evidence.run(service.redemptions)
    assert result.state is State.PASSED, result.findings
    assert len(list(evidence.history.logs("Redemptions.RedemptionOpened"))) == len(ENDINGS | GOING_ON)


@pytest.mark.parametrize(
    ("event", "name", "seconds", "reason"),
    [
        ("RedemptionAccepted", "declined", 60 * DAY, "done from"),
        ("RedemptionServed", "confirmed", 60 * DAY, "done from"),
        ("RedemptionDisputed", "undecided", 7 * DAY, "done from"),
        ("DecidedForProvider", "for provider", 14 * DAY, "done from"),
        ("DecidedForMember", "for member", 14 * DAY, "done from"),
        ("RedemptionSettled", "silent", -54 * DAY, "done before"),
        ("RedemptionLapsed", "undecided", -47 * DAY, "done before"),
        ("RedemptionLapsed", "forgotten", -DAY, "done before"),
        ("RedemptionReversed", "reversed", 365 * DAY, "done from"),
    ],
)
def test_an_act_out_of_its_time_is_told(
    evidence: Evidence, event: str, name: str, seconds: int, reason: str
) -> None:
    """(p39)"""
    number = number_of(evidence, event, name)
    texts = found(evidence, evidence.moved(f"Redemptions.{event}", number, seconds))
    assert any(reason in text for text in texts), texts


@pytest.mark.parametrize(
    ("event", "name", "values", "reason"),
    [
        ("RedemptionOpened", "confirmed", {"held_minutes": 61}, "not what the service is worth"),
        ("RedemptionOpened", "confirmed", {"held_minutes": 0}, "not what the service is worth"),
        ("RedemptionOpened", "confirmed", {"service": 99}, "not what the service is worth"),
        ("RedemptionOpened", "confirmed", {"until": 2**40}, "date on which it ends"),
        ("RedemptionOpened", "confirmed", {"fund": 99}, "there is no fund 99"),
        ("RedemptionOpened", "confirmed", {"provider": VOLUNTEER}, "no other member"),
        ("RedemptionOpened", "confirmed", {"provider": b"a stranger to us"}, "no other member"),
        ("RedemptionServed", "confirmed", {"until": 2**40}, "date on which it ends"),
        ("RedemptionDisputed", "undecided", {"until": 1}, "date on which it ends"),
        ("RedemptionConfirmed", "confirmed", {"earned_minutes": 0}, "minutes of who served"),
        ("RedemptionConfirmed", "of a firm", {"earned_minutes": 5}, "minutes of who served"),
        ("RedemptionSettled", "silent", {"earned_minutes": 6}, "minutes of who served"),
        ("DecidedForProvider", "for provider", {"earned_minutes": 0}, "minutes of who served"),
        ("DecidedForProvider", "for provider", {"coordinator": BARBER}, "by one of its two sides"),
        ("DecidedForMember", "for member", {"coordinator": VOLUNTEER}, "by one of its two sides"),
        ("RedemptionVoided", "voided", {"coordinator": VOLUNTEER}, "by one of its two sides"),
        ("RedemptionCancelled", "cancelled", {"redemption": bytes(16)}, "was never opened"),
        ("RedemptionReversed", "reversed", {"coordinator": BARBER}, "by one of its two sides"),
        (
            "RedemptionReversed",
            "reversed",
            {"coordinator": member_id("coordinator")},
            "by the same coordinator",
        ),
        ("RedemptionReversed", "reversed", {"earned_minutes": 0}, "minutes of who served"),
        ("RedemptionReversed", "firm reversed", {"earned_minutes": 5}, "minutes of who served"),
    ],
)
def test_what_the_rules_do_not_allow_is_told(
    evidence: Evidence, event: str, name: str, values: dict[str, Any], reason: str
) -> None:
    """(p31, p32, p33)"""
    history = evidence.altered(f"Redemptions.{event}", number_of(evidence, event, name), **values)
    texts = found(evidence, history)
    assert any(reason in text for text in texts), texts


@pytest.mark.parametrize(
    ("event", "name", "other", "state"),
    [
        ("RedemptionDeclined", "declined", "RedemptionCancelled", "accepted"),
        ("RedemptionConfirmed", "confirmed", "RedemptionVoided", "served"),
        ("RedemptionConfirmed", "confirmed", "RedemptionLapsed", "served"),
        ("DecidedForMember", "for member", "RedemptionDeclined", "disputed"),
        ("DecidedForProvider", "for provider", "RedemptionSettled", "disputed"),
        ("RedemptionCancelled", "cancelled", "RedemptionConfirmed", "open"),
        ("RedemptionSettled", "silent", "DecidedForProvider", "served"),
        ("RedemptionDeclined", "declined", "RedemptionReversed", "accepted"),
        ("RedemptionReversed", "reversed", "RedemptionVoided", "done"),
    ],
)
def test_an_end_from_a_state_that_does_not_have_it_is_told(
    evidence: Evidence, event: str, name: str, other: str, state: str
) -> None:
    """Nobody has the service and the minutes both (p30)."""
    true = evidence.log(f"Redemptions.{event}", number_of(evidence, event, name))
    values = {"earned_minutes": 0, "coordinator": bytes(16), "document": bytes(32)} | true.values
    false = replace(true, event=other, values=values)
    logs = [false if log is true else log for log in evidence.history.all_logs]
    texts = found(evidence, replace(evidence.history, all_logs=logs, _by_place=None))
    assert any(f"got one {state}" in text for text in texts), texts


@pytest.mark.parametrize("event", ["RedemptionAccepted", "RedemptionServed", "RedemptionDisputed"])
def test_a_step_left_out_is_told(evidence: Evidence, event: str) -> None:
    """(p30)"""
    number = number_of(evidence, event, "for member")
    history = evidence.without(f"Redemptions.{event}", number)
    assert any("expected one" in text for text in found(evidence, history))


def test_a_redemption_that_ends_twice_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.doubled("Redemptions.RedemptionConfirmed", 0)) == {"C15.1", "C27.4", "C18"}


def test_a_redemption_that_is_reversed_twice_is_told(evidence: Evidence) -> None:
    """(p42)"""
    assert evidence.red(evidence.doubled("Redemptions.RedemptionReversed", 0)) >= {"C27.4", "C18"}


def test_minutes_of_a_reversed_redemption_that_do_not_go_back_are_told(evidence: Evidence) -> None:
    """(p42)"""
    transfers = evidence.history.logs("Ledger.Transferred")
    number = next(i for i, log in enumerate(transfers) if log.values["reason"] == Reason.REDEMPTION_REVERSAL)
    assert "C18" in evidence.red(evidence.without("Ledger.Transferred", number))


def test_a_redemption_for_less_than_the_tariff_is_told(evidence: Evidence) -> None:
    """(p31)"""
    rules = evidence.history.logs("TimeBank.ServiceSet")
    number = next(i for i, log in enumerate(rules) if log.values["service"] == HAIRCUT)
    history = evidence.altered("TimeBank.ServiceSet", number, tariff_minutes=40)
    assert evidence.red(history) == {"C27.4"}


def test_minutes_that_go_elsewhere_than_to_who_served_are_told(evidence: Evidence) -> None:
    """(p32)"""
    members = evidence.history.logs("Members.MemberRegistered")
    number = next(i for i, log in enumerate(members) if log.values["member"] == BARBER)
    assert {"C27.4", "C18"} <= evidence.red(evidence.altered("Members.MemberRegistered", number, kind=2))
