"""Pages of enterprises, and the statement of a worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from contracts.accounts import fund_of
from ledger_api.context import AppContext
from ledger_api.documents.readers import reasons_for
from ledger_api.enterprises.acts import DECLARED
from ledger_api.enterprises.service import (
    all_enterprises,
    enterprise_detail,
    open_lots,
    require_wages,
    settled_lots_of,
)
from ledger_api.enterprises.service import worker as statement_of
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.sessions.access import DataClass, Viewing
from ledger_api.sessions.current import MaybeSignedIn

router = APIRouter(route_class=PageRoute)

# A page shows what a person looks back on; its JSON twin has more.
DAYS = 31
MONTHS = 6
LOTS = 10


@head_page(router, "/enterprises")
async def enterprises(request: Request, mirror: Mirror) -> HTMLResponse:
    """The micro-factories."""
    return await page(request, "enterprises.html", mirror.head, enterprises=await all_enterprises(mirror))


@head_page(router, "/enterprises/{enterprise}")
async def enterprise(
    request: Request,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    enterprise: Annotated[int, Path(ge=1, lt=2**32)],
) -> HTMLResponse:
    """A micro-factory: what it earned, its orders, what is to be settled, and what its reader may do."""
    detail = await enterprise_detail(mirror, enterprise)
    fund = fund_of(detail.enterprise.levy_purpose)
    lots = [
        (lot, viewer.may_read(DataClass.LOT, lot.worker, fund=fund, enterprise=enterprise))
        for lot in await open_lots(mirror, enterprise)
    ]
    values: dict[str, Any] = {
        "detail": detail, "lots": lots,
        "acts": await offered_to(mirror, session, DECLARED.on_page, detail.enterprise),
        "settles": await offered_to(mirror, session, ("SettleLot",), detail.enterprise),
    }  # fmt: skip
    return await page(request, "enterprise.html", mirror.head, **values)


@router.get("/workers/{member}")
async def worker(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    member: str,
) -> HTMLResponse:
    """A worker's statement by day and month, for the worker and for who pays."""
    worker_id = id_bytes(member, 16)
    await require_wages(mirror, viewer, worker_id)
    statement = await statement_of(mirror, worker_id, days=DAYS, months=MONTHS, payouts=MONTHS)
    lots = await settled_lots_of(mirror, worker_id, LOTS)
    values: dict[str, Any] = {
        "statement": statement, "is_own": session is not None and session.member == worker_id, "lots": lots,
        "reasons": await reasons_for(context, viewer, [lot.document for lot in lots]),
    }  # fmt: skip
    return await page(request, "worker.html", mirror.head, **values)
