"""Addresses for changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from indexer.projections.change import ChangePhase
from ledger_api.changes import service
from ledger_api.changes.schemas import Change, ChangeDetail
from ledger_api.context import AppContext
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.sessions.access import Viewing

router = APIRouter(tags=["changes"], route_class=HeadRoute)


@table(router, "/v1/changes")
async def list_changes(
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    cursor: Cursor = None,
    limit: Limit = 50,
    phase: Annotated[ChangePhase | None, Query(description="Phase at the mirror's last block.")] = None,
) -> Page[Change]:
    """Changes that wait in public, and what became of earlier ones, newest first."""
    items, following = await service.changes_page(
        mirror, context.config.deployment, viewer, cursor, limit, phase
    )
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/changes/{change}")
async def get_change(context: AppContext, mirror: Mirror, viewer: Viewing, change: str) -> ChangeDetail:
    """A change by the id of its operation."""
    return await service.change_detail(mirror, context.config.deployment, viewer, id_bytes(change, 32))
