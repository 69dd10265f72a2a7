"""Address for redemptions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.enums import RedemptionState
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import enum_member
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.redemptions import service
from ledger_api.redemptions.schemas import Redemption
from ledger_api.sessions.access import Viewing

router = APIRouter(tags=["redemptions"], route_class=HeadRoute)


@table(router, "/v1/redemptions")
async def list_redemptions(
    mirror: Mirror,
    viewer: Viewing,
    cursor: Cursor = None,
    limit: Limit = 50,
    fund: Annotated[
        int | None, Query(ge=1, le=0xFFFF, description="Fund whose coordinators decide on it.")
    ] = None,
    state: Annotated[str | None, Query(description="State on the chain, such as DISPUTED.")] = None,
) -> Page[Redemption]:
    """Redemptions, newest first."""
    redemption_state = None if state is None else enum_member(RedemptionState, state)
    found, following = await service.all_page(mirror, cursor, limit, fund=fund, state=redemption_state)
    items = [service.as_seen_by(viewer, one) for one in found]
    return Page(items=items, next_cursor=following, **mirror.head.stands())
