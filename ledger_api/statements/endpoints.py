"""Statements: for the treasurers of the funds whose money a bank account holds, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from ledger_api.context import AppContext, Context
from ledger_api.errors import SessionForbiddenError
from ledger_api.holdings import banks_of
from ledger_api.mirror import read
from ledger_api.sessions.current import Session, SignedIn
from ledger_api.statements import repository, service
from ledger_api.statements.keys import bank_account
from ledger_api.statements.schemas import (
    StatementAnswer,
    StatementLinePage,
    StatementList,
)
from ledger_api.statements.usage import usage_of
from ledger_api.uploads import read_upload

router = APIRouter(prefix="/v1/statements", tags=["statements"])

MAX_STATEMENT_BYTES = 10 * 1024 * 1024
StatementId = Annotated[str, Path(max_length=80, description="Id of the statement.")]


@router.post("", status_code=201)
async def import_statement(
    context: AppContext,
    response: Response,
    session: SignedIn,
    file: Annotated[UploadFile, File(description="The bank's file, at most 10 MB.")],
    bank: Annotated[int, Form(ge=1, lt=2**32, description="Bank account of the host, as on chain.")],
    file_format: Annotated[
        str, Form(alias="format", max_length=40, description="camt.053, generic, icbc, ccb or abc.")
    ] = "camt.053",
) -> StatementAnswer:
    """Imports a statement of one bank account. Nothing is stored unless all of it can be read and adds up."""
    await _check_treasurer(context, session, bank)
    content = await read_upload(file, MAX_STATEMENT_BYTES)
    upload = service.Upload(bank=bank, format=file_format, content=content, member=session.member)
    account = await asyncio.to_thread(bank_account, context.register, bank)
    parsed = await asyncio.to_thread(service.read_statement, upload, account)
    now = context.clock()
    statement, created = await service.store_statement(context.app_engine, account, upload, parsed, now)
    response.status_code = 201 if created else 200
    response.headers["location"] = f"/v1/statements/{statement}"
    return StatementAnswer.model_validate(await repository.find_statement(context.app_engine, statement))


@router.get("")
async def list_statements(context: AppContext, session: SignedIn) -> StatementList:
    """Statements of the bank accounts whose treasurer is signed in."""
    banks = await _banks(context, session)
    found = await repository.latest_statements(context.app_engine, banks)
    return StatementList(items=[StatementAnswer.model_validate(one) for one in found])


@router.get("/{statement}")
async def read_statement(statement: StatementId, context: AppContext, session: SignedIn) -> StatementAnswer:
    """A statement."""
    found = await repository.find_statement(context.app_engine, statement)
    await _check_treasurer(context, session, found.bank)
    return StatementAnswer.model_validate(found)


@router.get("/{statement}/lines")
async def list_lines(
    statement: StatementId,
    context: AppContext,
    session: SignedIn,
    after: Annotated[int, Query(ge=0, lt=2**53, description="Only lines above this number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.")] = 200,
) -> StatementLinePage:
    """Lines of a statement, each with what it was used for."""
    found = await repository.find_statement(context.app_engine, statement)
    await _check_treasurer(context, session, found.bank)
    lines = await repository.lines_after(context.app_engine, statement, after=after, limit=limit + 1)
    shown = lines[:limit]
    async with read(context.mirror) as reading:
        used = await usage_of(reading, [line.key for line in shown])
    items = [service.line_answer(line, used.get(line.key)) for line in shown]
    return StatementLinePage(items=items, next_after=shown[-1].line if len(lines) > limit else None)


async def _banks(context: Context, session: Session) -> set[int]:
    async with read(context.mirror) as reading:
        return await banks_of(reading, session.member, context.clock())


async def _check_treasurer(context: Context, session: Session, bank: int) -> None:
    if bank not in await _banks(context, session):
        raise SessionForbiddenError(
            f"expected a treasurer of a fund of bank account {bank}, got another member"
        )
