"""Addresses for funds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.funds import service
from ledger_api.funds.schemas import BudgetLine, Fund, FundDetail
from ledger_api.mirror import Mirror

router = APIRouter(tags=["funds"], route_class=HeadRoute)


@table(router, "/v1/funds")
async def list_funds(mirror: Mirror) -> Page[Fund]:
    """All funds by number, each with its balance by purpose."""
    return Page(items=await service.all_funds(mirror), next_cursor=None, **mirror.head.stands())


@router.get("/v1/funds/{fund}")
async def get_fund(mirror: Mirror, fund: Annotated[int, Path(ge=1, le=0xFFFF)]) -> FundDetail:
    """A fund with its purposes, budget lines and months."""
    return await service.fund_detail(mirror, fund)


@table(router, "/v1/budget-lines")
async def list_budget_lines(mirror: Mirror) -> Page[BudgetLine]:
    """All budget lines by number."""
    return Page(items=await service.budget_lines(mirror), next_cursor=None, **mirror.head.stands())
