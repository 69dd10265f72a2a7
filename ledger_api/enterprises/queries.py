"""Queries for enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from indexer.projections.earning import enterprises, worker_days, worker_months, workers
from indexer.projections.work import lot_settlements, lots, order_progress, rate_cards, work_orders
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows, total

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select


@prepared
def all_enterprises() -> Select[Any]:
    """All enterprises by number."""
    return placed_rows(enterprises).order_by(enterprises.table.c.enterprise)


@prepared
def enterprise_numbered(enterprise: int) -> Select[Any]:
    """The enterprise of a number."""
    return placed_rows(enterprises).where(enterprises.table.c.enterprise == enterprise)


@prepared
def enterprises_numbered(numbers: Collection[int]) -> Select[Any]:
    """The enterprises of some numbers."""
    return open_rows(enterprises).where(enterprises.table.c.enterprise.in_(numbers))


@prepared
def enterprises_of(member: bytes) -> Select[Any]:
    """Numbers of the enterprises at which a member earned or was paid."""
    columns = worker_months.table.c
    return select(columns.enterprise).where(columns.to_block.is_(None), columns.worker == member).distinct()


@prepared
def rate_cards_of(enterprise: int) -> Select[Any]:
    """Versions of an enterprise's rate cards."""
    columns = rate_cards.table.c
    return (
        placed_rows(rate_cards)
        .where(columns.enterprise == enterprise)
        .order_by(columns.product, columns.version)
    )


@prepared
def latest_orders(enterprise: int, limit: int) -> Select[Any]:
    """Work orders of an enterprise, newest first."""
    return _newest(work_orders, enterprise).limit(limit)


@prepared
def progress_of(orders: Collection[bytes]) -> Select[Any]:
    """How far some work orders are."""
    return open_rows(order_progress).where(order_progress.table.c.order.in_(orders))


def settled_lots(enterprise: int) -> Select[Any]:
    """Settled lots of an enterprise, newest first."""
    return _newest(lot_settlements, enterprise)


@prepared
def latest_lots(enterprise: int, limit: int) -> Select[Any]:
    """Lots of an enterprise, newest first."""
    columns = lots.table.c
    place = columns.block_number.desc(), columns.log_index.desc()
    return open_rows(lots).where(columns.enterprise == enterprise).order_by(*place).limit(limit)


@prepared
def settlements_of(taken: Collection[bytes]) -> Select[Any]:
    """How some lots were settled; none of those that are not."""
    return open_rows(lot_settlements).where(lot_settlements.table.c.lot.in_(taken))


@prepared
def settled_with(document: bytes) -> Select[Any]:
    """Lots that were settled with a document as the reasons.

    Args:
        document: Its commitment, 32 bytes.
    """
    return open_rows(lot_settlements).where(lot_settlements.table.c.document == document)


@prepared
def latest_settlements_of(worker: bytes, limit: int) -> Select[Any]:
    """Settled lots of a worker, newest first."""
    columns = lot_settlements.table.c
    place = columns.block_number.desc(), columns.log_index.desc()
    return placed_rows(lot_settlements).where(columns.worker == worker).order_by(*place).limit(limit)


@prepared
def worker(member: bytes) -> Select[Any]:
    """What a worker earned and was paid since the beginning."""
    return open_rows(workers).where(workers.table.c.worker == member)


@prepared
def latest_days(member: bytes, limit: int) -> Select[Any]:
    """Days on which a worker earned, newest first."""
    columns = worker_days.table.c
    return open_rows(worker_days).where(columns.worker == member).order_by(columns.day.desc()).limit(limit)


@prepared
def latest_months(member: bytes, limit: int) -> Select[tuple[int, int, int]]:
    """What a worker earned and was paid by month, newest first."""
    columns = worker_months.table.c
    sums = (total(columns[name]).label(name) for name in ("earned_fen", "paid_fen"))
    return (
        select(columns.month, *sums)
        .where(columns.to_block.is_(None), columns.worker == member)
        .group_by(columns.month)
        .order_by(columns.month.desc())
        .limit(limit)
    )


@prepared
def earned_since(month: int) -> Select[tuple[int, int, bytes, int]]:
    """What each worker who had a lot settled earned at each enterprise in each month, by month.

    Args:
        month: The first, from January 1970.
    """
    columns = worker_months.table.c
    return (
        select(columns.month, columns.enterprise, columns.worker, columns.earned_fen)
        .where(columns.to_block.is_(None), columns.month >= month, columns.lots > 0)
        .order_by(columns.month)
    )


def _newest(noun: Any, enterprise: int) -> Select[Any]:
    columns = noun.table.c
    return (
        placed_rows(noun)
        .where(columns.enterprise == enterprise)
        .order_by(columns.block_number.desc(), columns.log_index.desc())
    )
