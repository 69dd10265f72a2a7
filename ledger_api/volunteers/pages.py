"""Pages of what one member served, holds, redeemed, provides and asked for, where the member's own page ends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.documents.readers import reasons_for
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals.own import own_requests
from ledger_api.redemptions.acts import Side, redemption_rows
from ledger_api.redemptions.service import provided_page, reasons_in, redeemed_page
from ledger_api.sessions.access import Viewing
from ledger_api.tasks import service
from ledger_api.volunteers.access import ReadableVolunteer

router = APIRouter(route_class=PageRoute)

ROWS = 50


@router.get("/volunteers/{member}/held")
async def held(
    request: Request, mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None
) -> HTMLResponse:
    """All tasks that a volunteer has accepted and not yet served, page by page."""
    found, following = await service.held_page(mirror, member, cursor, ROWS)
    return await _list(request, mirror, cursor, following, held=found)


@router.get("/volunteers/{member}/visits")
async def visits(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    member: ReadableVolunteer,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All that a volunteer served, page by page."""
    found, following = await service.visits_page(mirror, member, cursor, ROWS)
    against = await service.reasons_against(mirror, found)
    reasons = await reasons_for(context, viewer, list(against.values()))
    return await _list(request, mirror, cursor, following, visits=found, against=against, reasons=reasons)


@router.get("/volunteers/{member}/redemptions")
async def redemptions(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    member: ReadableVolunteer,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All that a member redeemed, page by page."""
    found, following = await redeemed_page(mirror, member, cursor, ROWS)
    rows = redemption_rows(found, Side.REDEEMER, member, mirror.head.time)
    reasons = await reasons_for(context, viewer, reasons_in(found))
    values = {"redemptions": rows, "side": Side.REDEEMER, "reasons": reasons}
    return await _list(request, mirror, cursor, following, **values)


@router.get("/volunteers/{member}/provided")
async def provided(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    member: ReadableVolunteer,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All redemptions for a service of a member, page by page."""
    found, following = await provided_page(mirror, member, cursor, ROWS)
    rows = redemption_rows(found, Side.PROVIDER, member, mirror.head.time)
    reasons = await reasons_for(context, viewer, reasons_in(found))
    values = {"redemptions": rows, "side": Side.PROVIDER, "reasons": reasons}
    return await _list(request, mirror, cursor, following, **values)


@router.get("/volunteers/{member}/requests")
async def requests(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    member: ReadableVolunteer,
    cursor: Cursor = None,
) -> HTMLResponse:
    """All requests that a member asked for or objected to, page by page."""
    found, following = await own_requests(mirror, member, cursor, ROWS)
    reasons = await reasons_for(context, viewer, [step.statement for one in found for step in one.written])
    return await _list(request, mirror, cursor, following, requests=found, reasons=reasons)


async def _list(
    request: Request, mirror: Mirror, cursor: str | None, following: str | None, **rows: Any
) -> HTMLResponse:
    values = {"cursor": cursor, "next_cursor": following, **rows}
    return await page(request, "volunteer_list.html", mirror.head, **values)
