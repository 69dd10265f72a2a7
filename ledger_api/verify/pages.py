"""Looking up the number of a receipt, of an act or of a page of the ledger, or the 64 digits that a printed page shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from contracts.acts import acts
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.sessions.access import Viewing
from ledger_api.verify.service import KINDS, Found, is_bare_number, look_up
from ledger_api.verify.transaction import thing_of
from wallets.keystrokes import code as code_of

router = APIRouter(route_class=PageRoute)


@head_page(router, "/verify")
async def verify(
    request: Request,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    code: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Where something stands, and how to check it without trusting this page."""
    entered = code_of(code)
    found: list[Found] = await look_up(mirror, entered) if entered else []
    things = {
        one.name: await thing_of(mirror, viewer, locale, id_bytes(one.name, 32))
        for one in found
        if one.kind == "transaction"
    }
    values: dict[str, Any] = {
        "entered": entered, "found": found, "things": things, "is_choice": is_bare_number(entered) and len(found) > 1,
    }  # fmt: skip
    return await page(request, "verify.html", mirror.head, **values, kinds=KINDS, acts=acts())
