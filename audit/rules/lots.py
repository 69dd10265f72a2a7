"""What becomes of lots: who may end them how, until when, and how many pieces of an order are left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log
    from audit.report.findings import Tally

Values = dict[str, Any]

DAY = 24 * 3600
ACCEPTANCE_SECONDS, DISPUTE_SECONDS, DECISION_SECONDS, REVERSAL_SECONDS = (
    60 * DAY,
    7 * DAY,
    14 * DAY,
    365 * DAY,
)
# An order's id is eight bytes, with zeros behind them, and those of its lots begin with them.
ID_BYTES, HEAD_BYTES = 16, 8
TAKEN, SETTLED, DISPUTED, ENDED = "taken", "settled", "disputed", "ended"


def order_of(lot: bytes) -> bytes:
    """Id of the order that a lot's id says, 16 bytes; the id itself if it is an order's."""
    return lot[:HEAD_BYTES].ljust(ID_BYTES, b"\0")


@dataclass(kw_only=True, slots=True)
class Lot:
    """A lot as far as it has come.

    Attributes:
        taken: The event by which it was taken.
        until: When its state ends, seconds since 1970.
        state: One of the four above.
        accepted: Pieces that the foreman accepted.
        later: Pieces accepted after a dispute.
        persons: Who may not take it back: who made, settled or decided it.
        parts: How what it brought was split.
    """

    taken: Values
    until: int
    state: str = TAKEN
    accepted: int = 0
    later: int = 0
    persons: tuple[bytes, ...] = ()
    parts: Values | None = None


class Lots:
    """The lots of all orders.

    Attributes:
        any_taken: Whether there is one.
    """

    def __init__(
        self,
        tally: Tally,
        orders: dict[bytes, Values],
        left: dict[bytes, int],
        split: Callable[[bytes, int], Values | None],
    ) -> None:
        """Makes it.

        Args:
            tally: Counts what is found.
            orders: By id: the events that opened work orders.
            left: By id of an order: its free pieces; kept up to date here.
            split: How what some pieces of an order bring is split, None if its card is unknown.
        """
        self._tally, self._orders, self._left, self._split = tally, orders, left, split
        self._lots: dict[bytes, Lot] = {}
        self._of_worker: dict[tuple[bytes, bytes], int] = defaultdict(int)
        self.any_taken = False

    def lot_taken(self, log: Log, v: Values) -> None:
        """A worker took pieces, within the order, its date and the cap of each worker."""
        self.any_taken = True
        order = self._orders.get(v["order"], {"due_at": 0, "worker_pieces": 0, "pieces": 0})
        left = self._left.get(v["order"], 0)
        what = f"超过加工单余量 {v['pieces']} pieces of an order with {left} left"
        self._tally.expect(0 < v["pieces"] <= left, log.where, what)
        what = f"交货日期已过 pieces were due at {order['due_at']} and taken at {log.block.time}"
        self._tally.expect(log.block.time < order["due_at"], log.where, what)
        self._left[v["order"]] = left - v["pieces"]
        self._of_worker[v["order"], v["worker"]] += v["pieces"]
        held = self._of_worker[v["order"], v["worker"]]
        what = f"超过每人上限 the worker has {held} pieces, the cap is {order['worker_pieces']}"
        self._tally.expect(held <= order["worker_pieces"], log.where, what)
        fresh = v["lot"] not in self._lots
        self._tally.expect(fresh, log.where, f"这批活的编号用过 lot {v['lot'].hex()} was taken before")
        is_of_order = order_of(v["lot"]) == v["order"] != v["lot"]
        what = f"编号不是这张加工单的 lot {v['lot'].hex()} is none of order {v['order'].hex()}"
        self._tally.expect(is_of_order, log.where, what)
        self._dated(log, v, order["due_at"] + ACCEPTANCE_SECONDS)
        self._lots[v["lot"]] = Lot(taken=v, until=v["until"])

    def lot_returned(self, log: Log, v: Values) -> None:
        """The worker gave it back."""
        lot = self._in(log, v, TAKEN)
        lot.state = ENDED
        self._free(lot, lot.taken["pieces"])

    def lot_lapsed(self, log: Log, v: Values) -> None:
        """Nobody accepted it by its date."""
        lot = self._in(log, v, TAKEN)
        self._over(log, lot)
        lot.state = ENDED
        self._free(lot, lot.taken["pieces"])

    def lot_settled(self, log: Log, v: Values) -> None:
        """A foreman who did not make it counted it."""
        lot = self._in(log, v, TAKEN)
        self._in_time(log, lot.until)
        worker = lot.taken["worker"]
        self._tally.expect_equal(log.where, "领取人 worker of the lot", expected=worker, got=v["worker"])
        self._tally.expect(v["foreman"] != worker, log.where, "验收了自己的活 accepted the own lot")
        counted = v["accepted_pieces"] + v["rejected_pieces"]
        self._tally.expect_equal(
            log.where, "件数 pieces of the lot", expected=lot.taken["pieces"], got=counted
        )
        self._dated(log, v, log.block.time + DISPUTE_SECONDS)
        lot.state, lot.until, lot.accepted = SETTLED, v["until"], v["accepted_pieces"]
        lot.persons = (worker, v["foreman"])
        self._free(lot, v["rejected_pieces"])
        lot.parts = self._parts(log, lot, v, v["accepted_pieces"])

    def lot_disputed(self, log: Log, v: Values) -> None:
        """The worker disputes a rejection in time."""
        lot = self._in(log, v, SETTLED)
        self._in_time(log, lot.until)
        rejected = lot.taken["pieces"] - lot.accepted
        self._tally.expect(rejected > 0, log.where, "没有不合格的件数 no piece was rejected")
        self._dated(log, v, log.block.time + DECISION_SECONDS)
        lot.state, lot.until = DISPUTED, v["until"]

    def lot_decided(self, log: Log, v: Values) -> None:
        """A treasurer who has no part in it accepts some of the rejected pieces."""
        lot = self._in(log, v, DISPUTED)
        self._in_time(log, lot.until)
        self._second(log, lot, v)
        rejected = lot.taken["pieces"] - lot.accepted
        what = f"超过不合格件数 {v['accepted_pieces']} of {rejected} rejected pieces"
        self._tally.expect(v["accepted_pieces"] <= rejected, log.where, what)
        lot.state, lot.until, lot.later = SETTLED, log.block.time, v["accepted_pieces"]
        lot.persons = (*lot.persons, v["treasurer"])
        more = self._parts(log, lot, v, v["accepted_pieces"])
        if lot.parts is not None and more is not None:
            lot.parts = {name: fen + more[name] for name, fen in lot.parts.items()}

    def dispute_lapsed(self, log: Log, v: Values) -> None:
        """Nobody decided a dispute by its date."""
        lot = self._in(log, v, DISPUTED)
        self._over(log, lot)
        lot.state = SETTLED

    def lot_reversed(self, log: Log, v: Values) -> None:
        """A treasurer who has no part in it takes all of it back."""
        lot = self._in(log, v, SETTLED)
        self._in_time(log, lot.until + REVERSAL_SECONDS)
        self._second(log, lot, v)
        pieces = (v["free_pieces"], v["accepted_pieces"])
        self._tally.expect_equal(
            log.where, "撤销的件数 pieces taken back", expected=(lot.accepted, lot.later), got=pieces
        )
        self._tally.expect_equal(log.where, "撤销的金额 parts taken back", expected=lot.parts, got=v["parts"])
        self._of_order(log, lot, v)
        lot.state = ENDED
        self._free(lot, lot.accepted)

    def _in(self, log: Log, v: Values, state: str) -> Lot:
        nobody = {"order": b"", "worker": None, "pieces": 0}
        lot = self._lots.get(v["lot"]) or Lot(taken=nobody, until=0, state="unknown")
        what = f"这批活的阶段不符 expected a lot that is {state}, got one that is {lot.state}"
        self._tally.expect(lot.state == state, log.where, what)
        return lot

    def _free(self, lot: Lot, pieces: int) -> None:
        order, worker = lot.taken["order"], lot.taken["worker"]
        self._left[order] = self._left.get(order, 0) + pieces
        self._of_worker[order, worker] -= pieces

    def _parts(self, log: Log, lot: Lot, v: Values, pieces: int) -> Values | None:
        expected = self._split(lot.taken["order"], pieces)
        self._tally.expect_equal(log.where, "各部分金额 parts of the lot", expected=expected, got=v["parts"])
        self._of_order(log, lot, v)
        return expected

    def _of_order(self, log: Log, lot: Lot, v: Values) -> None:
        enterprise = self._orders.get(lot.taken["order"], {}).get("enterprise")
        self._tally.expect_equal(log.where, "微工厂 enterprise", expected=enterprise, got=v["enterprise"])

    def _dated(self, log: Log, v: Values, expected: int) -> None:
        self._tally.expect_equal(log.where, "日期 date", expected=expected, got=v["until"])

    def _in_time(self, log: Log, until: int) -> None:
        self._tally.expect(log.block.time < until, log.where, f"已过日期 it was to be done before {until}")

    def _over(self, log: Log, lot: Lot) -> None:
        self._tally.expect(log.block.time >= lot.until, log.where, f"还没到日期 it runs until {lot.until}")

    def _second(self, log: Log, lot: Lot, v: Values) -> None:
        is_second = v["treasurer"] not in lot.persons
        self._tally.expect(
            is_second, log.where, "应为没有参与的另一个人 expected somebody with no part in it"
        )
