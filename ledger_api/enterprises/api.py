"""Addresses for enterprises, lots and workers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from indexer.projections.work import lot_settlements
from ledger_api.enterprises import queries, service
from ledger_api.enterprises.schemas import Enterprise, EnterpriseDetail, Lot, Worker
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, older_than, place_cursor
from ledger_api.sessions.access import Viewing

router = APIRouter(tags=["enterprises"], route_class=HeadRoute)

Number = Annotated[int, Path(ge=1, lt=2**32)]


@table(router, "/v1/enterprises")
async def list_enterprises(mirror: Mirror) -> Page[Enterprise]:
    """All enterprises by number, with the sums over all their lots."""
    return Page(items=await service.all_enterprises(mirror), next_cursor=None, **mirror.head.stands())


@router.get("/v1/enterprises/{enterprise}")
async def get_enterprise(mirror: Mirror, enterprise: Number) -> EnterpriseDetail:
    """An enterprise with its rate cards, work orders and earnings in bands."""
    return await service.enterprise_detail(mirror, enterprise)


@table(router, "/v1/enterprises/{enterprise}/lots")
async def list_lots(
    mirror: Mirror, viewer: Viewing, enterprise: Number, cursor: Cursor = None, limit: Limit = 100
) -> Page[Lot]:
    """Settled lots of an enterprise, newest first."""
    query = queries.settled_lots(enterprise).limit(limit + 1)
    if cursor is not None:
        query = query.where(older_than(lot_settlements.table.c, cursor))
    shown, following = cut(
        await mirror.placed(lot_settlements, query), limit, lambda placed: place_cursor(placed.version)
    )
    lots = [mirror.placed_record(Lot, placed) for placed in shown]
    items = await service.lots_as_seen_by(mirror, viewer, enterprise, lots)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/workers/{member}")
async def get_worker(mirror: Mirror, viewer: Viewing, member: str) -> Worker:
    """A worker's statement by day and month; for the worker and for who pays."""
    await service.require_wages(mirror, viewer, id_bytes(member, 16))
    return await service.worker(mirror, id_bytes(member, 16))
