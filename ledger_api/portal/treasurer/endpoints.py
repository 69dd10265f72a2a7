"""The treasurer's pages: import a bank statement, see what became of each line, attest one as a donation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from ledger_api.commands.called import pending
from ledger_api.context import AppContext, Context
from ledger_api.errors import NotFoundError
from ledger_api.holdings import banks_of
from ledger_api.mirror import Mirror
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.portal.signing.person import person_of
from ledger_api.portal.treasurer.donations import PRIVATE, choices_of, is_gift
from ledger_api.sessions.current import MaybeSignedIn, Session
from ledger_api.statements import camt, csv_file
from ledger_api.statements import endpoints as statements
from ledger_api.statements.schemas import StatementLineAnswer

router = APIRouter(route_class=PageRoute)

ROWS = 100


@router.get("/statements")
async def import_page(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn
) -> HTMLResponse:
    """Where a treasurer imports statements, and those imported before."""
    if session is None:
        return await page(request, "sign_in.html")
    banks = await banks_of(mirror, session.member, context.clock())
    told = await statements.list_statements(context, session)
    formats = {camt.NAME: [camt.NAME, camt.NAME]} | {m.name: m.bank for m in csv_file.mappings().values()}
    return await page(
        request, "statements.html", mirror.head, banks=sorted(banks), formats=formats, statements=told.items
    )


@router.get("/statements/{statement}")
async def statement_page(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    statement: statements.StatementId,
    after: Annotated[int, Query(ge=0, lt=2**53)] = 0,
) -> HTMLResponse:
    """The lines of a statement."""
    if session is None:
        return await page(request, "sign_in.html")
    told = await statements.read_statement(statement, context, session)
    lines = await statements.list_lines(statement, context, session, after, ROWS)
    waiting = await pending(context.app_engine, mirror)
    values: dict[str, Any] = {
        "told": told,
        "lines": lines.items,
        "next_after": lines.next_after,
        "pending": {line.line for line in lines.items if any(c.names(line.bank_line) for c in waiting)},
    }
    return await page(request, "statement.html", mirror.head, **values)


@router.get("/statements/{statement}/lines/{line}/sign")
async def attest_donation(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    session: MaybeSignedIn,
    statement: statements.StatementId,
    line: Annotated[int, Path(ge=1, lt=2**53)],
    purpose: Annotated[int, Query(ge=0, lt=2**32)] = 0,
    donor: Annotated[str, Query(max_length=40)] = PRIVATE,
) -> HTMLResponse:
    """The sheet that attests a donation; it asks for purpose and donor first."""
    if session is None:
        return await page(request, "sign_in.html")
    told = await statements.read_statement(statement, context, session)
    found = await _line(context, session, statement, line)
    person = await person_of(mirror, session.member, context.clock())
    choices = await choices_of(mirror, context.names.current(), person, told.bank, found)
    waiting = [
        called for called in await pending(context.app_engine, mirror) if called.names(found.bank_line)
    ]
    values: dict[str, Any] = {
        "statement": told, "line": found, "pending": waiting, "is_gift": is_gift(found), "choices": choices,
        "purpose": purpose, "donor": dict(choices.donors).get(donor), "after": (line - 1) // ROWS * ROWS,
    }  # fmt: skip
    sheet = None if waiting else choices.sheet(found, purpose, donor)
    return await page(request, "sign_donation.html", mirror.head, sheet=sheet, **values)


async def _line(context: Context, session: Session, statement: str, line: int) -> StatementLineAnswer:
    """One line of a statement.

    Raises:
        NotFoundError: The statement has no such line.
    """
    found = (await statements.list_lines(statement, context, session, line - 1, 1)).items
    if not found:
        raise NotFoundError("bank line", line)
    return found[0]
