"""What an enterprise earned and how it was split, and its orders, rate cards and lots."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from contracts.accounts import fund_of
from indexer.calendar import china_day, month_of, month_text
from indexer.projections import work
from indexer.projections.enterprise import enterprises
from ledger_api.enterprises import queries
from ledger_api.enterprises.bands import bands_of
from ledger_api.enterprises.schemas import (
    EarningsMonth,
    Enterprise,
    EnterpriseDetail,
    Lot,
    OpenLot,
    RateCard,
    WorkOrder,
)
from ledger_api.errors import NotFoundError
from ledger_api.lists import newest_page
from ledger_api.paging import decode_cursor, encode_cursor
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.mirror import Placed, Reading
    from ledger_api.sessions.access import Viewer

    L = TypeVar("L", Lot, OpenLot)

MONTHS = 24
# Orders and rate cards of an enterprise.
LATEST = 100


async def all_enterprises(mirror: Reading) -> list[Enterprise]:
    """All enterprises by number."""
    placed = await mirror.placed(enterprises, queries.all_enterprises())
    return [mirror.placed_record(Enterprise, p) for p in placed]


async def enterprise_named(mirror: Reading, enterprise: int) -> Enterprise:
    """The enterprise of a number.

    Raises:
        NotFoundError: There is none.
    """
    found = await mirror.placed(enterprises, queries.enterprise_numbered(enterprise))
    if not found:
        raise NotFoundError("enterprise", enterprise)
    return mirror.placed_record(Enterprise, found[0])


async def enterprise_detail(mirror: Reading, enterprise: int) -> EnterpriseDetail:
    """An enterprise with its rate cards, work orders and earnings in bands.

    Raises:
        NotFoundError: There is no such enterprise.
    """
    found = await enterprise_named(mirror, enterprise)
    cards, _ = await cards_page(mirror, enterprise, None, LATEST)
    orders, _ = await orders_page(mirror, enterprise, None, LATEST)
    return EnterpriseDetail(
        enterprise=found,
        rate_cards=cards,
        orders=orders,
        earnings=await earnings(mirror, enterprise),
        **mirror.head.stands(),
    )


async def cards_page(
    mirror: Reading, enterprise: int, cursor: str | None, limit: int
) -> tuple[list[RateCard], str | None]:
    """Versions of an enterprise's rate cards, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        enterprise: Its number.
        cursor: Where to begin; None with the newest.
        limit: How many.
    """
    query = queries.rate_cards_of(enterprise)
    found, following = await newest_page(mirror, work.rate_cards, query, cursor, limit)
    return [mirror.placed_record(RateCard, card) for card in found], following


async def orders_page(
    mirror: Reading, enterprise: int, cursor: str | None, limit: int
) -> tuple[list[WorkOrder], str | None]:
    """Work orders of an enterprise, newest first; as `cards_page`."""
    found, following = await newest_page(
        mirror, work.work_orders, queries.orders_of(enterprise), cursor, limit
    )
    return await _with_progress(mirror, found), following


async def settled_lots_page(
    mirror: Reading, viewer: Viewer, enterprise: int, cursor: str | None, limit: int
) -> tuple[list[Lot], str | None]:
    """Settled lots of an enterprise as somebody may see them, newest first; as `cards_page`."""
    query = queries.settled_lots(enterprise)
    found, following = await newest_page(mirror, work.lot_settlements, query, cursor, limit)
    lots = [mirror.placed_record(Lot, lot) for lot in found]
    return await _as_seen_by(mirror, viewer, enterprise, lots), following


async def open_lots_page(
    mirror: Reading, viewer: Viewer, enterprise: int, cursor: str | None, limit: int
) -> tuple[list[OpenLot], str | None]:
    """Lots of an enterprise that are not settled, or are disputed, as somebody may see them, the last taken first; as `cards_page`."""
    query = queries.open_lots_of(enterprise)
    found, following = await newest_page(mirror, work.lots, query, cursor, limit)
    lots = [mirror.placed_record(OpenLot, lot) for lot in found]
    return await _as_seen_by(mirror, viewer, enterprise, lots), following


async def earnings(mirror: Reading, enterprise: int | None = None) -> list[EarningsMonth]:
    """Earnings in bands of the last `MONTHS` months, in order; of one enterprise, or of all."""
    found, _ = await earnings_page(mirror, enterprise, None, MONTHS)
    return found[::-1]


async def earnings_page(
    mirror: Reading, enterprise: int | None, cursor: str | None, limit: int
) -> tuple[list[EarningsMonth], str | None]:
    """Earnings in bands by month, the latest first, and the cursor of the months before; None if there are none.

    Args:
        mirror: A snapshot.
        enterprise: Of which; None takes all together.
        cursor: Where to begin; None with the month of the block.
        limit: How many months are looked at; one in which nobody earned anything there is left out.
    """
    last = month_of(china_day(mirror.head.time))
    if cursor is not None:
        last = min(last, decode_cursor(cursor, int)[0] - 1)
    first = last - limit + 1
    months = groupby(await mirror.rows(queries.earned_between(first, last)), lambda row: row.month)
    bands = [(month, bands_of(list(of_month), enterprise)) for month, of_month in months]
    shown = [EarningsMonth(month=month_text(month), bands=found) for month, found in bands if found]
    begun = await mirror.first(queries.first_earned())
    goes_on = begun is not None and begun.month is not None and begun.month < first
    return shown[::-1], encode_cursor(first) if goes_on else None


async def _as_seen_by(mirror: Reading, viewer: Viewer, enterprise: int, lots: Sequence[L]) -> list[L]:
    """Lots of an enterprise, without who made them for whom that is not."""
    found = await mirror.versions(enterprises, queries.enterprises_numbered([enterprise]))
    fund = next((fund_of(one.levy_purpose) for one in found), None)
    return [viewer.without(lot, DataClass.LOT, "worker", fund=fund, enterprise=enterprise) for lot in lots]


async def _with_progress(mirror: Reading, orders: Sequence[Placed[work.WorkOrder]]) -> list[WorkOrder]:
    query = queries.progress_of([placed.version.order for placed in orders])
    progress = {p.order: p for p in await mirror.versions(work.order_progress, query)}
    return [
        mirror.placed_record(
            WorkOrder,
            placed,
            accepted_pieces=progress[placed.version.order].accepted_pieces,
            taken_pieces=progress[placed.version.order].taken_pieces,
        )
        for placed in orders
    ]
