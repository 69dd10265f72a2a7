"""Statements as they are shown to the treasurers of the funds whose money a bank account holds, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from ledger_api.context import context_of
from ledger_api.errors import NotFoundError, SessionForbiddenError
from ledger_api.holdings import banks_of
from ledger_api.mirror import read
from ledger_api.paging import cut
from ledger_api.sessions.current import Session, session_of
from ledger_api.statements import queries
from ledger_api.statements.schemas import StatementAnswer, StatementLinePage, StatementList
from ledger_api.statements.service import line_answer
from ledger_api.statements.usage import usage_of

if TYPE_CHECKING:
    from ledger_api.context import Context
    from ledger_api.statements.schemas import StatementLineAnswer


async def statements_of(context: Context, session: Session, cursor: str | None, limit: int) -> StatementList:
    """A page of the statements of the bank accounts whose treasurer is signed in, the latest import first.

    Args:
        context: The application's.
        session: Who is signed in.
        cursor: Where to begin; None with the latest.
        limit: How many.
    """
    banks = await _banks(context, session)
    found = await queries.statements_before(context.app_engine, banks, cursor, limit + 1)
    shown, following = cut(found, limit, queries.statement_cursor)
    items = [StatementAnswer.model_validate(one) for one in shown]
    return StatementList(items=items, next_cursor=following)


async def statement_for(context: Context, session: Session, statement: str) -> StatementAnswer:
    """A statement.

    Raises:
        NotFoundError: None has this id.
        SessionForbiddenError: Who is signed in is no treasurer of its bank account.
    """
    found = await queries.find_statement(context.app_engine, statement)
    await check_treasurer(context, session, found.bank)
    return StatementAnswer.model_validate(found)


async def lines_for(
    context: Context, session: Session, statement: str, *, after: int, limit: int
) -> StatementLinePage:
    """Lines of a statement above a number, each with what it was used for.

    Raises:
        NotFoundError: No statement has this id.
        SessionForbiddenError: Who is signed in is no treasurer of its bank account.
    """
    await statement_for(context, session, statement)
    lines = await queries.lines_after(context.app_engine, statement, after=after, limit=limit + 1)
    shown = lines[:limit]
    async with read(context.mirror) as reading:
        used = await usage_of(reading, [line.key for line in shown])
    items = [line_answer(line, used.get(line.key)) for line in shown]
    return StatementLinePage(items=items, next_after=shown[-1].line if len(lines) > limit else None)


async def line_for(context: Context, session: Session, statement: str, line: int) -> StatementLineAnswer:
    """One line of a statement.

    Raises:
        NotFoundError: The statement has no such line.
        SessionForbiddenError: Who is signed in is no treasurer of its bank account.
    """
    found = (await lines_for(context, session, statement, after=line - 1, limit=1)).items
    if not found:
        raise NotFoundError("bank line", line)
    return found[0]


async def treasurer_of(request: Request) -> Session:
    """The session of a treasurer of any bank account; which one, only the body says.

    Raises:
        SessionMissingError: No member is signed in.
        SessionForbiddenError: It is no treasurer, or a write without the session's CSRF token.
    """
    session = await session_of(request)
    if not await _banks(await context_of(request), session):
        raise SessionForbiddenError("expected a treasurer of a fund with a bank account, got another member")
    return session


# What an endpoint asks for that takes a file of a treasurer.
Treasurer = Annotated[Session, Depends(treasurer_of)]


async def check_treasurer(context: Context, session: Session, bank: int) -> None:
    """Refuses whoever is no treasurer of a fund of a bank account.

    Raises:
        SessionForbiddenError: That is so.
    """
    if bank not in await _banks(context, session):
        raise SessionForbiddenError(
            f"expected a treasurer of a fund of bank account {bank}, got another member"
        )


async def _banks(context: Context, session: Session) -> set[int]:
    async with read(context.mirror) as reading:
        return await banks_of(reading, session.member, context.clock())
