"""Queries for enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from contracts.enums import LotState
from indexer.projections.earning import worker_days, worker_months, workers
from indexer.projections.enterprise import enterprises
from indexer.projections.work import lot_settlements, lots, order_progress, rate_cards, work_orders
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows, total

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

    from indexer.projections.noun import Noun


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


def rate_cards_of(enterprise: int) -> Select[Any]:
    """Versions of an enterprise's rate cards, newest first."""
    return _newest(rate_cards, rate_cards.table.c.enterprise == enterprise)


def orders_of(enterprise: int) -> Select[Any]:
    """Work orders of an enterprise, newest first."""
    return _newest(work_orders, work_orders.table.c.enterprise == enterprise)


@prepared
def progress_of(orders: Collection[bytes]) -> Select[Any]:
    """How far some work orders are."""
    return open_rows(order_progress).where(order_progress.table.c.order.in_(orders))


def settled_lots(enterprise: int) -> Select[Any]:
    """Settled lots of an enterprise, newest first."""
    return _newest(lot_settlements, lot_settlements.table.c.enterprise == enterprise)


def open_lots_of(enterprise: int) -> Select[Any]:
    """Lots of an enterprise that are not settled, or are disputed, the last taken first."""
    columns = lots.table.c
    waits = columns.state.in_((LotState.TAKEN, LotState.DISPUTED))
    return _newest(lots, and_(columns.enterprise == enterprise, waits))


@prepared
def lots_numbered(ids: Collection[bytes]) -> Select[Any]:
    """Some lots by their ids."""
    return open_rows(lots).where(lots.table.c.lot.in_(ids))


@prepared
def lots_reasoned_with(document: bytes) -> Select[Any]:
    """Lots that were disputed, decided or taken back with a document as the reasons.

    Args:
        document: Its commitment, 32 bytes.
    """
    columns = lots.table.c
    return open_rows(lots).where(
        or_(columns.dispute == document, columns.decision == document, columns.reversal == document)
    )


@prepared
def settled_with(document: bytes) -> Select[Any]:
    """Lots that were settled with a document as the reasons.

    Args:
        document: Its commitment, 32 bytes.
    """
    return open_rows(lot_settlements).where(lot_settlements.table.c.document == document)


def settled_lots_of(worker: bytes) -> Select[Any]:
    """Settled lots of a worker, newest first."""
    return _newest(lot_settlements, lot_settlements.table.c.worker == worker)


@prepared
def worker_sums(member: bytes) -> Select[int, int]:
    """What a worker earned at all enterprises and was paid since the beginning; one row."""
    columns = workers.table.c
    earned, paid = (total(columns[name]).label(name) for name in ("earned_fen", "paid_fen"))
    return select(earned, paid).where(columns.to_block.is_(None), columns.worker == member)


@prepared
def days_before(member: bytes, day: int | None, limit: int) -> Select[Any]:
    """Days on which a worker earned, newest first.

    Args:
        member: 16 bytes.
        day: Only those before this number; None takes all.
        limit: How many.
    """
    columns = worker_days.table.c
    query = open_rows(worker_days).where(columns.worker == member)
    query = query if day is None else query.where(columns.day < day)
    return query.order_by(columns.day.desc()).limit(limit)


@prepared
def months_before(member: bytes, month: int | None, limit: int) -> Select[tuple[int, int, int]]:
    """What a worker earned and was paid by month, newest first; arguments as of `days_before`."""
    columns = worker_months.table.c
    sums = (total(columns[name]).label(name) for name in ("earned_fen", "paid_fen"))
    query = select(columns.month, *sums).where(columns.to_block.is_(None), columns.worker == member)
    query = query if month is None else query.where(columns.month < month)
    return query.group_by(columns.month).order_by(columns.month.desc()).limit(limit)


@prepared
def earned_between(first: int, last: int) -> Select[tuple[int, int, bytes, int]]:
    """What each worker who had a lot settled earned at each enterprise in each month, by month.

    Args:
        first: The first month, from January 1970.
        last: The last, included.
    """
    columns = worker_months.table.c
    return (
        select(columns.month, columns.enterprise, columns.worker, columns.earned_fen)
        .where(columns.to_block.is_(None), columns.month.between(first, last), columns.lots > 0)
        .order_by(columns.month)
    )


@prepared
def first_earned() -> Select[tuple[int | None]]:
    """The first month in which anybody earned or was paid; null if nobody ever did."""
    columns = worker_months.table.c
    return select(func.min(columns.month).label("month")).where(columns.to_block.is_(None))


def _newest(noun: Noun[Any], chosen: ColumnElement[bool]) -> Select[Any]:
    columns = noun.table.c
    return placed_rows(noun).where(chosen).order_by(columns.block_number.desc(), columns.log_index.desc())
