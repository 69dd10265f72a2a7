"""Balances as sums of transfers: one row for each account in each block that changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import Transferred
from indexer.history import EVENT_TABLES
from indexer.tables import balances
from kit.sql import Question, ask, plain_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from indexer.batch import Row

_COLUMNS = [column.name for column in EVENT_TABLES[Transferred].columns]
_BLOCK, _PAYER, _PAYEE, _AMOUNT = map(_COLUMNS.index, ("block_number", "payer", "payee", "amount"))


def balance_rows(connection: Connection, transfers: list[Row]) -> list[Row]:
    """Rows of `balances` that follow from transfers.

    Args:
        connection: Where the balances before them are.
        transfers: Rows of `transferred`, rising.
    """
    now = _last_balances(connection, {row[place] for row in transfers for place in (_PAYER, _PAYEE)})
    changed: dict[tuple[bytes, int], int] = {}
    for row in transfers:
        number, amount = row[_BLOCK], row[_AMOUNT]
        for account, change in ((row[_PAYER], -amount), (row[_PAYEE], amount)):
            now[account] += change
            changed[account, number] = now[account]
    return [(account, number, changed[account, number]) for account, number in sorted(changed)]


def _last_balances(connection: Connection, accounts: set[bytes]) -> dict[bytes, int]:
    # A query for each account would take longer than to prove the transfers.
    table = plain_name(connection, balances)
    last = (
        f"SELECT balance FROM {table} b WHERE b.account = lookup.account ORDER BY block_number DESC LIMIT 1"  # noqa: S608
    )
    query = f"SELECT account, coalesce(({last}), 0) FROM lookup"  # noqa: S608 - our own names
    rows = [(account,) for account in sorted(accounts)]
    found = ask(connection, Question(["account"], rows, query)) if rows else ()
    return {bytes(account): balance for account, balance in found}
