"""Enterprises, their latest rate cards, and what their bank lines were recorded for, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

NO_WORKER = bytes(16)
# Where what lots bring goes beside the worker, by the fields of `Enterprises` and of an order.
PARTS = ("levyPurpose", "reservePurpose", "remainderPurpose")


def _enterprise(v: Values) -> Thing:
    return Thing("Enterprises", "_enterprises", (v["enterprise"],))


def _rate(v: Values) -> Thing:
    return Thing("Enterprises", "_rates", (v["enterprise"], v["product"]))


def _entry(v: Values) -> Thing:
    return Thing("Enterprises", "_entries", (v["bank_line"],))


# Bank lines are written by whichever version of `Cooperative` counts, and held by the registry alone.
BEGINS: dict[str, Begin] = {
    "Enterprises.EnterpriseOpened": lambda v: [_enterprise(v)],
    "Enterprises.RateCardPublished": lambda v: [_rate(v)],
    "Cooperative.ProceedsAttested": lambda v: [_entry(v)],
    "Cooperative.PayoutProven": lambda v: [_entry(v)],
}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_enterprise(v)] = {
        "levyPurpose": v["levy_purpose"], "reservePurpose": v["reserve_purpose"],
        "remainderPurpose": v["remainder_purpose"], "minFundBps": v["min_fund_bps"],
    }  # fmt: skip


def _published(stored: Stored, log: Log, v: Values) -> None:
    del log
    rate = {
        "pieceFen": v["piece_fen"], "workerBps": v["worker_bps"], "reserveBps": v["reserve_bps"], "fundBps": v["fund_bps"],
    }  # fmt: skip
    stored[_rate(v)] = {"version": v["version"], **rate}
    parts = {name: stored[_enterprise(v)][name] for name in PARTS}
    stored.terms[v["enterprise"], v["product"]] = rate | parts


def _recorded(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_entry(v)] = {
        "enterprise": v["enterprise"], "amountFen": v["amount_fen"], "worker": v.get("worker", NO_WORKER),
    }  # fmt: skip


def _taken_back(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_entry(v)] = {"enterprise": 0, "amountFen": 0, "worker": NO_WORKER}


def _part_back(sign: int) -> Rule:
    """What of a payment of wages has not come back."""

    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        stored[_entry(v)]["amountFen"] -= sign * v["amount_fen"]

    return rule


RULES: dict[str, Rule] = {
    "Enterprises.EnterpriseOpened": _opened,
    "Enterprises.RateCardPublished": _published,
    "Cooperative.ProceedsAttested": _recorded,
    "Cooperative.PayoutProven": _recorded,
    "Cooperative.ProceedsReversed": _taken_back,
    "Cooperative.PayoutReversed": _taken_back,
    "PartPayments.WageReturned": _part_back(1),
    "PartPayments.WageReturnReversed": _part_back(-1),
}
