"""Balances as sums of transfers: one row for each account in each block that changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import Transferred
from indexer.history import EVENT_TABLES
from indexer.tables import balances
from kit.sql import asked, plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from indexer.batch import Row

_COLUMNS = [column.name for column in EVENT_TABLES[Transferred].columns]
_BLOCK, _PAYER, _PAYEE, _AMOUNT = map(_COLUMNS.index, ("block_number", "payer", "payee", "amount"))

ACCOUNTS_A_QUERY = 10_000


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
    told = dict.fromkeys(accounts, 0)
    ordered = sorted(accounts)
    for first in range(0, len(ordered), ACCOUNTS_A_QUERY):
        some = _ask(connection, ordered[first : first + ACCOUNTS_A_QUERY])
        told.update((bytes(account), balance) for account, balance in some)
    return told


def _ask(connection: Connection, accounts: Sequence[bytes]) -> Sequence[Any]:
    # A query for each account would take longer than to prove the transfers.
    table = plain_name(connection, balances)
    last = f"SELECT balance FROM {table} b WHERE b.account = a.account ORDER BY block_number DESC LIMIT 1"  # noqa: S608
    rows, values = asked(connection, ["account"], [(account,) for account in accounts])
    query = f"{rows} SELECT account, coalesce(({last}), 0) FROM asked a"  # noqa: S608 - our own names
    return connection.exec_driver_sql(query, values).all()
