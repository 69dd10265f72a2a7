"""Pages of enterprises, and the statement of a worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.documents.readers import reasons_for
from ledger_api.enterprises import service, statement
from ledger_api.enterprises.access import ReadableWorker
from ledger_api.enterprises.acts import DECLARED, lot_rows, orders_to_settle
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeSignedIn

router = APIRouter(route_class=PageRoute)

# A page shows what a person looks back on, and leads on to the rest.
DAYS = 31
MONTHS = 6
LOTS = 10
PAYOUTS = 6
ORDERS = 20
CARDS = 20
ROWS = 50
# Two years.
MONTH_ROWS = 24
Number = Annotated[int, Path(ge=1, lt=2**32)]


@head_page(router, "/enterprises")
async def enterprises(request: Request, mirror: Mirror) -> HTMLResponse:
    """The micro-factories."""
    found = await service.all_enterprises(mirror)
    return await page(request, "enterprises.html", mirror.head, enterprises=found)


@head_page(router, "/enterprises/{enterprise}")
async def enterprise(
    request: Request, mirror: Mirror, session: MaybeSignedIn, viewer: Viewing, enterprise: Number
) -> HTMLResponse:
    """A micro-factory: what it earned, its orders, what is to be settled, and what its reader may do."""
    found = await service.enterprise_named(mirror, enterprise)
    orders, next_orders = await service.orders_page(mirror, enterprise, None, ORDERS)
    lots, next_lots = await service.open_lots_page(mirror, viewer, enterprise, None, LOTS)
    cards, next_cards = await service.cards_page(mirror, enterprise, None, CARDS)
    values: dict[str, Any] = {
        "enterprise": found, "orders": orders, "next_orders": next_orders, "next_lots": next_lots,
        "lots": await lot_rows(mirror, session, lots),
        "cards": cards, "next_cards": next_cards,
        "acts": await offered_to(mirror, session, DECLARED.on_page, found),
        "to_settle": await orders_to_settle(mirror, session, found),
    }  # fmt: skip
    return await page(request, "enterprise.html", mirror.head, **values)


@head_page(router, "/enterprises/{enterprise}/orders")
async def orders(
    request: Request, mirror: Mirror, session: MaybeSignedIn, enterprise: Number, cursor: Cursor = None
) -> HTMLResponse:
    """All work orders of a micro-factory, page by page."""
    found, following = await service.orders_page(mirror, enterprise, cursor, ROWS)
    to_settle = await orders_to_settle(mirror, session, await service.enterprise_named(mirror, enterprise))
    return await _list_of_enterprise(
        request, mirror, enterprise, cursor, following, orders=found, to_settle=to_settle
    )


@head_page(router, "/enterprises/{enterprise}/open-lots")
async def open_lots(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    enterprise: Number,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All that waits at a micro-factory to be looked at, page by page."""
    found, following = await service.open_lots_page(mirror, viewer, enterprise, cursor, ROWS)
    rows = await lot_rows(mirror, session, found)
    return await _list_of_enterprise(request, mirror, enterprise, cursor, following, lots=rows)


@head_page(router, "/enterprises/{enterprise}/rate-cards")
async def rate_cards(
    request: Request, mirror: Mirror, enterprise: Number, cursor: Cursor = None
) -> HTMLResponse:
    """All rate cards of a micro-factory, page by page."""
    found, following = await service.cards_page(mirror, enterprise, cursor, ROWS)
    return await _list_of_enterprise(request, mirror, enterprise, cursor, following, cards=found)


@router.get("/workers/{member}")
async def worker(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    member: ReadableWorker,
) -> HTMLResponse:
    """A worker's statement by day and month, for the worker and for who pays."""
    days, next_days = await statement.days_page(mirror, member, None, DAYS)
    months, next_months = await statement.months_page(mirror, member, None, MONTHS)
    lots, next_lots = await statement.lots_page(mirror, member, None, LOTS)
    payouts, next_payouts = await statement.payouts_page(mirror, member, None, PAYOUTS)
    values: dict[str, Any] = {
        "sums": await statement.sums_of(mirror, member), "is_own": session is not None and session.member == member,
        "days": days, "next_days": next_days, "months": months, "next_months": next_months,
        "lots": await lot_rows(mirror, session, lots), "next_lots": next_lots, "payouts": payouts, "next_payouts": next_payouts,
        "reasons": await reasons_for(context, viewer, [lot.document for lot in lots]),
    }  # fmt: skip
    return await page(request, "worker.html", mirror.head, **values)


@router.get("/workers/{member}/days")
async def days(
    request: Request, mirror: Mirror, member: ReadableWorker, cursor: Cursor = None
) -> HTMLResponse:
    """All days on which a worker earned, page by page."""
    found, following = await statement.days_page(mirror, member, cursor, ROWS)
    return await _list_of_worker(request, mirror, member, cursor, following, days=found)


@router.get("/workers/{member}/months")
async def months(
    request: Request, mirror: Mirror, member: ReadableWorker, cursor: Cursor = None
) -> HTMLResponse:
    """All months in which a worker earned or was paid, page by page."""
    found, following = await statement.months_page(mirror, member, cursor, MONTH_ROWS)
    return await _list_of_worker(request, mirror, member, cursor, following, months=found)


@router.get("/workers/{member}/lots")
async def lots(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    member: ReadableWorker,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All settled lots of a worker, page by page."""
    found, following = await statement.lots_page(mirror, member, cursor, ROWS)
    reasons = await reasons_for(context, viewer, [lot.document for lot in found])
    rows = await lot_rows(mirror, session, found)
    return await _list_of_worker(request, mirror, member, cursor, following, lots=rows, reasons=reasons)


@router.get("/workers/{member}/payouts")
async def payouts(
    request: Request, mirror: Mirror, member: ReadableWorker, cursor: Cursor = None
) -> HTMLResponse:
    """All payments to a worker, page by page."""
    found, following = await statement.payouts_page(mirror, member, cursor, ROWS)
    return await _list_of_worker(request, mirror, member, cursor, following, payouts=found)


async def _list_of_enterprise(
    request: Request, mirror: Mirror, enterprise: int, cursor: str | None, following: str | None, **rows: Any
) -> HTMLResponse:
    values = {"enterprise": enterprise, "cursor": cursor, "next_cursor": following, **rows}
    return await page(request, "enterprise_list.html", mirror.head, **values)


async def _list_of_worker(
    request: Request, mirror: Mirror, member: bytes, cursor: str | None, following: str | None, **rows: Any
) -> HTMLResponse:
    values = {"member": member, "cursor": cursor, "next_cursor": following, **rows}
    return await page(request, "worker_list.html", mirror.head, **values)
