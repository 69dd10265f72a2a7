"""C19.2: what a treasurer alone books out of a fund as the bank's fees keeps its limits."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.decode.accounts import fund_of
from audit.rules.recent import PERIOD_SECONDS

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

# In fen (`Floors`): of one fee, and of a fund's in a period and the one before.
MAX_FEE_FEN, MAX_FEES_FEN = 5_000, 20_000


@check("C19.2", "手续费不超过上限", "Fees keep their limits")
def fees(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No fee is above CNY 50, and a fund's fees of a period of 30 days and the one before are at most CNY 200, but for those taken back."""
    del bundle, trust
    of_funds: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    periods: dict[bytes, int] = {}
    for log in history.logs("BankCharges.FeeRecorded", "BankCharges.FeeReversed"):
        v = log.values
        of_fund = of_funds[fund_of(v["purpose"])]
        if log.event == "FeeReversed":
            of_fund[periods.get(v["bank_line"], 0)] -= v["amount_fen"]
            continue
        now = periods[v["bank_line"]] = log.block.time // PERIOD_SECONDS
        of_fund[now] += v["amount_fen"]
        lately_fen = of_fund[now] + of_fund[now - 1]
        what = f"手续费过高 a fee of {v['amount_fen']} fen of fund {fund_of(v['purpose'])}, with {lately_fen} lately"
        tally.expect(v["amount_fen"] <= MAX_FEE_FEN and lately_fen <= MAX_FEES_FEN, log.where, what)
    return tally.result() if tally.counted else tally.not_applicable("没有记过手续费 no fee was recorded")
