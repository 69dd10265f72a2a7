"""Committees, and the tiers of every version of their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {
    "committees": ("committee",),
    "tiers": ("committee", "rules_version", "tier"),
    "agreements": ("operation_id", "operation_nonce", "committee", "revision", "seat"),
}


def _opened(town: Town, log: Log, v: Values) -> None:
    since = v.pop("since")
    town["committees"].begin(
        log, **v, rules_version=0, revision=0, decides_since=since or None, decides_until=None, former=None
    )


def _tier_set(town: Town, log: Log, v: Values) -> None:
    version = v.pop("version")
    town["tiers"].begin(log, **v, rules_version=version)
    town["committees"].change(log, v["committee"])["rules_version"] = version
    if v["tier"] == 0:
        _seated(town, log, v)


def _seated(town: Town, log: Log, v: Values) -> None:
    town["committees"].change(log, v["committee"])["revision"] += 1


def _handed_over(town: Town, log: Log, v: Values) -> None:
    town["committees"].change(log, v["former"])["decides_until"] = v["since"]
    successor = town["committees"].change(log, v["successor"])
    successor.update(decides_since=v["since"], former=v["former"])


def _agreed(town: Town, log: Log, v: Values) -> None:
    said = {name: v[name] for name in ("member", "agrees")} | {"cast_at": log.block.time}
    town["agreements"].ensure(log, **{name: v[name] for name in KEYS["agreements"]}, **said).update(said)


RULES: dict[str, Rule] = {
    "Committees.CommitteeOpened": _opened,
    "Committees.TierSet": _tier_set,
    "Committees.SeatFilled": _seated,
    "Committees.SeatVacated": _seated,
    "Committees.FundHandedOver": _handed_over,
    "Committees.HandoverVoteCast": _agreed,
}
