"""Piecework: rate cards, work orders, the lots that workers take, and what these and enterprises earned and were paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.state.china import day_of, month_of
from audit.rules.state.tables import add

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

PARTS = ("proceeds_fen", "worker_fen", "reserve_fen", "fund_fen", "remainder_fen")

KEYS = {
    "rate_cards": ("enterprise", "product", "version"),
    "work_orders": ("order",),
    "lots": ("lot",),
    "open_lots": ("lot",),
    "order_progress": ("order",),
    "lot_settlements": ("lot",),
    "enterprises": ("enterprise",),
    "workers": ("worker", "enterprise"),
    "worker_days": ("worker", "day"),
    "worker_months": ("month", "worker", "enterprise"),
}


def _enterprise_opened(town: Town, log: Log, v: Values) -> None:
    town["enterprises"].begin(log, **v, **dict.fromkeys(PARTS, 0), lots=0, paid_fen=0)


def _card_published(town: Town, log: Log, v: Values) -> None:
    town["rate_cards"].begin(log, **v)


def _order_opened(town: Town, log: Log, v: Values) -> None:
    town["work_orders"].begin(log, **v)
    town["order_progress"].begin(
        log, order=v["order"], free_pieces=v["pieces"], taken_pieces=0, accepted_pieces=0
    )


def _lot_taken(town: Town, log: Log, v: Values) -> None:
    order = town["work_orders"].row(log, v["order"])
    for table in ("lots", "open_lots"):
        town[table].begin(log, **v, enterprise=order["enterprise"], product=order["product"])
    progress = town["order_progress"].change(log, v["order"])
    add(progress, free_pieces=-v["pieces"], taken_pieces=v["pieces"])


def _lot_settled(town: Town, log: Log, v: Values) -> None:
    lot = town["lots"].row(log, v["lot"])
    rejected, accepted, earned_fen = v["rejected_pieces"], v["accepted_pieces"], v["worker_fen"]
    of_order = {name: lot[name] for name in ("order", "enterprise", "product")}
    town["open_lots"].end(log, v["lot"])
    town["lot_settlements"].begin(log, **v, **of_order)
    progress = town["order_progress"].change(log, lot["order"])
    add(progress, free_pieces=rejected, taken_pieces=-rejected, accepted_pieces=accepted)
    add(town["enterprises"].change(log, lot["enterprise"]), lots=1, **{part: v[part] for part in PARTS})
    add(_worker(town, log, v["worker"], lot["enterprise"]), earned_fen=earned_fen)
    day = _day(town, log, v["worker"])
    add(day, lots=1, accepted_pieces=accepted, rejected_pieces=rejected, earned_fen=earned_fen)
    add(_month(town, log, v["worker"], lot["enterprise"]), lots=1, earned_fen=earned_fen)


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
    "Cooperative.EnterpriseOpened": _enterprise_opened,
    "Cooperative.RateCardPublished": _card_published,
    "Cooperative.WorkOrderOpened": _order_opened,
    "Cooperative.LotTaken": _lot_taken,
    "Cooperative.LotSettled": _lot_settled,
    "Cooperative.PayoutProven": _paid_out,
    "Cooperative.PayoutReversed": _payout_reversed,
}
