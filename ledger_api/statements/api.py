"""Statements: for the treasurers of the funds whose money a bank account holds, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from ledger_api.context import AppContext
from ledger_api.paging import Cursor, Limit
from ledger_api.sessions.current import SignedIn
from ledger_api.statements import access, queries, service
from ledger_api.statements.keys import bank_account
from ledger_api.statements.schemas import (
    StatementAnswer,
    StatementId,
    StatementLinePage,
    StatementList,
)
from ledger_api.uploads import Upload, UploadRoute

router = APIRouter(prefix="/v1/statements", tags=["statements"], route_class=UploadRoute)

UPLOAD = Upload(address=router.prefix, file_bytes=10 * 1024 * 1024)


@router.post("", status_code=201)
async def import_statement(
    context: AppContext,
    response: Response,
    session: access.Treasurer,
    file: Annotated[UploadFile, File(description="The bank's file, at most 10 MB.")],
    bank: Annotated[int, Form(ge=1, lt=2**32, description="Bank account of the host, as on chain.")],
    file_format: Annotated[
        str, Form(alias="format", max_length=40, description="camt.053, generic, icbc, ccb or abc.")
    ] = "camt.053",
) -> StatementAnswer:
    """Imports a statement of one bank account. Nothing is stored unless all of it can be read and adds up."""
    await access.check_treasurer(context, session, bank)
    content = await UPLOAD.read(file)
    upload = service.Upload(bank=bank, format=file_format, content=content, member=session.member)
    account = await asyncio.to_thread(bank_account, context.register, bank)
    parsed = await asyncio.to_thread(service.read_statement, upload, account)
    now = context.clock()
    statement, created = await service.store_statement(context.app_engine, account, upload, parsed, now)
    response.status_code = 201 if created else 200
    response.headers["location"] = f"/v1/statements/{statement}"
    return StatementAnswer.model_validate(await queries.find_statement(context.app_engine, statement))


@router.get("")
async def list_statements(
    context: AppContext, session: SignedIn, cursor: Cursor = None, limit: Limit = 100
) -> StatementList:
    """Statements of the bank accounts whose treasurer is signed in, the latest import first."""
    return await access.statements_of(context, session, cursor, limit)


@router.get("/{statement}")
async def read_statement(statement: StatementId, context: AppContext, session: SignedIn) -> StatementAnswer:
    """A statement."""
    return await access.statement_for(context, session, statement)


@router.get("/{statement}/lines")
async def list_lines(
    statement: StatementId,
    context: AppContext,
    session: SignedIn,
    after: Annotated[int, Query(ge=0, lt=2**53, description="Only lines above this number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.")] = 200,
) -> StatementLinePage:
    """Lines of a statement, each with what it was used for."""
    return await access.lines_for(context, session, statement, after=after, limit=limit)
