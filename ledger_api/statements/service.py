"""Imports statements and shows their lines. Importing the same file again gives the statement that is there."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from kit.database import writing_async
from ledger_api.errors import BankAccountForeignError
from ledger_api.statements import camt, csv_file
from ledger_api.statements.keys import account_number, normalised
from ledger_api.statements.queries import latest_lines, lines_of_amount
from ledger_api.statements.schemas import StatementLineAnswer
from ledger_api.statements.usage import UNUSED, usage_of
from ledger_api.tables import statement_lines, statements

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.mirror import Reading
    from ledger_api.statements.keys import BankAccount
    from ledger_api.statements.parsed import ParsedStatement
    from ledger_api.statements.queries import StatementLine
    from ledger_api.statements.usage import Usage

MOST_UNUSED = 50
# So many lines are looked at; older ones are found in their statement.
MOST_READ = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A statement as it came in.

    Attributes:
        bank: Bank account of the host, as on chain.
        format: camt.053, or name of a CSV mapping.
        content: The file.
        member: Who imports it, 16 bytes.
    """

    bank: int
    format: str
    content: bytes
    member: bytes


def read_statement(upload: Upload, account: BankAccount) -> ParsedStatement:
    """Reads and checks an upload.

    Raises:
        StatementError: It is malformed, does not add up, or is of another account.
    """
    parsed = (
        camt.parse(upload.content)
        if upload.format == camt.NAME
        else csv_file.parse(upload.content, upload.format)
    )
    if parsed.account_number and account_number(parsed.account_number) != account.number:
        raise BankAccountForeignError(
            f"expected account …{account.number[-4:]}, got …{account_number(parsed.account_number)[-4:]}"
        )
    return parsed


async def store_statement(
    engine: AsyncEngine, account: BankAccount, upload: Upload, parsed: ParsedStatement, now: int
) -> tuple[str, bool]:
    """Stores a statement with its lines.

    Returns:
        Its id, and whether it is new.
    """
    file_hash = hashlib.sha256(upload.content).digest()
    known = select(statements.c.id).where(
        statements.c.bank == upload.bank, statements.c.file_hash == file_hash
    )
    async with writing_async(engine) as connection:
        found = await connection.scalar(known)
        if found is not None:
            return str(found), False
        statement = secrets.token_hex(16)
        row = {
            "id": statement, "bank": upload.bank, "file_hash": file_hash, "format": parsed.format,
            "opening_fen": parsed.opening_fen, "closing_fen": parsed.closing_fen, "lines": len(parsed.lines),
            "imported_at": now, "imported_by": upload.member,
        }  # fmt: skip
        await connection.execute(insert(statements), row)
        await connection.execute(insert(statement_lines), _line_rows(statement, account, parsed))
    return statement, True


async def unused_lines(
    engine: AsyncEngine, reading: Reading, bank: int, amount_fen: int
) -> list[StatementLineAnswer]:
    """Lines of an amount that nothing on chain has used, the latest first; at most `MOST_UNUSED`.

    Args:
        engine: Engine of the schema `app`.
        reading: A snapshot of the mirror.
        bank: Bank account of the host, as on chain.
        amount_fen: In fen; below zero for what went out.
    """
    # A line that stands in two statements has one key.
    by_key = {line.key: line for line in await lines_of_amount(engine, bank, amount_fen)}
    used = await usage_of(reading, list(by_key))
    answers = [line_answer(line, used.get(key)) for key, line in by_key.items()]
    return [line for line in answers if line.use == UNUSED][:MOST_UNUSED]


async def unused_of_bank(
    engine: AsyncEngine, reading: Reading, bank: int, *, incoming: bool
) -> list[StatementLineAnswer]:
    """Lines of a bank account that nothing on chain has used, those imported last first; at most `MOST_UNUSED`.

    Args:
        engine: Engine of the schema `app`.
        reading: A snapshot of the mirror.
        bank: Bank account of the host, as on chain.
        incoming: Whether the money came in; else it went out.
    """
    by_key = {line.key: line for line in await latest_lines(engine, bank, MOST_READ, incoming=incoming)}
    used = await usage_of(reading, list(by_key))
    answers = [line_answer(line, used.get(key)) for key, line in by_key.items()]
    return [line for line in answers if line.use == UNUSED][:MOST_UNUSED]


def line_answer(line: StatementLine, usage: Usage | None) -> StatementLineAnswer:
    """A line with what became of it; None if nothing did."""
    use = usage.use if usage else UNUSED
    return StatementLineAnswer(
        line=line.line, bank_line=line.key, reference=line.reference, amount_fen=line.amount_fen,
        booked_on=line.booked_on, counterparty=line.counterparty, text=line.text, use=use,
        used_in_block=usage.block_number if usage and use != UNUSED else None,
    )  # fmt: skip


def _line_rows(statement: str, account: BankAccount, parsed: ParsedStatement) -> list[dict[str, Any]]:
    return [
        {
            "statement": statement, "line": number, "key": account.line_key(line.reference),
            "reference": normalised(line.reference), "amount_fen": line.amount_fen, "booked_on": line.booked_on,
            "counterparty": line.counterparty, "text": line.text,
        }
        for number, line in enumerate(parsed.lines, 1)
    ]  # fmt: skip
