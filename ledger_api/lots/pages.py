"""The page on which a foreman settles several lots of an order by one signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from contracts.acts import acts
from ledger_api.commands.called import pending
from ledger_api.context import AppContext
from ledger_api.forms import id_bytes
from ledger_api.lots.sheets import ACT, NAMES, counted_lots, order_named, settling_sheet
from ledger_api.members.person import person_of
from ledger_api.mirror import Mirror
from ledger_api.portal.acting.offers import belongs
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.sessions.current import MaybeSignedIn

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettlingRoute(PageRoute):
    """A route whose parameters are numbered as the rows of its form."""

    def query_names(self, path: Mapping[str, str]) -> frozenset[str]:
        """Names of its parameters; see `NamesQuery`."""
        return super().query_names(path) | NAMES


router = APIRouter(route_class=SettlingRoute)


@router.get("/orders/{order}/settle")
async def settle_lots(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, order: str
) -> HTMLResponse:
    """The lots of an order that wait to be looked at; then the sheet for those that were ticked."""
    if session is None:
        return await page(request, "sign_in.html")
    found = await order_named(mirror, id_bytes(order, 16))
    person = await person_of(mirror, session.member, context.clock())
    is_foremans = belongs(acts()[ACT], person, found)
    waiting = [
        called
        for called in await pending(context.app_engine, mirror)
        if called.act is acts()[ACT] and called.names(found.order.ljust(32, b"\0"))
    ]
    counted = await counted_lots(mirror, found, session.member, request.query_params) if is_foremans else []
    values: dict[str, Any] = {
        "order": found, "is_foremans": is_foremans, "pending": waiting, "counted": counted,
        "chosen": [one for one in counted if one.is_chosen],
    }  # fmt: skip
    sheet = None if waiting else settling_sheet(found, counted)
    return await page(request, "settle_lots.html", mirror.head, sheet=sheet, **values)
