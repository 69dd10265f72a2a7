"""Tasks of the time bank, each with its claim, and the services that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

OPEN, ACCEPTED, CLAIMED, DISPUTED, CREDITED, REJECTED, REVERSED, CANCELLED, EXPIRED = range(1, 10)
DECISION_SECONDS, REVERSAL_SECONDS = 14 * 86_400, 365 * 86_400
NOBODY = {"volunteer": None, "accepted_at": None}
NO_CLAIM = dict.fromkeys(
    (
        "served_minutes",
        "credit_minutes",
        "level",
        "claimed_at",
        "creditable_at",
        "decide_by",
        "judge",
        "credited_minutes",
        "reversible_until",
    )
)

KEYS = {"services": ("service",), "tasks": ("task",)}


def _service_set(town: Town, log: Log, v: Values) -> None:
    town["services"].ensure(log, **v).update(v)


def _opened(town: Town, log: Log, v: Values) -> None:
    time = log.block.time
    town["tasks"].begin(log, **v, **NOBODY, **NO_CLAIM, opened_at=time, state=OPEN, acknowledged=False)


def _accepted(town: Town, log: Log, v: Values) -> None:
    row = town["tasks"].change(log, v["task"])
    row.update(state=ACCEPTED, volunteer=v["volunteer"], accepted_at=log.block.time)


def _released(row: Row, _log: Log, _v: Values) -> None:
    row.update(NOBODY, state=OPEN)


def _claimed(row: Row, log: Log, v: Values) -> None:
    claim = {name: v[name] for name in ("served_minutes", "credit_minutes", "level", "creditable_at")}
    decide_by = v["creditable_at"] + DECISION_SECONDS
    row.update(claim, state=CLAIMED, claimed_at=log.block.time, decide_by=decide_by)


def _acknowledged(row: Row, log: Log, v: Values) -> None:
    if row["state"] == DISPUTED:
        time = log.block.time
        row.update(creditable_at=time, decide_by=time + DECISION_SECONDS)
    row.update(state=CLAIMED, acknowledged=True, judge=v["coordinator"])


def _disputed(row: Row, _log: Log, v: Values) -> None:
    row.update(state=DISPUTED, judge=v["coordinator"], decide_by=v["decide_by"])


def _credited(row: Row, log: Log, v: Values) -> None:
    until = log.block.time + REVERSAL_SECONDS
    row.update(state=CREDITED, credited_minutes=v["credited_minutes"], reversible_until=until)


def _becomes(state: int) -> Callable[[Row, Log, Values], None]:
    return lambda row, _log, _v: row.update(state=state)


def _changing(act: Callable[[Row, Log, Values], None]) -> Rule:
    return lambda town, log, v: act(town["tasks"].change(log, v["task"]), log, v)


RULES: dict[str, Rule] = {
    "TimeBank.ServiceSet": _service_set,
    "TimeBank.TaskOpened": _opened,
    "TimeBank.TaskAccepted": _accepted,
    "TimeBank.TaskReleased": _changing(_released),
    "TimeBank.TaskCancelled": _changing(_becomes(CANCELLED)),
    "TimeBank.TaskExpired": _changing(_becomes(EXPIRED)),
    "TimeBank.ClaimAdmitted": _changing(_claimed),
    "TimeBank.ClaimAcknowledged": _changing(_acknowledged),
    "TimeBank.ClaimDisputed": _changing(_disputed),
    "TimeBank.ClaimRejected": _changing(_becomes(REJECTED)),
    "TimeBank.ClaimLapsed": _changing(_becomes(REJECTED)),
    "TimeBank.ClaimCredited": _changing(_credited),
    "TimeBank.CreditReversed": _changing(_becomes(REVERSED)),
}
