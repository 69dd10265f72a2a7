"""What an auditor gets of a bank account: the salt and every imported line, to compute each key and reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger_api.statements.keys import bank_account
from ledger_api.tables import statement_lines, statements

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

FORMAT = "gongji.bank-exhibit.v1"


async def export_exhibit(engine: AsyncEngine, data_dir: Path, bank: int) -> dict[str, Any]:
    """The exhibit of a bank account, as JSON. It opens every key of the account's lines: give it to auditors only.

    Args:
        engine: Engine of the schema `app`.
        data_dir: Folder of the town.
        bank: Id of the account on chain.

    Raises:
        NotFoundError: The account has no secret.
    """
    account = bank_account(data_dir, bank)
    of_bank = (
        select(statements)
        .where(statements.c.bank == bank)
        .order_by(statements.c.imported_at, statements.c.id)
    )
    async with engine.connect() as connection:
        told = (await connection.execute(of_bank)).all()
        lines = [(s, (await connection.execute(_lines(s.id))).all()) for s in told]
    return {
        "format": FORMAT,
        "bank": bank,
        "account_number": account.number,
        "salt": "0x" + account.salt.hex(),
        "statements": [_statement(s, rows) for s, rows in lines],
    }


def _lines(statement: str) -> Any:
    return (
        select(statement_lines)
        .where(statement_lines.c.statement == statement)
        .order_by(statement_lines.c.line)
    )


def _statement(told: Any, rows: Any) -> dict[str, Any]:
    return {
        "id": told.id,
        "file_sha256": "0x" + told.file_hash.hex(),
        "opening_fen": told.opening_fen,
        "closing_fen": told.closing_fen,
        "lines": [
            {
                "line": row.line, "key": "0x" + row.key.hex(), "reference": row.reference,
                "amount_fen": row.amount_fen, "booked_on": row.booked_on,
            }
            for row in rows
        ],
    }  # fmt: skip
