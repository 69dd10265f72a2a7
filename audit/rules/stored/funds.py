"""Funds, as storage holds them: frozen or closed, and how many open ones stand right below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log


def _fund(number: int) -> Thing:
    return Thing("Funds", "_funds", (number,))


BEGINS: dict[str, Begin] = {"Funds.FundOpened": lambda v: [_fund(v["fund"])]}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_fund(v["fund"])] = {
        "level": v["level"], "frozen": 0, "parent": v["parent"], "bank": v["bank"], "closed": 0, "openFunds": 0,
    }  # fmt: skip
    _count_below(stored, v["parent"], 1)


def _frozen(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_fund(v["fund"])]["frozen"] = int(v["frozen"])


def _closed(stored: Stored, log: Log, v: Values) -> None:
    del log
    fund = stored[_fund(v["fund"])]
    fund["closed"] = int(v["closed"])
    _count_below(stored, fund["parent"], -1 if v["closed"] else 1)


def _count_below(stored: Stored, parent: int, more: int) -> None:
    if parent:
        stored[_fund(parent)]["openFunds"] += more


RULES: dict[str, Rule] = {
    "Funds.FundOpened": _opened,
    "Funds.FundFrozen": _frozen,
    "Funds.FundClosed": _closed,
}
