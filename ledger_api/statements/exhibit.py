"""What an auditor gets of a bank account: the salt and every imported line, to compute each key and reconcile.

Of payments of requests it says whom the bank paid; who gave, and who earned, is not the auditor's to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_api.statements.queries import whole_statements

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.statements.keys import BankAccount
    from ledger_api.statements.queries import Statement, StatementLine

FORMAT = "gongji.bank-exhibit.v1"


async def export_exhibit(
    engine: AsyncEngine, account: BankAccount, payments: Collection[bytes]
) -> dict[str, Any]:
    """The exhibit of a bank account, as JSON. It opens every key of the account's lines: give it to auditors only.

    Args:
        engine: Engine of the schema `app`.
        account: The account.
        payments: Keys of the lines by which requests were paid, 32 bytes each.
    """
    async with engine.connect() as connection:
        found = await whole_statements(connection, account.bank)
    return {
        "format": FORMAT,
        "bank": account.bank,
        "account_number": account.number,
        "salt": "0x" + account.salt.hex(),
        "statements": [_statement(statement, lines, payments) for statement, lines in found],
    }


def _statement(
    statement: Statement, lines: list[StatementLine], payments: Collection[bytes]
) -> dict[str, Any]:
    return {
        "id": statement.id,
        "file_sha256": "0x" + statement.file_hash.hex(),
        "opening_fen": statement.opening_fen,
        "closing_fen": statement.closing_fen,
        "lines": [_line(line, named=line.key in payments) for line in lines],
    }


def _line(line: StatementLine, *, named: bool) -> dict[str, Any]:
    plain = {
        "line": line.line, "key": "0x" + line.key.hex(), "reference": line.reference,
        "amount_fen": line.amount_fen, "booked_on": line.booked_on,
    }  # fmt: skip
    return plain | ({"counterparty": line.counterparty} if named else {})
