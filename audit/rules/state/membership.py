"""Members with their keys, roles and seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {
    "members": ("member",),
    "placed_households": ("household",),
    "keys": ("key",),
    "roles": ("member", "role", "scope"),
    "seats": ("committee", "member"),
}


def _registered(town: Town, log: Log, v: Values) -> None:
    town["members"].begin(log, **v)


def _placed(town: Town, log: Log, v: Values) -> None:
    town["placed_households"].ensure(log, **v).update(v)


def _key_added(town: Town, log: Log, v: Values) -> None:
    town["keys"].begin(log, **v, added_at=log.block.time, ended_at_block=None)


def _key_ended(town: Town, log: Log, v: Values) -> None:
    town["keys"].change(log, v["key"])["ended_at_block"] = log.block.number


def _role_granted(town: Town, log: Log, v: Values) -> None:
    town["roles"].ensure(log, **v).update(v)


def _seat_filled(town: Town, log: Log, v: Values) -> None:
    v["held_since"] = v.pop("since")
    town["seats"].ensure(log, **v).update(v)


def _seat_vacated(town: Town, log: Log, v: Values) -> None:
    town["seats"].end(log, v["committee"], v["member"])


RULES: dict[str, Rule] = {
    "Members.MemberRegistered": _registered,
    "Members.HouseholdPlaced": _placed,
    "Members.KeyAdded": _key_added,
    "Members.KeyEnded": _key_ended,
    "Members.RoleGranted": _role_granted,
    "Committees.SeatFilled": _seat_filled,
    "Committees.SeatVacated": _seat_vacated,
}
