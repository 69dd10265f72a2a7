"""Queries for imported statements and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from sqlalchemy import tuple_

from ledger_api.errors import NotFoundError
from ledger_api.paging import decode_cursor, encode_cursor
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import statement_lines, statements

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """An imported statement.

    Attributes:
        id: 32 hex digits.
        bank: Bank account of the host, as on chain.
        file_hash: SHA-256 of the file, 32 bytes.
        format: camt.053, or name of the CSV mapping.
        opening_fen: Balance before the first line.
        closing_fen: Balance after the last line.
        lines: How many.
        imported_at: Seconds since 1970.
    """

    id: str
    bank: int
    file_hash: bytes
    format: str
    opening_fen: int
    closing_fen: int
    lines: int
    imported_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementLine:
    """A line of an imported statement.

    Attributes:
        line: Its number, from 1.
        key: Bank-line key, 32 bytes.
        reference: The bank's own, normalised.
        amount_fen: Below zero for an outgoing line.
        booked_on: YYYY-MM-DD.
        counterparty: Personal: shown to treasurers only.
        text: Personal: shown to treasurers only.
    """

    line: int
    key: bytes
    reference: str
    amount_fen: int
    booked_on: str
    counterparty: str
    text: str


STATEMENTS = select_fields(Statement, statements)
LINES = select_fields(StatementLine, statement_lines)


async def find_statement(engine: AsyncEngine, statement: str) -> Statement:
    """A statement.

    Raises:
        NotFoundError: None has this id.
    """
    async with engine.connect() as connection:
        found = await fetch(connection, Statement, STATEMENTS.where(statements.c.id == statement))
    if not found:
        raise NotFoundError("statement", statement[:80])
    return found[0]


async def statements_before(
    engine: AsyncEngine, banks: Collection[int], cursor: str | None, limit: int
) -> list[Statement]:
    """Statements of some bank accounts, the latest import first.

    Args:
        engine: Engine of the schema `app`.
        banks: Their numbers.
        cursor: A `statement_cursor`; None begins with the latest.
        limit: How many.
    """
    place = statements.c.imported_at, statements.c.id
    query = STATEMENTS.order_by(*(column.desc() for column in place)).limit(limit)
    if cursor is not None:
        query = query.where(tuple_(*place) < tuple_(*decode_cursor(cursor, int, str)))
    async with engine.connect() as connection:
        # A look into the index for each account; together they would be sorted whole.
        found = [
            row
            for bank in banks
            for row in await fetch(connection, Statement, query.where(statements.c.bank == bank))
        ]
    return nlargest(limit, found, key=lambda one: (one.imported_at, one.id))


def statement_cursor(statement: Statement) -> str:
    """The cursor of a statement, by when it was imported."""
    return encode_cursor(statement.imported_at, statement.id)


async def lines_after(engine: AsyncEngine, statement: str, *, after: int, limit: int) -> list[StatementLine]:
    """Lines of a statement above a number, in order."""
    query = LINES.where(statement_lines.c.statement == statement, statement_lines.c.line > after)
    async with engine.connect() as connection:
        return await fetch(connection, StatementLine, query.order_by(statement_lines.c.line).limit(limit))


async def lines_of_amount(engine: AsyncEngine, bank: int, amount_fen: int) -> list[StatementLine]:
    """Lines of an amount in all statements of a bank account, the latest first.

    Args:
        engine: Engine of the schema `app`.
        bank: Bank account of the host, as on chain.
        amount_fen: In fen; below zero for what went out.
    """
    chosen = (statements.c.bank == bank) & (statement_lines.c.amount_fen == amount_fen)
    query = LINES.join(statements).where(chosen).order_by(statement_lines.c.booked_on.desc())
    async with engine.connect() as connection:
        return await fetch(connection, StatementLine, query)


async def latest_lines(engine: AsyncEngine, bank: int, limit: int, *, incoming: bool) -> list[StatementLine]:
    """Lines of all statements of a bank account, those imported last first, and of a statement the latest.

    Args:
        engine: Engine of the schema `app`.
        bank: Bank account of the host, as on chain.
        limit: How many.
        incoming: Whether the money came in; else it went out.
    """
    amount_fen = statement_lines.c.amount_fen
    chosen = (statements.c.bank == bank) & (amount_fen > 0 if incoming else amount_fen < 0)
    latest = (statements.c.imported_at.desc(), statement_lines.c.booked_on.desc(), statement_lines.c.line)
    query = LINES.join(statements).where(chosen).order_by(*latest).limit(limit)
    async with engine.connect() as connection:
        return await fetch(connection, StatementLine, query)


async def lines_with_keys(engine: AsyncEngine, bank: int, keys: list[bytes]) -> list[StatementLine]:
    """Lines of a bank account by their keys. One that stands in two statements comes twice."""
    query = LINES.join(statements).where(statements.c.bank == bank, statement_lines.c.key.in_(keys))
    async with engine.connect() as connection:
        return await fetch(connection, StatementLine, query)


async def whole_statements(
    connection: AsyncConnection, bank: int
) -> list[tuple[Statement, list[StatementLine]]]:
    """All statements of a bank account with their lines, the earliest import first."""
    query = STATEMENTS.where(statements.c.bank == bank).order_by(statements.c.imported_at, statements.c.id)
    return [
        (
            statement,
            await fetch(
                connection,
                StatementLine,
                LINES.where(statement_lines.c.statement == statement.id).order_by(statement_lines.c.line),
            ),
        )
        for statement in await fetch(connection, Statement, query)
    ]
