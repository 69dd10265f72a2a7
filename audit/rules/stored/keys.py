"""Members with their keys and guardians, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.keys import DELAY_SECONDS
from audit.rules.signatures import KeyKind
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
    stored[_member(v)] = {
        "kind": v["kind"], "household": v["household"], "keysGoingOn": 0, "lastEndAt": 0, "wasGuarded": 0, "endedAt": 0,
    }  # fmt: skip


def _household_changed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_member(v)]["household"] = v["household"]


def _membership_ended(stored: Stored, log: Log, v: Values) -> None:
    stored[_member(v)]["endedAt"] = log.block.time


def _membership_restored(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_member(v)]["endedAt"] = 0


def _added(stored: Stored, log: Log, v: Values) -> None:
    del log
    is_of_desk = v["kind"] == KeyKind.DESK
    stored[_key(v)] = {
        "member": v["member"], "kind": v["kind"], "validFrom": v["valid_from"], "refusableUntil": v["refusable_until"],
        "endsAt": v["refusable_until"] if is_of_desk else 0,
    }  # fmt: skip
    stored[_member(v)]["keysGoingOn"] += not is_of_desk


def _replaced(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_key(v)]["endsAt"] = v["ends_at"]
    stored[_member(v)]["keysGoingOn"] -= 1
    stored[_member(v)]["lastEndAt"] = v["ends_at"]


def _ended(stored: Stored, log: Log, v: Values) -> None:
    """A key that was replaced does not count among those that go on. One that ended may say no for a while."""
    key = stored[_key(v)]
    stored[_member(v)]["lastEndAt"] = log.block.time + DELAY_SECONDS
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
    "Members.HouseholdChanged": _household_changed,
    "Members.MembershipEnded": _membership_ended,
    "Members.MembershipRestored": _membership_restored,
    "Members.KeyAdded": _added,
    "Members.KeyReplaced": _replaced,
    "Members.KeyEnded": _ended,
    "Members.KeyKept": _kept,
    "Members.GuardianNamed": _named,
    "Members.GuardianDismissed": _dismissed,
}
