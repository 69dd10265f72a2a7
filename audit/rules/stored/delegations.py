"""Delegations of service desks, how many acts a person had in a day, and who acted at a desk about what, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.delegations import china_day
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values, tail_of

if TYPE_CHECKING:
    from audit.chain.history import Log


def _delegation(v: Values) -> Thing:
    return Thing("Delegations", "delegationRecord", (v["delegation"],))


def _guardian(v: Values) -> Thing:
    return Thing("Members", "deskGuardianOf", (v["account"],))


def _acts(v: Values) -> Thing:
    return Thing("Delegations", "actsOf", (v["person"],))


def _clerk(v: Values) -> list[Thing]:
    """That a clerk acted about a redemption or a lot, of which the clerk decides nothing; none for an objection."""
    return [Thing("Members", "_deskClerks", (v["thing"], tail_of(v["clerk"])))] if any(v["thing"]) else []


BEGINS: dict[str, Begin] = {
    "Delegations.DelegationOpened": lambda v: [_delegation(v), _guardian(v)],
    "Delegations.ActedForPerson": lambda v: [_acts(v), *_clerk(v)],
}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_delegation(v)] = {
        "person": v["person"], "fund": v["fund"], "area": v["area"], "dailyLimit": v["daily_limit"], "account": v["account"],
    }  # fmt: skip
    stored[_guardian(v)] = {"": v["guardian"]}


def _acted(stored: Stored, log: Log, v: Values) -> None:
    stored[_acts(v)] = {"day": china_day(log.block.time), "count": v["number"]}
    for thing in _clerk(v):
        stored[thing] = {"": 1}


RULES: dict[str, Rule] = {
    "Delegations.DelegationOpened": _opened,
    "Delegations.ActedForPerson": _acted,
}
