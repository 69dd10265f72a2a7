"""C37: every lot is settled by the rate card of its work order, split to the fen, and paid from what was earned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.checks.check import check
from audit.decode.accounts import fund_of
from audit.rules.lots import DAY, ID_BYTES, Lots, order_of
from audit.rules.openings import Openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

WHOLE_BPS = 10_000
MOST_PIECES, MOST_ORDER_SECONDS = 2**24 - 1, 365 * DAY

Values = dict[str, Any]


@check("C37.1", "计件结算分配准确", "Every lot is split exactly")
def settlements(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Enterprises keep what is theirs apart, orders name the card in force, lots end by the rules, and splits are exact."""
    del bundle, trust
    books = _Books(tally, Openings(history))
    for log in history.logs(*_HANDLERS):
        _HANDLERS[log.name](books, log, log.values)
    return tally.result() if books.lots.any_taken else tally.not_applicable("没有领过计件 no lot was taken")


@check("C37.2", "发放不超过所得", "Nobody was paid more than was earned")
def payouts(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No enterprise paid a worker more than it owed until then, or took a wage back that was paid out."""
    del bundle, trust
    openings = Openings(history)
    owed_fen: dict[tuple[int, bytes], int] = defaultdict(int)
    for log in history.logs(*_OWED_FEN):
        v = log.values
        # As the order has it, whatever the event says.
        enterprise = openings.lot_order(v["lot"]).get("enterprise", 0) if "lot" in v else v["enterprise"]
        change_fen = _OWED_FEN[log.name](v)
        owed_fen[enterprise, v["worker"]] += change_fen
        if change_fen >= 0:
            continue
        above_fen = -owed_fen[enterprise, v["worker"]]
        what = f"发放超过所得 {v['worker'].hex()} got {above_fen} fen too much of enterprise {enterprise}"
        tally.expect(above_fen <= 0, log.where, what)
    return tally.result() if tally.counted else tally.not_applicable("没有发过工钱 nothing was paid out")


class _Books:
    def __init__(self, tally: Tally, openings: Openings) -> None:
        self._tally, self._openings = tally, openings
        self._cards: dict[tuple[int, int], list[Values]] = defaultdict(list)
        self._orders: dict[bytes, Values] = {}
        self._left: dict[bytes, int] = {}
        self._kept: set[int] = set()
        self.lots = Lots(tally, self._orders, self._left, self._split)

    def enterprise(self, log: Log, v: Values) -> None:
        """Reserve and remainder are purposes of the levy's fund, each of one part of one enterprise."""
        levy = v["levy_purpose"]
        for part in ("reserve_purpose", "remainder_purpose"):
            of_fund = fund_of(v[part]) == fund_of(levy)
            fits = of_fund and v[part] not in self._kept and v[part] != levy
            self._tally.expect(
                fits, log.where, f"用途不能作公积金或留存 purpose {v[part]} does not fit as {part}"
            )
            self._kept.add(v[part])
        self._tally.expect(levy not in self._kept, log.where, f"公益基金不是留存 purpose {levy} is no levy's")

    def card(self, log: Log, v: Values) -> None:
        versions = self._cards[v["enterprise"], v["product"]]
        self._tally.expect_equal(
            log.where, "单价表版本 version of the card", expected=len(versions) + 1, got=v["version"]
        )
        shares = v["worker_bps"] + v["reserve_bps"] + v["fund_bps"]
        self._tally.expect(shares <= WHOLE_BPS, log.where, f"份额不符 shares of {shares} basis points")
        least = self._openings.opened("Enterprises.EnterpriseOpened", v["enterprise"]).get("min_fund_bps", 0)
        what = f"公益金份额不足 expected a share of the public fund of at least {least} basis points, got {v['fund_bps']}"
        self._tally.expect(v["fund_bps"] >= least, log.where, what)
        versions.append(v)

    def order(self, log: Log, v: Values) -> None:
        in_force = len(self._cards[v["enterprise"], v["product"]])
        self._tally.expect_equal(
            log.where, "加工单的单价表 rate card of the order", expected=in_force, got=v["version"]
        )
        is_of_form = order_of(v["order"]) == v["order"] != bytes(ID_BYTES)
        self._tally.expect(
            is_of_form, log.where, f"加工单编号不合规定 {v['order'].hex()} is no id of an order"
        )
        what = f"件数不符 an order of {v['pieces']} pieces, of which there are 1 to {MOST_PIECES}"
        self._tally.expect(0 < v["pieces"] <= MOST_PIECES, log.where, what)
        ahead_seconds = v["due_at"] - log.block.time
        what = f"交货日期不符 an order is due {ahead_seconds} seconds ahead"
        self._tally.expect(0 < ahead_seconds <= MOST_ORDER_SECONDS, log.where, what)
        what = f"每人上限不符 a cap of {v['worker_pieces']} of {v['pieces']} pieces"
        self._tally.expect(0 < v["worker_pieces"] <= v["pieces"], log.where, what)
        fresh = v["order"] not in self._orders
        self._tally.expect(fresh, log.where, f"加工单编号用过 order {v['order'].hex()} was opened before")
        self._orders[v["order"]], self._left[v["order"]] = v, v["pieces"]

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


_OWED_FEN: dict[str, Callable[[Values], int]] = {
    "Cooperative.LotSettled": lambda v: v["parts"]["worker_fen"],
    "Cooperative.LotDecided": lambda v: v["parts"]["worker_fen"],
    "Cooperative.LotReversed": lambda v: -v["parts"]["worker_fen"],
    "Cooperative.PayoutProven": lambda v: -v["amount_fen"],
    "Cooperative.PayoutReversed": lambda v: v["amount_fen"],
    "PartPayments.WageReturned": lambda v: v["amount_fen"],
    "PartPayments.WageReturnReversed": lambda v: -v["amount_fen"],
}


def _of_lot(step: Callable[[Lots, Log, Values], None]) -> Callable[[_Books, Log, Values], None]:
    return lambda books, log, values: step(books.lots, log, values)


_HANDLERS = {
    "Enterprises.EnterpriseOpened": _Books.enterprise,
    "Enterprises.RateCardPublished": _Books.card,
    "Cooperative.WorkOrderOpened": _Books.order,
    "Cooperative.LotTaken": _of_lot(Lots.lot_taken),
    "Cooperative.LotReturned": _of_lot(Lots.lot_returned),
    "Cooperative.LotLapsed": _of_lot(Lots.lot_lapsed),
    "Cooperative.LotSettled": _of_lot(Lots.lot_settled),
    "Cooperative.LotDisputed": _of_lot(Lots.lot_disputed),
    "Cooperative.LotDecided": _of_lot(Lots.lot_decided),
    "Cooperative.LotDisputeLapsed": _of_lot(Lots.dispute_lapsed),
    "Cooperative.LotReversed": _of_lot(Lots.lot_reversed),
}
