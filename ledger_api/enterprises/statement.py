"""A worker's statement: what the worker earned by day, month and lot, and what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.calendar import day_text, month_text
from indexer.projections import earning, work
from ledger_api.enterprises import history, queries
from ledger_api.enterprises.schemas import Lot, Payout, WorkDay, Worker, WorkerSums, WorkMonth
from ledger_api.lists import newest_page
from ledger_api.paging import cut, decode_cursor, encode_cursor, place_cursor

if TYPE_CHECKING:
    from ledger_api.mirror import Reading

MONTHS = 24
DAYS = 366
PAYOUTS = 100


async def sums_of(mirror: Reading, member: bytes) -> WorkerSums:
    """What a worker earned and was paid since the beginning; nothing of who never worked."""
    (found,) = await mirror.rows(queries.worker_sums(member))
    earned_fen, paid_fen = found.earned_fen, found.paid_fen
    return WorkerSums(member=member, earned_fen=earned_fen, paid_fen=paid_fen, owed_fen=earned_fen - paid_fen)


async def worker(mirror: Reading, member: bytes) -> Worker:
    """A worker's statement.

    Args:
        mirror: A snapshot.
        member: The worker, 16 bytes.
    """
    return Worker(
        **dict(await sums_of(mirror, member)),
        months=(await months_page(mirror, member, None, MONTHS))[0],
        days=(await days_page(mirror, member, None, DAYS))[0],
        payouts=(await payouts_page(mirror, member, None, PAYOUTS))[0],
        **mirror.head.stands(),
    )


async def days_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[WorkDay], str | None]:
    """Days on which a worker earned, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        member: The worker, 16 bytes.
        cursor: Where to begin; None with the newest.
        limit: How many.
    """
    query = queries.days_before(member, _before(cursor), limit + 1)
    found = await mirror.versions(earning.worker_days, query)
    shown, following = cut(found, limit, lambda day: encode_cursor(day.day))
    return [_work_day(day) for day in shown], following


async def months_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[WorkMonth], str | None]:
    """Months in which a worker earned or was paid, newest first; as `days_page`."""
    rows = await mirror.rows(queries.months_before(member, _before(cursor), limit + 1))
    shown, following = cut(rows, limit, lambda row: encode_cursor(row.month))
    months = [
        WorkMonth(month=month_text(row.month), earned_fen=row.earned_fen, paid_fen=row.paid_fen)
        for row in shown
    ]
    return months, following


async def payouts_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Payout], str | None]:
    """Payments to a worker, newest first; as `days_page`."""
    rows = await mirror.rows(history.payouts_before(member, cursor, limit + 1))
    shown, following = cut(rows, limit, place_cursor)
    return [mirror.record(Payout, row) for row in shown], following


async def lots_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Lot], str | None]:
    """A worker's lots that were accepted and settled, newest first; as `days_page`."""
    query = queries.settled_lots_of(member)
    found, following = await newest_page(mirror, work.lot_settlements, query, cursor, limit)
    return [mirror.placed_record(Lot, lot) for lot in found], following


def _before(cursor: str | None) -> int | None:
    """Number of the day or month at which a page ended."""
    return None if cursor is None else int(decode_cursor(cursor, int)[0])


def _work_day(day: earning.WorkerDay) -> WorkDay:
    return WorkDay(
        day=day_text(day.day),
        lots=day.lots,
        accepted_pieces=day.accepted_pieces,
        rejected_pieces=day.rejected_pieces,
        earned_fen=day.earned_fen,
    )
