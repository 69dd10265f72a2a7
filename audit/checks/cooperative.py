"""C37: every lot is settled by the rate card of its work order, split to the fen, and paid from what was earned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.checks.check import check
from audit.rules.openings import Openings

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

WHOLE_BPS = 10_000

Values = dict[str, Any]


@check("C37.1", "计件结算分配准确", "Every lot is split exactly")
def settlements(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Orders name the card in force, lots are within their order, and each split is exact."""
    del bundle, trust
    books = _Books(tally, Openings(history))
    for log in history.logs(*_HANDLERS):
        _HANDLERS[log.name](books, log, log.values)
    return tally.result() if books.lots else tally.not_applicable("没有领过计件 no lot was taken")


@check("C37.2", "发放不超过所得", "Nobody was paid more than was earned")
def payouts(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No enterprise paid a worker more than it owed until then, and every bank payment is of a worker who earned."""
    del bundle, trust
    openings = Openings(history)
    owed_fen: dict[tuple[int, bytes], int] = defaultdict(int)
    for log in history.logs(
        "Cooperative.LotSettled", "Cooperative.PayoutProven", "Cooperative.PayoutReversed"
    ):
        v = log.values
        if log.event == "LotSettled":
            enterprise = openings.lot_order(v["lot"]).get("enterprise", 0)
            owed_fen[enterprise, v["worker"]] += v["parts"]["worker_fen"]
            continue
        owed_fen[v["enterprise"], v["worker"]] -= (
            v["amount_fen"] if log.event == "PayoutProven" else -v["amount_fen"]
        )
        above_fen = -owed_fen[v["enterprise"], v["worker"]]
        what = (
            f"发放超过所得 {v['worker'].hex()} got {above_fen} fen too much of enterprise {v['enterprise']}"
        )
        tally.expect(above_fen <= 0, log.where, what)
    return tally.result() if tally.counted else tally.not_applicable("没有发过工钱 nothing was paid out")


class _Books:
    def __init__(self, tally: Tally, openings: Openings) -> None:
        self._tally, self._openings = tally, openings
        self._cards: dict[tuple[int, int], list[Values]] = defaultdict(list)
        self._orders: dict[bytes, Values] = {}
        self._left: dict[bytes, int] = {}
        self._settled: set[bytes] = set()
        self.lots: dict[bytes, Values] = {}

    def card(self, log: Log, v: Values) -> None:
        versions = self._cards[v["enterprise"], v["product"]]
        self._tally.expect_equal(
            log.where, "单价表版本 version of the card", expected=len(versions) + 1, got=v["version"]
        )
        shares = v["worker_bps"] + v["reserve_bps"] + v["fund_bps"]
        self._tally.expect(shares <= WHOLE_BPS, log.where, f"份额不符 shares of {shares} basis points")
        least = self._openings.opened("Cooperative.EnterpriseOpened", v["enterprise"]).get("min_fund_bps", 0)
        what = f"公益金份额不足 expected a share of the public fund of at least {least} basis points, got {v['fund_bps']}"
        self._tally.expect(v["fund_bps"] >= least, log.where, what)
        versions.append(v)

    def order(self, log: Log, v: Values) -> None:
        in_force = len(self._cards[v["enterprise"], v["product"]])
        self._tally.expect_equal(
            log.where, "加工单的单价表 rate card of the order", expected=in_force, got=v["version"]
        )
        self._orders[v["order"]], self._left[v["order"]] = v, v["pieces"]

    def take(self, log: Log, v: Values) -> None:
        left = self._left.get(v["order"], 0)
        self._tally.expect(
            0 < v["pieces"] <= left,
            log.where,
            f"超过加工单余量 {v['pieces']} pieces of an order with {left} left",
        )
        due_at = self._orders.get(v["order"], {"due_at": 0})["due_at"]
        what = f"交货日期已过 pieces were due at {due_at} and taken at {log.block.time}"
        self._tally.expect(log.block.time < due_at, log.where, what)
        self._left[v["order"]] = left - v["pieces"]
        self.lots[v["lot"]] = v

    def settle(self, log: Log, v: Values) -> None:
        lot = self.lots.get(v["lot"], {"worker": None, "pieces": 0, "order": b""})
        once = v["lot"] in self.lots and v["lot"] not in self._settled
        self._tally.expect(
            once, log.where, "应为已领取且未结算的一批 expected a lot that was taken and not yet settled"
        )
        self._settled.add(v["lot"])
        self._tally.expect_equal(
            log.where, "领取人 worker of the lot", expected=lot["worker"], got=v["worker"]
        )
        counted = v["accepted_pieces"] + v["rejected_pieces"]
        self._tally.expect_equal(log.where, "件数 pieces of the lot", expected=lot["pieces"], got=counted)
        self._left[lot["order"]] = self._left.get(lot["order"], 0) + v["rejected_pieces"]
        expected = self._split(lot["order"], v["accepted_pieces"])
        self._tally.expect_equal(log.where, "各部分金额 parts of the lot", expected=expected, got=v["parts"])

    def _split(self, order: bytes, accepted_pieces: int) -> Values | None:
        opened = self._orders.get(order)
        versions = self._cards[opened["enterprise"], opened["product"]] if opened else []
        if not opened or not 0 < opened["version"] <= len(versions):
            return None
        card = versions[opened["version"] - 1]
        proceeds_fen = accepted_pieces * card["piece_fen"]
        parts = {
            f"{n}_fen": proceeds_fen * card[f"{n}_bps"] // WHOLE_BPS for n in ("worker", "reserve", "fund")
        }
        return {"proceeds_fen": proceeds_fen} | parts | {"remainder_fen": proceeds_fen - sum(parts.values())}


_HANDLERS = {
    "Cooperative.RateCardPublished": _Books.card,
    "Cooperative.WorkOrderOpened": _Books.order,
    "Cooperative.LotTaken": _Books.take,
    "Cooperative.LotSettled": _Books.settle,
}
