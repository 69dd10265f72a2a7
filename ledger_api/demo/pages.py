"""The people of the demo town and their throw-away keys. Anywhere else there is no such page."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from ledger_api.context import AppContext
from ledger_api.demo.statement import NAME, has_statement, statement_of_today
from ledger_api.errors import NotFoundError
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute

router = APIRouter(route_class=PageRoute)


@router.get("/demo")
async def people(request: Request, context: AppContext) -> HTMLResponse:
    """Everybody one can be in the demo town."""
    if not context.demo_people:
        raise NotFoundError("page", "/demo")
    return await page(request, "demo.html", statement=NAME if has_statement(context.config.data_dir) else "")


@router.get(f"/demo/{NAME}")
async def statement(context: AppContext) -> Response:
    """The bank statement of the tour, with today's date: nothing is paid before it is owed."""
    data_dir = context.config.data_dir
    if not context.demo_people or not has_statement(data_dir):
        raise NotFoundError("page", f"/demo/{NAME}")
    text = await asyncio.to_thread(statement_of_today, data_dir, context.clock())
    headers = {"content-disposition": f'attachment; filename="{NAME}"', "cache-control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
