"""What came in and went out of a fund by month in China's time: from the first with a transfer to that of the block."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.calendar import china_day, last_day, month_of, month_text
from ledger_api.funds import queries
from ledger_api.funds.schemas import Month
from ledger_api.paging import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from ledger_api.mirror import Reading

MONTHS = 24


async def months(mirror: Reading, number: int, most: int = MONTHS) -> list[Month]:
    """The last months of a fund, at most so many, in order."""
    found, _ = await months_page(mirror, number, None, most)
    return found[::-1]


async def months_page(
    mirror: Reading, number: int, cursor: str | None, limit: int
) -> tuple[list[Month], str | None]:
    """Months of a fund, the latest first, and the cursor of those before; None if there are none.

    Args:
        mirror: A snapshot.
        number: The fund.
        cursor: Where to begin; None with the month of the block.
        limit: How many.
    """
    last = month_of(china_day(mirror.head.time))
    if cursor is not None:
        last = min(last, decode_cursor(cursor, int)[0] - 1)
    begun = await _first_month(mirror, number)
    if begun is None or begun > last:
        return [], None
    first = max(begun, last - limit + 1)
    shown = await _between(mirror, number, first, last)
    return shown[::-1], encode_cursor(first) if first > begun else None


async def _first_month(mirror: Reading, number: int) -> int | None:
    begun = [row.day for row in await mirror.rows(queries.first_days(number)) if row.day is not None]
    return month_of(min(begun)) if begun else None


async def _between(mirror: Reading, number: int, first: int, last: int) -> list[Month]:
    """Some months in order: each is the difference of what there was at two ends of months."""
    sums = {last_day(month): (0, 0) for month in range(first - 1, last + 1)}
    for row in await mirror.rows(queries.totals([number], tuple(sums))):
        in_fen, out_fen = sums[row.day]
        sums[row.day] = in_fen + row.in_fen, out_fen + row.out_fen
    return [
        Month(
            month=month_text(month),
            in_fen=after[0] - before[0],
            out_fen=after[1] - before[1],
            balance_fen=after[0] - after[1],
        )
        for month, (before, after) in zip(range(first, last + 1), pairwise(sums.values()), strict=True)
    ]
