"""The treasurer's pages: import a bank statement, see what became of each line, attest one as a donation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from contracts.accounts import fund_of
from ledger_api.commands.called import pending
from ledger_api.context import AppContext
from ledger_api.holdings import banks_of
from ledger_api.members.person import person_of
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute
from ledger_api.sessions.current import MaybeSignedIn
from ledger_api.statements import access, camt, csv_file
from ledger_api.statements.donations import PRIVATE, choices_of, no_gift
from ledger_api.statements.schemas import StatementId
from ledger_api.statements.sheets import donation_sheet
from ledger_api.statements.shown import shown_line
from ledger_api.statements.usage import UNUSED

router = APIRouter(route_class=PageRoute)

ROWS = 100
STATEMENTS = 50


@router.get("/statements")
async def import_page(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, cursor: Cursor = None
) -> HTMLResponse:
    """Where a treasurer imports statements, and those imported before."""
    if session is None:
        return await page(request, "sign_in.html")
    banks = await banks_of(mirror, session.member, context.clock())
    found = await access.statements_of(context, session, cursor, STATEMENTS)
    formats = {camt.NAME: camt.NAME} | {m.name: m.bank for m in csv_file.mappings().values()}
    values: dict[str, Any] = {
        "banks": sorted(banks), "formats": formats, "statements": found.items, "cursor": cursor,
        "next_cursor": found.next_cursor,
    }  # fmt: skip
    return await page(request, "statements.html", mirror.head, **values)


@router.get("/statements/{statement}")
async def statement_page(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    statement: StatementId,
    after: Annotated[int, Query(ge=0, lt=2**53)] = 0,
) -> HTMLResponse:
    """The lines of a statement."""
    if session is None:
        return await page(request, "sign_in.html")
    detail = await access.statement_for(context, session, statement)
    lines = await access.lines_for(context, session, statement, after=after, limit=ROWS)
    waiting = await pending(context.app_engine, mirror)
    values: dict[str, Any] = {
        "statement": detail,
        "lines": [shown_line(line, waiting) for line in lines.items],
        "unused": sum(line.use == UNUSED for line in lines.items),
        "next_after": lines.next_after,
    }
    return await page(request, "statement.html", mirror.head, **values)


@router.get("/statements/{statement}/lines/{line}/sign")
async def attest_donation(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    locale: PageLocale,
    statement: StatementId,
    line: Annotated[int, Path(ge=1, lt=2**53)],
    purpose: Annotated[int, Query(ge=0, lt=2**32)] = 0,
    donor: Annotated[str, Query(max_length=40)] = PRIVATE,
) -> HTMLResponse:
    """The sheet that attests a donation; it asks for purpose and donor first."""
    if session is None:
        return await page(request, "sign_in.html")
    detail = await access.statement_for(context, session, statement)
    found = await access.line_for(context, session, statement, line)
    person = await person_of(mirror, session.member, context.clock())
    choices = await choices_of(mirror, locale, person, detail.bank, found)
    waiting = [
        called for called in await pending(context.app_engine, mirror) if called.names(found.bank_line)
    ]
    values: dict[str, Any] = {
        "statement": detail, "line": found, "pending": waiting, "no_gift": no_gift(found), "choices": choices,
        "purpose": purpose, "fund": fund_of(purpose), "donor": dict(choices.donors).get(donor), "after": (line - 1) // ROWS * ROWS,
    }  # fmt: skip
    sheet = None if waiting else donation_sheet(choices, found, purpose, donor)
    return await page(request, "sign_donation.html", mirror.head, sheet=sheet, **values)
