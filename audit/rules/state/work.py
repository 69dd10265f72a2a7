"""Piecework: rate cards, work orders, the lots that workers take, and what these and enterprises earned and were paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import fund_of
from audit.rules.state.china import day_of, month_of
from audit.rules.state.tables import add

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

TAKEN, SETTLED, DISPUTED, RETURNED, LAPSED, REVERSED = range(1, 7)
PARTS = ("proceeds_fen", "worker_fen", "reserve_fen", "fund_fen", "remainder_fen")

KEYS = {
    "enterprises": ("enterprise",),
    "rate_cards": ("enterprise", "product", "version"),
    "work_orders": ("order",),
    "lots": ("lot",),
    "order_progress": ("order",),
    "lot_settlements": ("lot",),
    "workers": ("worker", "enterprise"),
    "worker_days": ("worker", "day"),
    "worker_months": ("month", "worker", "enterprise"),
}


def _enterprise_opened(town: Town, log: Log, v: Values) -> None:
    town["enterprises"].begin(log, **v, **dict.fromkeys(PARTS, 0), lots=0, paid_fen=0)


def _card_published(town: Town, log: Log, v: Values) -> None:
    town["rate_cards"].begin(log, **v)


def _order_opened(town: Town, log: Log, v: Values) -> None:
    fund = fund_of(town["enterprises"].row(log, v["enterprise"])["levy_purpose"])
    town["work_orders"].begin(log, **v, fund=fund)
    town["order_progress"].begin(
        log, order=v["order"], free_pieces=v["pieces"], taken_pieces=0, accepted_pieces=0
    )


def _lot_taken(town: Town, log: Log, v: Values) -> None:
    order = town["work_orders"].row(log, v["order"])
    of_order = {name: order[name] for name in ("enterprise", "product", "fund")}
    later = ("rejected_pieces", "foreman", "dispute", "judge", "decision", "reversal")
    town["lots"].begin(log, **v, **of_order, state=TAKEN, **dict.fromkeys(later))
    progress = town["order_progress"].change(log, v["order"])
    add(progress, free_pieces=-v["pieces"], taken_pieces=v["pieces"])


def _lot_settled(town: Town, log: Log, v: Values) -> None:
    rejected, accepted, earned_fen = v["rejected_pieces"], v["accepted_pieces"], v["worker_fen"]
    lot = town["lots"].change(log, v["lot"])
    lot.update(state=SETTLED, until=v["until"], rejected_pieces=rejected, foreman=v["foreman"])
    settled = {name: value for name, value in v.items() if name not in ("foreman", "until")}
    of_order = {name: lot[name] for name in ("order", "product")}
    town["lot_settlements"].begin(log, **settled, **of_order, taken_back=False)
    progress = town["order_progress"].change(log, lot["order"])
    add(progress, free_pieces=rejected, taken_pieces=-rejected, accepted_pieces=accepted)
    add(town["enterprises"].change(log, lot["enterprise"]), lots=1, **{part: v[part] for part in PARTS})
    add(_worker(town, log, v["worker"], lot["enterprise"]), earned_fen=earned_fen)
    day = _day(town, log, v["worker"])
    add(day, lots=1, accepted_pieces=accepted, rejected_pieces=rejected, earned_fen=earned_fen)
    add(_month(town, log, v["worker"], lot["enterprise"]), lots=1, earned_fen=earned_fen)


def _lot_freed(state: int) -> Rule:
    """A rule by which a lot ends without a settlement: its pieces are free again."""

    def rule(town: Town, log: Log, v: Values) -> None:
        lot = town["lots"].change(log, v["lot"])
        lot["state"] = state
        progress = town["order_progress"].change(log, lot["order"])
        add(progress, free_pieces=lot["pieces"], taken_pieces=-lot["pieces"])

    return rule


def _lot_disputed(town: Town, log: Log, v: Values) -> None:
    town["lots"].change(log, v["lot"]).update(state=DISPUTED, until=v["until"], dispute=v["document"])


def _dispute_lapsed(town: Town, log: Log, v: Values) -> None:
    town["lots"].change(log, v["lot"])["state"] = SETTLED


def _lot_decided(town: Town, log: Log, v: Values) -> None:
    accepted = v["accepted_pieces"]
    lot = town["lots"].change(log, v["lot"])
    lot.update(state=SETTLED, until=log.block.time, judge=v["treasurer"], decision=v["document"])
    more = {part: v[part] for part in PARTS}
    add(
        town["lot_settlements"].change(log, v["lot"]),
        accepted_pieces=accepted,
        rejected_pieces=-accepted,
        **more,
    )
    add(town["order_progress"].change(log, lot["order"]), accepted_pieces=accepted)
    add(town["enterprises"].change(log, v["enterprise"]), **more)
    add(_worker(town, log, v["worker"], v["enterprise"]), earned_fen=v["worker_fen"])
    day = _day(town, log, v["worker"])
    add(day, accepted_pieces=accepted, rejected_pieces=-accepted, earned_fen=v["worker_fen"])
    add(_month(town, log, v["worker"], v["enterprise"]), earned_fen=v["worker_fen"])


def _lot_reversed(town: Town, log: Log, v: Values) -> None:
    free, accepted = v["free_pieces"], v["free_pieces"] + v["accepted_pieces"]
    lot = town["lots"].change(log, v["lot"])
    lot.update(state=REVERSED, reversal=v["document"])
    town["lot_settlements"].change(log, v["lot"])["taken_back"] = True
    progress = town["order_progress"].change(log, lot["order"])
    add(progress, free_pieces=free, taken_pieces=-free, accepted_pieces=-accepted)
    add(town["enterprises"].change(log, v["enterprise"]), lots=-1, **{part: -v[part] for part in PARTS})
    add(_worker(town, log, v["worker"], v["enterprise"]), earned_fen=-v["worker_fen"])
    add(_day(town, log, v["worker"]), lots=-1, accepted_pieces=-accepted, earned_fen=-v["worker_fen"])
    add(_month(town, log, v["worker"], v["enterprise"]), lots=-1, earned_fen=-v["worker_fen"])


def _paid_out(town: Town, log: Log, v: Values) -> None:
    _paid(town, log, v, v["amount_fen"])


def _payout_reversed(town: Town, log: Log, v: Values) -> None:
    _paid(town, log, v, -v["amount_fen"])


def _paid(town: Town, log: Log, v: Values, amount_fen: int) -> None:
    for row in (
        town["enterprises"].change(log, v["enterprise"]),
        _worker(town, log, v["worker"], v["enterprise"]),
        _month(town, log, v["worker"], v["enterprise"]),
    ):
        add(row, paid_fen=amount_fen)


def _worker(town: Town, log: Log, worker: bytes, enterprise: int) -> Row:
    return town["workers"].ensure(log, worker=worker, enterprise=enterprise, earned_fen=0, paid_fen=0)


def _day(town: Town, log: Log, worker: bytes) -> Row:
    return town["worker_days"].ensure(
        log, worker=worker, day=day_of(log.block.time), lots=0, accepted_pieces=0, rejected_pieces=0, earned_fen=0
    )  # fmt: skip


def _month(town: Town, log: Log, worker: bytes, enterprise: int) -> Row:
    month = month_of(log.block.time)
    return town["worker_months"].ensure(
        log, worker=worker, month=month, enterprise=enterprise, lots=0, earned_fen=0, paid_fen=0
    )


RULES: dict[str, Rule] = {
    "Enterprises.EnterpriseOpened": _enterprise_opened,
    "Enterprises.RateCardPublished": _card_published,
    "Cooperative.WorkOrderOpened": _order_opened,
    "Cooperative.LotTaken": _lot_taken,
    "Cooperative.LotReturned": _lot_freed(RETURNED),
    "Cooperative.LotLapsed": _lot_freed(LAPSED),
    "Cooperative.LotSettled": _lot_settled,
    "Cooperative.LotDisputed": _lot_disputed,
    "Cooperative.LotDisputeLapsed": _dispute_lapsed,
    "Cooperative.LotDecided": _lot_decided,
    "Cooperative.LotReversed": _lot_reversed,
    "Cooperative.PayoutProven": _paid_out,
    "Cooperative.PayoutReversed": _payout_reversed,
    "PartPayments.WageReturned": _payout_reversed,
    "PartPayments.WageReturnReversed": _paid_out,
}
