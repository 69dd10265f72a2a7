"""The people of the demo town and their throw-away keys. Anywhere else there is no such page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.errors import NotFoundError
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute

router = APIRouter(route_class=PageRoute)


@router.get("/demo")
async def people(request: Request, context: AppContext) -> HTMLResponse:
    """Everybody one can be in the demo town."""
    if not context.demo_people:
        raise NotFoundError("page", "/demo")
    return await page(request, "demo.html")
