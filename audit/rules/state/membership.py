"""Members with their keys, roles and seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.signatures import KeyKind

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {
    "members": ("member",),
    "placed_households": ("household",),
    "keys": ("key",),
    "guardians": ("member", "guardian"),
    "recoveries": ("member", "new_key"),
    "roles": ("member", "role", "scope"),
    "seats": ("committee", "member"),
}


def _registered(town: Town, log: Log, v: Values) -> None:
    town["members"].begin(log, **v, ended_at=None)


def _household_changed(town: Town, log: Log, v: Values) -> None:
    town["members"].change(log, v["member"])["household"] = v["household"]


def _membership_ended(town: Town, log: Log, v: Values) -> None:
    town["members"].change(log, v["member"])["ended_at"] = log.block.time


def _membership_restored(town: Town, log: Log, v: Values) -> None:
    town["members"].change(log, v["member"])["ended_at"] = None


def _placed(town: Town, log: Log, v: Values) -> None:
    town["placed_households"].ensure(log, **v).update(v)


def _key_added(town: Town, log: Log, v: Values) -> None:
    fresh = v | {
        "ends_at": v["refusable_until"] if v["kind"] == KeyKind.DESK else None,
        "replaced_by": None,
        "refused_by": None,
    }
    town["keys"].ensure(log, **fresh).update(fresh)


def _key_replaced(town: Town, log: Log, v: Values) -> None:
    town["keys"].change(log, v["key"]).update(ends_at=v["ends_at"], replaced_by=v["new_key"])


def _key_refused(town: Town, log: Log, v: Values) -> None:
    town["keys"].change(log, v["key"])["refused_by"] = v["refuser"]


def _key_ended(town: Town, log: Log, v: Values) -> None:
    town["keys"].change(log, v["key"])["ends_at"] = log.block.time


def _key_kept(town: Town, log: Log, v: Values) -> None:
    town["keys"].change(log, v["key"]).update(ends_at=None, replaced_by=None)


def _guardian_named(town: Town, log: Log, v: Values) -> None:
    town["guardians"].ensure(log, **v, ends_at=None)["ends_at"] = None


def _guardian_dismissed(town: Town, log: Log, v: Values) -> None:
    town["guardians"].change(log, v["member"], v["guardian"])["ends_at"] = v["ends_at"]


def _recovery_signed(town: Town, log: Log, v: Values) -> None:
    row = town["recoveries"].ensure(log, **v | {"lapses_at": 0}, second_guardian=None)
    if row["lapses_at"] == v["lapses_at"] and row["second_guardian"] is None:
        row["second_guardian"] = v["guardian"]
    else:
        row.update(guardian=v["guardian"], lapses_at=v["lapses_at"], second_guardian=None)


def _role_granted(town: Town, log: Log, v: Values) -> None:
    town["roles"].ensure(log, **v).update(v)


def _seat_filled(town: Town, log: Log, v: Values) -> None:
    v["held_since"] = v.pop("since")
    town["seats"].ensure(log, **v).update(v)


def _seat_vacated(town: Town, log: Log, v: Values) -> None:
    town["seats"].end(log, v["committee"], v["member"])


RULES: dict[str, Rule] = {
    "Members.MemberRegistered": _registered,
    "Members.HouseholdChanged": _household_changed,
    "Members.MembershipEnded": _membership_ended,
    "Members.MembershipRestored": _membership_restored,
    "Members.HouseholdPlaced": _placed,
    "Members.KeyAdded": _key_added,
    "Members.KeyReplaced": _key_replaced,
    "Members.KeyRefused": _key_refused,
    "Members.KeyEnded": _key_ended,
    "Members.KeyKept": _key_kept,
    "Members.GuardianNamed": _guardian_named,
    "Members.GuardianDismissed": _guardian_dismissed,
    "Members.RecoverySigned": _recovery_signed,
    "Members.RoleGranted": _role_granted,
    "Committees.SeatFilled": _seat_filled,
    "Committees.SeatVacated": _seat_vacated,
}
