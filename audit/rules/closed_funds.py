"""Funds that are closed and opened again: what may happen to them meanwhile."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from audit.decode.accounts import fund_of
from audit.rules.openings import Openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import History, Log
    from audit.report.findings import Tally

Values = dict[str, Any]


class ClosedFunds:
    """Replays which funds are closed, and what each account holds.

    Args:
        history: The verified history.
        tally: Takes what was compared.
    """

    def __init__(self, history: History, tally: Tally) -> None:
        self._history, self._tally = history, tally
        self._openings = Openings(history)
        self._parents: dict[int, int] = {}
        self._closed: set[int] = set()
        self._balances: dict[bytes, int] = defaultdict(int)

    def replay(self) -> None:
        """Judges every event that a closed fund must not have."""
        for log in self._history.logs(*self._HANDLERS):
            self._HANDLERS[log.name](self, log, log.values)

    def _opened(self, log: Log, v: Values) -> None:
        self._expect_open(log, v["parent"])
        self._parents[v["fund"]] = v["parent"]

    def _turned(self, log: Log, v: Values) -> None:
        fund, closed = v["fund"], v["closed"]
        changes = (fund in self._closed) != closed
        self._tally.expect(changes, log.where, f"基金状态没有变 fund {fund} was so before")
        if not closed:
            self._expect_open(log, self._parents.get(fund, 0))
            self._closed.discard(fund)
            return
        below = [
            child for child, parent in self._parents.items() if parent == fund and child not in self._closed
        ]
        self._tally.expect(not below, log.where, f"下级基金还开着 funds below {fund} are open: {below}")
        filled = [
            a.hex() for a, held in self._balances.items() if held and self._openings.account_fund(a) == fund
        ]
        self._tally.expect(
            not filled, log.where, f"基金里还有钱 accounts of fund {fund} are not empty: {filled}"
        )
        self._closed.add(fund)

    def _transferred(self, _: Log, v: Values) -> None:
        self._balances[v["payer"]] -= v["amount"]
        self._balances[v["payee"]] += v["amount"]

    def _purpose_opened(self, log: Log, v: Values) -> None:
        self._expect_open(log, v["fund"])

    def _donations(self, log: Log, _: Values) -> None:
        self._expect_open(log, self._history.transaction_of(log).args.get("fund", 0))

    def _gift(self, log: Log, v: Values) -> None:
        self._expect_open(log, self._openings.campaign_fund(v["campaign"]))

    def _proceeds(self, log: Log, v: Values) -> None:
        self._expect_open(log, self._openings.levy_fund(v["enterprise"]))

    def _submitted(self, log: Log, v: Values) -> None:
        self._expect_open(log, fund_of(v["proposal"]["purpose"]))

    def _expect_open(self, log: Log, fund: int) -> None:
        self._tally.expect(
            fund not in self._closed, log.where, f"基金已关闭 {log.event}: fund {fund} is closed"
        )

    _HANDLERS: ClassVar[dict[str, Callable[[ClosedFunds, Log, Values], None]]] = {
        "Funds.FundOpened": _opened, "Funds.FundClosed": _turned, "Funds.PurposeOpened": _purpose_opened,
        "Ledger.Transferred": _transferred, "Donations.DonationsAttested": _donations, "Campaigns.GiftAttested": _gift,
        "Cooperative.ProceedsAttested": _proceeds, "Rounds.ProposalSubmitted": _submitted,
    }  # fmt: skip
