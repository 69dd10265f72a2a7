"""Addresses for funds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.funds import service
from ledger_api.funds.months import months, months_page
from ledger_api.funds.schemas import BudgetLine, Fund, FundDetail, Month
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor

router = APIRouter(tags=["funds"], route_class=HeadRoute)

Number = Annotated[int, Path(ge=1, le=0xFFFF)]


@table(router, "/v1/funds")
async def list_funds(mirror: Mirror) -> Page[Fund]:
    """All funds by number, each with its balance by purpose."""
    return Page(items=await service.all_funds(mirror), next_cursor=None, **mirror.head.stands())


@router.get("/v1/funds/{fund}")
async def get_fund(mirror: Mirror, fund: Number) -> FundDetail:
    """A fund with its purposes, budget lines and months."""
    return await service.fund_detail(mirror, fund, await months(mirror, fund))


@table(router, "/v1/funds/{fund}/months")
async def list_months(
    mirror: Mirror,
    fund: Number,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Rows on a page, 1 to 100.")] = 24,
) -> Page[Month]:
    """What came into and went out of a fund by month, the latest first."""
    await service.require_fund(mirror, fund)
    items, following = await months_page(mirror, fund, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/budget-lines")
async def list_budget_lines(mirror: Mirror) -> Page[BudgetLine]:
    """All budget lines by number."""
    return Page(items=await service.budget_lines(mirror), next_cursor=None, **mirror.head.stands())
