"""Queries for enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from contracts.events import (
    EnterpriseOpened,
    LotSettled,
    LotTaken,
    PayoutProven,
    ProceedsAttested,
    RateCardPublished,
    WorkOrderOpened,
)
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from ledger_api.mirror import recorded, total

if TYPE_CHECKING:
    from sqlalchemy import Select

opened = EVENT_TABLES[EnterpriseOpened]
cards = EVENT_TABLES[RateCardPublished]
orders = EVENT_TABLES[WorkOrderOpened]
taken = EVENT_TABLES[LotTaken]
settled = EVENT_TABLES[LotSettled]
payouts = EVENT_TABLES[PayoutProven]
proceeds = EVENT_TABLES[ProceedsAttested]

PARTS = ("proceeds_fen", "worker_fen", "reserve_fen", "fund_fen", "remainder_fen")


def enterprises() -> Select[Any]:
    """All enterprises by number."""
    return recorded(EnterpriseOpened).order_by(opened.c.enterprise)


def sums() -> Select[Any]:
    """Parts of all lots, and number of lots, by enterprise."""
    parts = [total(settled.c[name]).label(name) for name in PARTS]
    return (
        select(orders.c.enterprise, func.count().label("lots"), *parts)
        .join_from(settled, taken, taken.c.lot == settled.c.lot)
        .join(orders, orders.c.order == taken.c.order)
        .group_by(orders.c.enterprise)
    )


def paid() -> Select[Any]:
    """Earnings whose payment is proven, by enterprise."""
    return select(payouts.c.enterprise, total(payouts.c.amount_fen).label("paid_fen")).group_by(
        payouts.c.enterprise
    )


def rate_cards(enterprise: int) -> Select[Any]:
    """Versions of an enterprise's rate cards."""
    order = cards.c.product, cards.c.version
    return recorded(RateCardPublished).where(cards.c.enterprise == enterprise).order_by(*order)


def work_orders(enterprise: int) -> Select[Any]:
    """Work orders of an enterprise, newest first."""
    lots = taken.join(settled, settled.c.lot == taken.c.lot, isouter=True)

    def of_lots(value: Any) -> Any:
        return select(total(value)).select_from(lots).where(taken.c.order == orders.c.order).scalar_subquery()

    kept = taken.c.pieces - func.coalesce(settled.c.rejected_pieces, 0)
    return (
        recorded(
            WorkOrderOpened,
            of_lots(settled.c.accepted_pieces).label("accepted_pieces"),
            of_lots(kept).label("taken_pieces"),
        )
        .where(orders.c.enterprise == enterprise)
        .order_by(orders.c.block_number.desc(), orders.c.log_index.desc())
    )


def lots() -> Select[Any]:
    """Settled lots with their order and product, newest first."""
    return (
        recorded(LotSettled, taken.c.order, orders.c.product)
        .join(taken, taken.c.lot == settled.c.lot)
        .join(orders, orders.c.order == taken.c.order)
        .order_by(settled.c.block_number.desc(), settled.c.log_index.desc())
    )


def payouts_to(worker: bytes) -> Select[Any]:
    """Payments to a worker, newest first."""
    return (
        recorded(PayoutProven)
        .where(payouts.c.worker == worker)
        .order_by(payouts.c.block_number.desc(), payouts.c.log_index.desc())
    )


def earnings(enterprise: int | None = None) -> Select[Any]:
    """Worker, time and part of the worker of each settled lot.

    Args:
        enterprise: Only of this one; None takes all.
    """
    query = (
        select(settled.c.worker, settled.c.worker_fen, blocks.c.time)
        .join_from(settled, blocks, blocks.c.number == settled.c.block_number)
        .join(taken, taken.c.lot == settled.c.lot)
        .join(orders, orders.c.order == taken.c.order)
    )
    return query if enterprise is None else query.where(orders.c.enterprise == enterprise)
