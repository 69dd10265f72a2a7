"""Delegations of service desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {"delegations": ("delegation",)}


def _opened(town: Town, log: Log, v: Values) -> None:
    town["delegations"].begin(log, **v, acts=0, last_clerk=None, last_acted_at=None)


def _acted(town: Town, log: Log, v: Values) -> None:
    row = town["delegations"].change(log, v["delegation"])
    row.update(acts=row["acts"] + 1, last_clerk=v["clerk"], last_acted_at=log.block.time)


RULES: dict[str, Rule] = {
    "Delegations.DelegationOpened": _opened,
    "Delegations.ActedForPerson": _acted,
}
