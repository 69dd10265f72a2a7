"""Addresses for enterprises, lots and workers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_api.enterprises import service, statement
from ledger_api.enterprises.access import ReadableWorker
from ledger_api.enterprises.schemas import (
    EarningsMonth,
    Enterprise,
    EnterpriseDetail,
    Lot,
    OpenLot,
    Payout,
    RateCard,
    WorkDay,
    Worker,
    WorkMonth,
    WorkOrder,
)
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.sessions.access import Viewing

router = APIRouter(tags=["enterprises"], route_class=HeadRoute)

Number = Annotated[int, Path(ge=1, lt=2**32)]
# Each month is counted anew from what every worker earned in it.
Months = Annotated[int, Query(ge=1, le=service.MONTHS, description="Months on a page, 1 to 24.")]


@table(router, "/v1/enterprises")
async def list_enterprises(mirror: Mirror) -> Page[Enterprise]:
    """All enterprises by number, with the sums over all their lots."""
    return Page(items=await service.all_enterprises(mirror), next_cursor=None, **mirror.head.stands())


@router.get("/v1/enterprises/{enterprise}")
async def get_enterprise(mirror: Mirror, enterprise: Number) -> EnterpriseDetail:
    """An enterprise with its rate cards, work orders and earnings in bands."""
    return await service.enterprise_detail(mirror, enterprise)


@table(router, "/v1/enterprises/{enterprise}/orders")
async def list_orders(
    mirror: Mirror, enterprise: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[WorkOrder]:
    """Work orders of an enterprise, newest first."""
    items, following = await service.orders_page(mirror, enterprise, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/enterprises/{enterprise}/rate-cards")
async def list_rate_cards(
    mirror: Mirror, enterprise: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[RateCard]:
    """Versions of the rate cards of an enterprise, newest first."""
    items, following = await service.cards_page(mirror, enterprise, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/enterprises/{enterprise}/lots")
async def list_lots(
    mirror: Mirror, viewer: Viewing, enterprise: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[Lot]:
    """Settled lots of an enterprise, newest first."""
    items, following = await service.settled_lots_page(mirror, viewer, enterprise, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/enterprises/{enterprise}/open-lots")
async def list_open_lots(
    mirror: Mirror, viewer: Viewing, enterprise: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[OpenLot]:
    """Lots of an enterprise that are not settled, the last taken first."""
    items, following = await service.open_lots_page(mirror, viewer, enterprise, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/enterprises/{enterprise}/earnings")
async def list_earnings_of_enterprise(
    mirror: Mirror, enterprise: Number, cursor: Cursor = None, limit: Months = service.MONTHS
) -> Page[EarningsMonth]:
    """Earnings at an enterprise in bands by month, the latest first."""
    items, following = await service.earnings_page(mirror, enterprise, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/earnings")
async def list_earnings(
    mirror: Mirror, cursor: Cursor = None, limit: Months = service.MONTHS
) -> Page[EarningsMonth]:
    """Earnings of all enterprises together in bands by month, the latest first."""
    items, following = await service.earnings_page(mirror, None, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/workers/{member}")
async def get_worker(mirror: Mirror, member: ReadableWorker) -> Worker:
    """A worker's statement by day and month; for the worker and for who pays."""
    return await statement.worker(mirror, member)


@table(router, "/v1/workers/{member}/days")
async def list_days(
    mirror: Mirror, member: ReadableWorker, cursor: Cursor = None, limit: Limit = 100
) -> Page[WorkDay]:
    """Days on which a worker earned, newest first; for the worker and for who pays."""
    items, following = await statement.days_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/workers/{member}/months")
async def list_months(
    mirror: Mirror, member: ReadableWorker, cursor: Cursor = None, limit: Limit = 100
) -> Page[WorkMonth]:
    """Months in which a worker earned or was paid, newest first; for the worker and for who pays."""
    items, following = await statement.months_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/workers/{member}/lots")
async def list_lots_of_worker(
    mirror: Mirror, member: ReadableWorker, cursor: Cursor = None, limit: Limit = 100
) -> Page[Lot]:
    """Settled lots of a worker, newest first; for the worker and for who pays."""
    items, following = await statement.lots_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/workers/{member}/payouts")
async def list_payouts(
    mirror: Mirror, member: ReadableWorker, cursor: Cursor = None, limit: Limit = 100
) -> Page[Payout]:
    """Payments to a worker, newest first; for the worker and for who pays."""
    items, following = await statement.payouts_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())
