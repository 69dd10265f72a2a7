"""The page on which a person makes a passkey, and has a key say for which member it is held."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.forms import hexed, id_bytes
from ledger_api.portal.acting.possession import PAGE
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from wallets.intents import Domain
from wallets.possession import possession_data

router = APIRouter(route_class=PageRoute)

# Stands in what is signed until the page knows for which member it is, and for the key of an office.
NOBODY = bytes(16)


@router.get(PAGE)
async def keys(request: Request, context: AppContext, member: Annotated[str, Query()] = "") -> HTMLResponse:
    """Everybody's, since whoever makes a first key is no member yet.

    Args:
        request: The request.
        context: What the endpoints share.
        member: Id of the member for whom a key is held, as the registrar's sheet has it; empty if it is typed in.
    """
    deployment = context.config.deployment
    members = Domain(contract="Members", chain_id=deployment.chain_id, address=deployment.address("Members"))
    return await page(
        request,
        "key_new.html",
        member=hexed(id_bytes(member, 16)) if member else "",
        domain=deployment.passkey_domain,
        verifier=deployment.address("PasskeyVerifier"),
        possession=possession_data(NOBODY, members),
    )
