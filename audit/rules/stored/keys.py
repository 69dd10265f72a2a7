"""Members with their keys and guardians, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

FOR_EVER = 2**40 - 1


def _member(v: Values) -> Thing:
    return Thing("Members", "_members", (v["member"],))


def _key(v: Values) -> Thing:
    return Thing("Members", "_keys", (v["key"],))


def _guardian(v: Values) -> Thing:
    return Thing("Members", "_guardedUntil", (v["member"], v["guardian"]))


BEGINS: dict[str, Begin] = {
    "Members.MemberRegistered": lambda v: [_member(v)],
    "Members.KeyAdded": lambda v: [_key(v)],
    "Members.GuardianNamed": lambda v: [_guardian(v)],
}


def _registered(stored: Stored, log: Log, v: Values) -> None:
    del log
    row = {"kind": v["kind"], "household": v["household"], "keysGoingOn": 0, "lastEndAt": 0, "wasGuarded": 0}
    stored[_member(v)] = row


def _added(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_key(v)] = {
        "member": v["member"], "kind": v["kind"], "validFrom": v["valid_from"], "refusableUntil": v["refusable_until"], "endsAt": 0,
    }  # fmt: skip
    stored[_member(v)]["keysGoingOn"] += 1


def _replaced(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_key(v)]["endsAt"] = v["ends_at"]
    stored[_member(v)]["keysGoingOn"] -= 1
    stored[_member(v)]["lastEndAt"] = v["ends_at"]


def _ended(stored: Stored, log: Log, v: Values) -> None:
    """A key that was replaced does not count among those that go on."""
    key = stored[_key(v)]
    stored[_member(v)]["keysGoingOn"] -= not key["endsAt"]
    key["endsAt"] = log.block.time


def _kept(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_key(v)]["endsAt"] = 0
    stored[_member(v)]["keysGoingOn"] += 1


def _named(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_guardian(v)] = {"": FOR_EVER}
    stored[_member(v)]["wasGuarded"] = 1


def _dismissed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_guardian(v)] = {"": v["ends_at"]}


RULES: dict[str, Rule] = {
    "Members.MemberRegistered": _registered,
    "Members.KeyAdded": _added,
    "Members.KeyReplaced": _replaced,
    "Members.KeyEnded": _ended,
    "Members.KeyKept": _kept,
    "Members.GuardianNamed": _named,
    "Members.GuardianDismissed": _dismissed,
}
