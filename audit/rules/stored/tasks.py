"""Tasks with their claims, services, and the time to dispute, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.state.tasks import (
    ACCEPTED,
    CANCELLED,
    CLAIMED,
    CREDITED,
    DISPUTED,
    EXPIRED,
    OPEN,
    REJECTED,
    REVERSED,
)
from audit.rules.stored.things import Begin, Fields, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log

REVERSAL_SECONDS = 365 * 86_400
# Of the id of who opened a task its record keeps the end.
OPENER_BYTES = 3
CHALLENGE = Thing("TimeBank", "challengeSeconds", ())


def _task(v: Values) -> Thing:
    return Thing("TimeBank", "taskRecord", (v["task"],))


def _judge(v: Values) -> Thing:
    return Thing("TimeBank", "_judges", (v["task"],))


def _service(v: Values) -> Thing:
    return Thing("TimeBank", "_services", (v["service"],))


BEGINS: dict[str, Begin] = {
    "TimeBank.ServiceSet": lambda v: [_service(v)],
    "TimeBank.ChallengeSet": lambda _: [CHALLENGE],
    "TimeBank.TaskOpened": lambda v: [_task(v), _judge(v)],
}


def _service_set(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_service(v)] = {
        "minMinutes": v["min_minutes"],
        "maxMinutes": v["max_minutes"],
        "tariffMinutes": v["tariff_minutes"],
    }


def _challenge_set(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[CHALLENGE] = {"": v["challenge_seconds"]}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_task(v)] = {
        "state": OPEN, "level": 0, "acknowledged": 0, "service": v["service"], "minutes_": v["authorised_minutes"], "fund": v["fund"],
        "until": v["expires_at"], "volunteer": bytes(16), "opener": v["coordinator"][-OPENER_BYTES:],
    }  # fmt: skip
    stored[_judge(v)] = {"": bytes(16)}


def _accepted(row: Fields, log: Log, v: Values) -> None:
    del log
    row.update(state=ACCEPTED, volunteer=v["volunteer"])


def _claimed(row: Fields, log: Log, v: Values) -> None:
    del log
    row.update(state=CLAIMED, level=v["level"], minutes_=v["credit_minutes"], until=v["creditable_at"])


def _credited(row: Fields, log: Log, v: Values) -> None:
    del v
    row.update(state=CREDITED, until=log.block.time + REVERSAL_SECONDS)


def _acknowledged(stored: Stored, log: Log, v: Values) -> None:
    row = stored[_task(v)]
    if row["state"] == DISPUTED:
        row["until"] = log.block.time
    row.update(state=CLAIMED, acknowledged=1)
    stored[_judge(v)][""] = v["coordinator"]


def _disputed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_task(v)].update(state=DISPUTED, until=v["decide_by"])
    stored[_judge(v)][""] = v["coordinator"]


def _sets(**fields: Any) -> Callable[[Fields, Log, Values], None]:
    return lambda row, _log, _v: row.update(fields)


def _on_task(change: Callable[[Fields, Log, Values], None]) -> Rule:
    return lambda stored, log, v: change(stored[_task(v)], log, v)


RULES: dict[str, Rule] = {
    "TimeBank.ServiceSet": _service_set,
    "TimeBank.ChallengeSet": _challenge_set,
    "TimeBank.TaskOpened": _opened,
    "TimeBank.TaskAccepted": _on_task(_accepted),
    "TimeBank.TaskReleased": _on_task(_sets(state=OPEN, volunteer=bytes(16))),
    "TimeBank.TaskCancelled": _on_task(_sets(state=CANCELLED)),
    "TimeBank.TaskExpired": _on_task(_sets(state=EXPIRED)),
    "TimeBank.ClaimAdmitted": _on_task(_claimed),
    "TimeBank.ClaimAcknowledged": _acknowledged,
    "TimeBank.ClaimDisputed": _disputed,
    "TimeBank.ClaimRejected": _on_task(_sets(state=REJECTED)),
    "TimeBank.ClaimLapsed": _on_task(_sets(state=REJECTED)),
    "TimeBank.ClaimCredited": _on_task(_credited),
    "TimeBank.CreditReversed": _on_task(_sets(state=REVERSED)),
}
