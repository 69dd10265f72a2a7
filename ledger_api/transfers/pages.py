"""The ledger, and a line of it as a receipt."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from contracts.enums import Reason
from ledger_api.context import AppContext
from ledger_api.documents.readers import reasons_for
from ledger_api.forms import enum_member, id_bytes
from ledger_api.funds.service import funds_by_number
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeSignedIn
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.reversals import REVERSALS, UNDOS, subject_of
from ledger_api.transfers.service import lines_of, page_of, reversal_of, transfer

router = APIRouter(route_class=PageRoute)

ROWS = 50


@head_page(router, "/ledger")
async def ledger(
    request: Request,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    cursor: Cursor = None,
    fund: Annotated[str, Query(max_length=5, pattern="^[0-9]*$")] = "",
    reason: Annotated[str, Query(max_length=40)] = "",
    account: Annotated[str, Query(max_length=66)] = "",
) -> HTMLResponse:
    """The ledger, newest first."""
    filters = TransferFilter(
        fund=int(fund) if fund else None,
        reason=enum_member(Reason, reason) if reason else None,
        account=id_bytes(account, 32) if account else None,
    )
    found = await page_of(mirror, viewer, filters, cursor, ROWS)
    chosen = {
        name: value for name, value in (("fund", fund), ("reason", reason), ("account", account)) if value
    }
    values: dict[str, Any] = {
        "next_cursor": found.next_cursor,
        "rows": await lines_of(mirror, locale, found.items, filters),
        "funds": await funds_by_number(mirror),
        "reasons": list(Reason)[1:],
        "chosen": chosen,
    }
    return await page(request, "ledger.html", mirror.head, **values)


# The reasons of a reversal stand in no block, and may be forgotten.
@router.get("/ledger/{sequence}")
async def receipt(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    viewer: Viewing,
    locale: PageLocale,
    sequence: Annotated[int, Path(ge=1, lt=2**63)],
) -> HTMLResponse:
    """One transfer as a receipt."""
    record = await transfer(mirror, viewer, sequence)
    (line,) = await lines_of(mirror, locale, [record], TransferFilter())
    values: dict[str, Any] = {
        "transfer": record,
        "line": line,
        "donor": None,
        "reversal": None,
        "acts": [],
        "subject": None,
    }
    if record.reason in UNDOS:
        reversal = await reversal_of(mirror, viewer, record)
        subject = await subject_of(mirror, sequence) if reversal is None else None
        acts = await offered_to(mirror, session, (UNDOS[record.reason].act,), subject) if subject else []
        values |= {"subject": subject, "reversal": reversal, "acts": acts}
    if record.reason is Reason.DONATION:
        values["donor"] = record.document
    taken_back = record if record.reason in REVERSALS else values["reversal"]
    values["written"] = taken_back.document if taken_back else None
    values["reasons"] = await reasons_for(context, viewer, [values["written"]])
    return await page(request, "receipt.html", mirror.head, **values)
