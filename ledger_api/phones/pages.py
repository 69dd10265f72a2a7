"""Pages on which a member's phone is registered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger_api.changes.service import is_founded
from ledger_api.context import AppContext
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.phones.service import ENROL, Phone, answer_to, known
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice, MaybeSignedIn

router = APIRouter(route_class=PageRoute)


@router.get("/me/phone")
async def my_phone(request: Request, context: AppContext, session: MaybeSignedIn) -> Response:
    """Where whoever is signed in makes a key of this browser."""
    if session is None:
        return await page(request, "sign_in.html")
    deployment = context.config.deployment
    values: dict[str, Any] = {
        "chain_id": deployment.chain_id,
        "registry": deployment.address("DeviceRegistry"),
    }
    return await page(request, "phone_new.html", **values)


@router.get("/phones")
async def phone(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    signed_in: MaybeMemberOrOffice,
    viewer: Viewing,
    key: Annotated[str, Query()],
    owner: Annotated[str, Query()],
    proof: Annotated[str | None, Query()] = None,
) -> Response:
    """What its owner, or the device registrar, needs to enrol a phone, and what the chain knows of it."""
    possession = id_bytes(proof, 64) if proof else b""
    new_phone = Phone(point=id_bytes(key, 64), owner=id_bytes(owner, 16), possession=possession)
    now = context.clock()
    enrolment = await known(mirror, new_phone.device, now)
    enrols = await offered_to(mirror, signed_in, (ENROL,), None)
    waits = await is_founded(mirror)
    values: dict[str, Any] = {
        "phone": new_phone,
        "known": enrolment,
        "answer": answer_to(viewer, enrolment, new_phone.owner),
        "command": new_phone.command(now, waits=waits),
        "sheet": new_phone.sheet(now, waits=waits) if enrols else "",
        "own_sheet": new_phone.own_sheet(now) if viewer.member == new_phone.owner else "",
    }
    return await page(request, "phone.html", mirror.head, **values)
