"""Accounts, funds with their purposes and budget lines, and what came into and went out of each purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import PURPOSE, kind_of, owner_of
from audit.rules.postings import (
    DISBURSEMENT_RETURN,
    DISBURSEMENT_REVERSAL,
    DONATION_REVERSAL,
    FEE_REVERSAL,
    INTEREST_REVERSAL,
    LOT_REVERSAL,
    MATCH_RETURN,
)
from audit.rules.state.china import day_of
from audit.rules.state.tables import add

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

# Such a transfer lessens what came in or went out before; it is not counted on the other side.
REVERSALS = {
    DONATION_REVERSAL, DISBURSEMENT_REVERSAL, DISBURSEMENT_RETURN, MATCH_RETURN, LOT_REVERSAL, FEE_REVERSAL,
    INTEREST_REVERSAL,
}  # fmt: skip

KEYS = {
    "accounts": ("account",),
    "funds": ("fund",),
    "purposes": ("purpose",),
    "purpose_days": ("purpose", "day", "block_number"),
    "budget_lines": ("budget_line",),
}


def _account_opened(town: Town, log: Log, v: Values) -> None:
    town["accounts"].begin(log, **v)


def _fund_opened(town: Town, log: Log, v: Values) -> None:
    town["funds"].begin(log, **v, frozen=False, closed=False)


def _frozen(town: Town, log: Log, v: Values) -> None:
    town["funds"].change(log, v["fund"])["frozen"] = v["frozen"]


def _closed(town: Town, log: Log, v: Values) -> None:
    town["funds"].change(log, v["fund"])["closed"] = v["closed"]


def _purpose_opened(town: Town, log: Log, v: Values) -> None:
    town["purposes"].begin(log, **v)


def _line_set(town: Town, log: Log, v: Values) -> None:
    town["budget_lines"].ensure(log, **v, spent_fen=0)["limit_fen"] = v["limit_fen"]


def _executed(town: Town, log: Log, v: Values) -> None:
    _spend(town, log, v["proposal_id"], v["amount_fen"])


def _reversed(town: Town, log: Log, v: Values) -> None:
    _spend(town, log, v["proposal_id"], -town["requests"].row(log, v["proposal_id"])["amount_fen"])


def _part_returned(town: Town, log: Log, v: Values) -> None:
    _spend(town, log, v["proposal_id"], -v["amount_fen"])


def _spend(town: Town, log: Log, proposal_id: bytes, amount_fen: int) -> None:
    line = town["requests"].row(log, proposal_id)["budget_line"]
    add(town["budget_lines"].change(log, line), spent_fen=amount_fen)


def _transferred(town: Town, log: Log, v: Values) -> None:
    amount_fen, is_reversal = v["amount"], v["reason"] in REVERSALS
    if kind_of(v["payee"]) == PURPOSE:
        change = {"out_fen": -amount_fen} if is_reversal else {"in_fen": amount_fen}
        _move(town, log, owner_of(v["payee"]), change)
    if kind_of(v["payer"]) == PURPOSE:
        change = {"in_fen": -amount_fen} if is_reversal else {"out_fen": amount_fen}
        _move(town, log, owner_of(v["payer"]), change)


def _move(town: Town, log: Log, purpose: int, change: dict[str, int]) -> None:
    total = town.purpose_totals.setdefault(purpose, {"in_fen": 0, "out_fen": 0})
    add(total, **change)
    key = {"purpose": purpose, "day": day_of(log.block.time), "block_number": log.block.number}
    town["purpose_days"].rows[tuple(key.values())] = key | total


RULES: dict[str, Rule] = {
    "Ledger.AccountOpened": _account_opened,
    "Ledger.Transferred": _transferred,
    "Funds.FundOpened": _fund_opened,
    "Funds.FundFrozen": _frozen,
    "Funds.FundClosed": _closed,
    "Funds.PurposeOpened": _purpose_opened,
    "Budgets.BudgetLineSet": _line_set,
    "Disbursements.ProposalExecuted": _executed,
    "Disbursements.DisbursementReversed": _reversed,
    "PartPayments.PaymentReturned": _part_returned,
    # A return that was none is spent as before.
    "PartPayments.ReturnReversed": _executed,
}
