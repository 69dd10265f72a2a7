"""Page of the redemptions that a coordinator looks after."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from contracts.enums import Role
from ledger_api.context import AppContext
from ledger_api.documents.readers import reasons_for
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.redemptions.acts import Side, redemption_rows
from ledger_api.redemptions.service import FINISHED, UNDER_WAY, in_care_page, reasons_in
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import SignedIn

router = APIRouter(route_class=PageRoute)

ROWS = 50


@router.get("/me/redemptions-in-care")
async def redemptions_in_care(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    session: SignedIn,
    cursor: Cursor = None,
    done: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """All redemptions on which the coordinator who is signed in may act, page by page: those that are open, or done."""
    funds = [held.scope for held in viewer.holdings if held.role is Role.COORDINATOR]
    states = FINISHED if done else UNDER_WAY
    found, following = await in_care_page(mirror, funds, states, cursor, ROWS)
    return await page(
        request,
        "redemption_list.html",
        mirror.head,
        rows=redemption_rows(found, Side.COORDINATOR, session.member, mirror.head.time),
        reasons=await reasons_for(context, viewer, reasons_in(found)),
        done=done,
        cursor=cursor,
        next_cursor=following,
    )
