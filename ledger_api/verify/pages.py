"""Looking up a receipt code, a number, or the 64 digits that a printed page shows."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from ledger_api.mirror import Mirror
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.verify.service import KINDS, Found, look_up

router = APIRouter(route_class=PageRoute)


@head_page(router, "/verify")
async def verify(
    request: Request, mirror: Mirror, code: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Where something stands, and how to check it without trusting this page."""
    entered = re.sub(r"\s", "", code).lower()
    found: list[Found] = await look_up(mirror, entered) if entered else []
    return await page(request, "verify.html", mirror.head, entered=entered, found=found, kinds=KINDS)
