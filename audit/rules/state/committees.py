"""Committees, and the tiers of every version of their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {"committees": ("committee",), "tiers": ("committee", "rules_version", "tier")}


def _opened(town: Town, log: Log, v: Values) -> None:
    town["committees"].begin(log, **v, rules_version=0)


def _tier_set(town: Town, log: Log, v: Values) -> None:
    version = v.pop("version")
    town["tiers"].begin(log, **v, rules_version=version)
    town["committees"].change(log, v["committee"])["rules_version"] = version


RULES: dict[str, Rule] = {
    "Committees.CommitteeOpened": _opened,
    "Committees.TierSet": _tier_set,
}
