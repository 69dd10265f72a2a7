"""Statements: for the treasurers of the funds whose money a bank account holds, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile

from ledger_api.errors import SessionForbiddenError
from ledger_api.holdings import banks_of
from ledger_api.mirror import read
from ledger_api.sessions.current import Session, SignedIn
from ledger_api.statements import service
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
    request: Request,
    response: Response,
    session: SignedIn,
    file: Annotated[UploadFile, File(description="The bank's file, at most 10 MB.")],
    bank: Annotated[int, Form(ge=1, lt=2**32, description="Bank account of the host, as on chain.")],
    file_format: Annotated[
        str, Form(alias="format", max_length=40, description="camt.053, generic, icbc, ccb or abc.")
    ] = "camt.053",
) -> StatementAnswer:
    """Imports a statement of one bank account. Nothing is stored unless all of it can be read and adds up."""
    state = request.app.state
    await _check_treasurer(request, session, bank)
    content = await read_upload(file, MAX_STATEMENT_BYTES)
    upload = service.Upload(bank=bank, format=file_format, content=content, member=session.member)
    account = bank_account(state.config.data_dir, bank)
    parsed = await asyncio.to_thread(service.read_statement, upload, account)
    data_dir, now = state.config.data_dir, state.clock()
    statement, created = await service.store_statement(state.app_engine, data_dir, upload, parsed, now)
    response.status_code = 201 if created else 200
    response.headers["location"] = f"/v1/statements/{statement}"
    return _answer(await service.find_statement(state.app_engine, statement))


@router.get("")
async def list_statements(request: Request, session: SignedIn) -> StatementList:
    """Statements of the bank accounts whose treasurer is signed in."""
    banks = await _banks(request, session)
    rows = await service.list_statements(request.app.state.app_engine, banks)
    return StatementList(items=[_answer(row) for row in rows])


@router.get("/{statement}")
async def read_statement(statement: StatementId, request: Request, session: SignedIn) -> StatementAnswer:
    """A statement."""
    row = await service.find_statement(request.app.state.app_engine, statement)
    await _check_treasurer(request, session, row.bank)
    return _answer(row)


@router.get("/{statement}/lines")
async def list_lines(
    statement: StatementId,
    request: Request,
    session: SignedIn,
    after: Annotated[int, Query(ge=0, lt=2**53, description="Only lines above this number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.")] = 200,
) -> StatementLinePage:
    """Lines of a statement, each with what it was used for."""
    state = request.app.state
    row = await service.find_statement(state.app_engine, statement)
    await _check_treasurer(request, session, row.bank)
    lines = await service.list_lines(state.app_engine, statement, after=after, limit=limit + 1)
    shown = lines[:limit]
    async with read(state.mirror_engine) as reading:
        used = await usage_of(reading, [line.key for line in shown])
    items = [service.line_answer(line, used.get(line.key)) for line in shown]
    return StatementLinePage(items=items, next_after=shown[-1].line if len(lines) > limit else None)


async def _banks(request: Request, session: Session) -> set[int]:
    async with read(request.app.state.mirror_engine) as reading:
        return await banks_of(reading, session.member, request.app.state.clock())


async def _check_treasurer(request: Request, session: Session, bank: int) -> None:
    if bank not in await _banks(request, session):
        raise SessionForbiddenError(
            f"expected a treasurer of a fund of bank account {bank}, got another member"
        )


def _answer(row: Any) -> StatementAnswer:
    return StatementAnswer(
        id=row.id, bank=row.bank, format=row.format, opening_fen=row.opening_fen, closing_fen=row.closing_fen,
        lines=row.lines, imported_at=row.imported_at,
    )  # fmt: skip
