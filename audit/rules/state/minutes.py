"""Minutes of the time bank: of each member, of each level, of the town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.errors import StateError
from audit.rules.state.tables import add

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

VERIFIED_LEVEL = 2
TOWN = 1  # There is one row of the town, and this is its key.
OF_MEMBER = (
    "pending_minutes", "credited_minutes", "verified_minutes", "escrow_minutes", "redeemed_minutes", "provided_minutes",
)  # fmt: skip
OF_TOWN = ("pending_minutes", "issued_minutes", "redeemed_minutes")

KEYS = {
    "volunteers": ("member",),
    "level_hours": ("level",),
    "town_hours": ("town",),
}


def _claimed(town: Town, log: Log, v: Values) -> None:
    add(_member(town, log, v["volunteer"]), pending_minutes=v["credit_minutes"])
    add(_town(town, log), pending_minutes=v["credit_minutes"])


def _rejected(town: Town, log: Log, v: Values) -> None:
    task = _task(town, log, v["task"])
    add(_member(town, log, task["volunteer"]), pending_minutes=-task["credit_minutes"])
    add(_town(town, log), pending_minutes=-task["credit_minutes"])


def _credited(town: Town, log: Log, v: Values) -> None:
    minutes = v["credited_minutes"]
    add(_member(town, log, v["volunteer"]), pending_minutes=-minutes)
    add(_town(town, log), pending_minutes=-minutes, issued_minutes=minutes)
    _credit(town, log, _task(town, log, v["task"]), minutes)


def _reversed(town: Town, log: Log, v: Values) -> None:
    task = _task(town, log, v["task"])
    add(_town(town, log), issued_minutes=-task["credit_minutes"])
    _credit(town, log, task, -task["credit_minutes"])


def _credit(town: Town, log: Log, task: Row, minutes: int) -> None:
    read_verified = minutes if task["level"] >= VERIFIED_LEVEL else 0
    add(_member(town, log, task["volunteer"]), credited_minutes=minutes, verified_minutes=read_verified)
    add(town["level_hours"].ensure(log, level=task["level"], credited_minutes=0), credited_minutes=minutes)


def _held(town: Town, log: Log, v: Values) -> None:
    add(_member(town, log, v["member"]), escrow_minutes=v["held_minutes"])


def _redeemed(town: Town, log: Log, v: Values) -> None:
    row = town["redemptions"].row(log, v["redemption"])
    minutes = row["held_minutes"]
    add(_member(town, log, row["member"]), escrow_minutes=-minutes, redeemed_minutes=minutes)
    if v["earned_minutes"]:
        add(_member(town, log, row["provider"]), provided_minutes=v["earned_minutes"])
    add(_town(town, log), redeemed_minutes=minutes)


def _reversed_redemption(town: Town, log: Log, v: Values) -> None:
    row = town["redemptions"].row(log, v["redemption"])
    add(_member(town, log, row["member"]), redeemed_minutes=-row["held_minutes"])
    if v["earned_minutes"]:
        add(_member(town, log, row["provider"]), provided_minutes=-v["earned_minutes"])
    add(_town(town, log), redeemed_minutes=-row["held_minutes"])


def _given_back(town: Town, log: Log, v: Values) -> None:
    row = town["redemptions"].row(log, v["redemption"])
    add(_member(town, log, row["member"]), escrow_minutes=-row["held_minutes"])


def _task(town: Town, log: Log, task: bytes) -> Row:
    """A task with a claim.

    Raises:
        StateError: There is no such task, or it has none.
    """
    row = town["tasks"].row(log, task)
    if row["credit_minutes"] is None:
        raise StateError(f"{log.where}: expected a task with a claim, got 0x{task.hex()} without one")
    return row


def _member(town: Town, log: Log, member: bytes) -> Row:
    return town["volunteers"].ensure(log, member=member, **dict.fromkeys(OF_MEMBER, 0))


def _town(town: Town, log: Log) -> Row:
    return town["town_hours"].ensure(log, town=TOWN, **dict.fromkeys(OF_TOWN, 0))


RULES: dict[str, Rule] = {
    "TimeBank.ClaimAdmitted": _claimed,
    "TimeBank.ClaimRejected": _rejected,
    "TimeBank.ClaimLapsed": _rejected,
    "TimeBank.ClaimCredited": _credited,
    "TimeBank.CreditReversed": _reversed,
    "Redemptions.RedemptionOpened": _held,
    "Redemptions.RedemptionConfirmed": _redeemed,
    "Redemptions.RedemptionSettled": _redeemed,
    "Redemptions.DecidedForProvider": _redeemed,
    "Redemptions.RedemptionReversed": _reversed_redemption,
    "Redemptions.DecidedForMember": _given_back,
    "Redemptions.RedemptionCancelled": _given_back,
    "Redemptions.RedemptionDeclined": _given_back,
    "Redemptions.RedemptionVoided": _given_back,
    "Redemptions.RedemptionLapsed": _given_back,
}
