"""What each enterprise owes each worker, as the ledger's storage holds it: what lots brought, less what was paid.

`C17.1` comes to the same balance from the transfers; here it comes from the acts behind them, over all versions of `Cooperative`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.accounts import worker_account
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log


def _owed(v: Values) -> Thing:
    return Thing("Ledger", "_accounts", (worker_account(v["enterprise"], v["worker"]),))


BEGINS: dict[str, Begin] = {"Cooperative.LotSettled": lambda v: [_owed(v)]}


def _settled(stored: Stored, log: Log, v: Values) -> None:
    stored.setdefault(_owed(v), {"balance": 0})
    _earned(stored, log, v)


def _adds(change_fen: Callable[[Values], int]) -> Rule:
    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        stored[_owed(v)]["balance"] += change_fen(v)

    return rule


_earned = _adds(lambda v: v["parts"]["worker_fen"])

RULES: dict[str, Rule] = {
    "Cooperative.LotSettled": _settled,
    "Cooperative.LotDecided": _earned,
    "Cooperative.LotReversed": _adds(lambda v: -v["parts"]["worker_fen"]),
    "Cooperative.PayoutProven": _adds(lambda v: -v["amount_fen"]),
    "Cooperative.PayoutReversed": _adds(lambda v: v["amount_fen"]),
    "PartPayments.WageReturned": _adds(lambda v: v["amount_fen"]),
    "PartPayments.WageReturnReversed": _adds(lambda v: -v["amount_fen"]),
}
