"""What an enterprise earned and how it was split, and a worker's statement."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from contracts.accounts import fund_of
from indexer.calendar import china_day, day_text, month_of, month_text
from indexer.projections import earning, work
from ledger_api.enterprises import history, queries
from ledger_api.enterprises.bands import bands_of
from ledger_api.enterprises.schemas import (
    EarningsMonth,
    Enterprise,
    EnterpriseDetail,
    Lot,
    Payout,
    RateCard,
    WorkDay,
    Worker,
    WorkMonth,
    WorkOrder,
)
from ledger_api.errors import NotFoundError
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

MONTHS = 24
DAYS = 366
# Orders of an enterprise, and payments to a worker.
LATEST = 100


async def all_enterprises(mirror: Reading) -> list[Enterprise]:
    """All enterprises by number."""
    placed = await mirror.placed(earning.enterprises, queries.all_enterprises())
    return [mirror.placed_record(Enterprise, p) for p in placed]


async def enterprise_detail(mirror: Reading, enterprise: int) -> EnterpriseDetail:
    """An enterprise with its rate cards, work orders and earnings in bands.

    Raises:
        NotFoundError: There is no such enterprise.
    """
    found = await mirror.placed(earning.enterprises, queries.enterprise_numbered(enterprise))
    if not found:
        raise NotFoundError("enterprise", enterprise)
    cards = await mirror.placed(work.rate_cards, queries.rate_cards_of(enterprise))
    return EnterpriseDetail(
        enterprise=mirror.placed_record(Enterprise, found[0]),
        rate_cards=[mirror.placed_record(RateCard, card) for card in cards],
        orders=await _orders(mirror, enterprise),
        earnings=await earnings(mirror, enterprise),
        **mirror.head.stands(),
    )


async def open_lots(mirror: Reading, enterprise: int) -> list[work.Lot]:
    """Those of an enterprise's latest lots that are not settled, newest first."""
    taken = await mirror.versions(work.lots, queries.latest_lots(enterprise, LATEST))
    query = queries.settlements_of([lot.lot for lot in taken])
    settled = {found.lot for found in await mirror.versions(work.lot_settlements, query)}
    return [lot for lot in taken if lot.lot not in settled]


async def earnings(mirror: Reading, enterprise: int | None = None) -> list[EarningsMonth]:
    """Earnings in bands of the last `MONTHS` months; of one enterprise, or of all."""
    first = month_of(china_day(mirror.head.time)) - MONTHS + 1
    rows = await mirror.rows(queries.earned_since(first))
    months = groupby(rows, lambda row: row.month)
    bands = ((month, bands_of(list(of_month), enterprise)) for month, of_month in months)
    return [EarningsMonth(month=month_text(month), bands=found) for month, found in bands if found]


async def lots_as_seen_by(mirror: Reading, viewer: Viewer, enterprise: int, lots: Sequence[Lot]) -> list[Lot]:
    """Lots of an enterprise, without who made them for whom that is not."""
    found = await mirror.versions(earning.enterprises, queries.enterprises_numbered([enterprise]))
    fund = next((fund_of(one.levy_purpose) for one in found), None)
    return [viewer.without(lot, DataClass.LOT, "worker", fund=fund, enterprise=enterprise) for lot in lots]


async def require_wages(mirror: Reading, viewer: Viewer, member: bytes) -> None:
    """Refuses who may not read a worker's statement: it is the worker's, and for the treasurers who pay.

    Raises:
        SessionMissingError: Nobody is signed in.
        AccessForbiddenError: Somebody else is.
    """
    if viewer.holdings and not viewer.may_read(DataClass.WAGES, member):
        numbers = [row.enterprise for row in await mirror.rows(queries.enterprises_of(member))]
        found = await mirror.versions(earning.enterprises, queries.enterprises_numbered(numbers))
        if any(viewer.may_read(DataClass.WAGES, fund=fund_of(one.levy_purpose)) for one in found):
            return
    viewer.require(DataClass.WAGES, member)


async def worker(
    mirror: Reading, member: bytes, *, days: int = DAYS, months: int = MONTHS, payouts: int = LATEST
) -> Worker:
    """A worker's statement.

    Args:
        mirror: A snapshot.
        member: The worker, 16 bytes.
        days: How many of the latest days with earnings, at the most.
        months: How many of the latest months, at the most.
        payouts: How many of the latest payments, at the most.
    """
    found = await mirror.versions(earning.workers, queries.worker(member))
    earned_fen, paid_fen = (found[0].earned_fen, found[0].paid_fen) if found else (0, 0)
    return Worker(
        member=member,
        earned_fen=earned_fen,
        paid_fen=paid_fen,
        owed_fen=earned_fen - paid_fen,
        months=await _months(mirror, member, months),
        days=await _days(mirror, member, days),
        payouts=await mirror.records(Payout, history.latest_payouts(member, payouts)),
        **mirror.head.stands(),
    )


async def settled_lots_of(mirror: Reading, member: bytes, limit: int) -> list[Lot]:
    """A worker's lots that were accepted and settled, newest first."""
    placed = await mirror.placed(work.lot_settlements, queries.latest_settlements_of(member, limit))
    return [mirror.placed_record(Lot, found) for found in placed]


async def _orders(mirror: Reading, enterprise: int) -> list[WorkOrder]:
    placed = await mirror.placed(work.work_orders, queries.latest_orders(enterprise, LATEST))
    query = queries.progress_of([p.version.order for p in placed])
    progress = {p.order: p for p in await mirror.versions(work.order_progress, query)}
    return [
        mirror.placed_record(
            WorkOrder,
            p,
            accepted_pieces=progress[p.version.order].accepted_pieces,
            taken_pieces=progress[p.version.order].taken_pieces,
        )
        for p in placed
    ]


async def _days(mirror: Reading, member: bytes, limit: int) -> list[WorkDay]:
    found = await mirror.versions(earning.worker_days, queries.latest_days(member, limit))
    return [
        WorkDay(
            day=day_text(day.day),
            lots=day.lots,
            accepted_pieces=day.accepted_pieces,
            rejected_pieces=day.rejected_pieces,
            earned_fen=day.earned_fen,
        )
        for day in found
    ]


async def _months(mirror: Reading, member: bytes, limit: int) -> list[WorkMonth]:
    return [
        WorkMonth(month=month_text(row.month), earned_fen=row.earned_fen, paid_fen=row.paid_fen)
        for row in await mirror.rows(queries.latest_months(member, limit))
    ]
