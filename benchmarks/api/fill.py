"""Fills a mirror with accounts and balances, as large as a district's, for both sides of the benchmark."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from contracts.accounts import AccountKind, account_id
from contracts.enums import Unit
from indexer.projections.account import accounts as account_noun
from indexer.schema import MIRROR, upgrade
from indexer.tables import balances, blocks, cursor, transactions
from kit.database import open_engine

ACCOUNTS = 20_000
BLOCKS = 5_000
CHANGES_PER_BLOCK = 40
START = 1_750_000_000
ROWS_AT_ONCE = 20_000


def accounts() -> list[bytes]:
    """Ids of all accounts, of a kind that anybody may read."""
    return [account_id(AccountKind.PURPOSE, sha256(str(i).encode()).digest()[:16]) for i in range(ACCOUNTS)]


def fill(database_url: str) -> None:
    """Makes the tables and their rows.

    Args:
        database_url: SQLAlchemy URL of an empty database.
    """
    upgrade(database_url)
    engine = open_engine(database_url, MIRROR)
    ids = accounts()
    rows = {
        blocks: [_block(n) for n in range(BLOCKS)],
        transactions: [_transaction(n) for n in range(BLOCKS)],
        account_noun.table: [_opened(i, account) for i, account in enumerate(ids)],
        balances: [_balance(ids, n) for n in range(BLOCKS * CHANGES_PER_BLOCK)],
        cursor: [
            {"id": 1, "number": BLOCKS - 1, "hash": _hash("block", BLOCKS - 1), "final_number": BLOCKS - 1}
        ],
    }
    with engine.begin() as connection:
        for table, table_rows in rows.items():
            for first in range(0, len(table_rows), ROWS_AT_ONCE):
                connection.execute(insert(table), table_rows[first : first + ROWS_AT_ONCE])
    engine.dispose()


def _hash(kind: str, number: int) -> bytes:
    return sha256(f"{kind} {number}".encode()).digest()


def _block(number: int) -> dict[str, Any]:
    parent = _hash("block", number - 1)
    return {"number": number, "hash": _hash("block", number), "parent_hash": parent, "time": START + number}


def _transaction(number: int) -> dict[str, Any]:
    return {
        "block_number": number, "tx_index": 0, "hash": _hash("transaction", number), "target": bytes(20), "status": 1,
        "gas_used": 100_000,
    }  # fmt: skip


def _opened(index: int, account: bytes) -> dict[str, Any]:
    return {
        "block_number": index % BLOCKS, "log_index": index // BLOCKS, "tx_index": 0, "from_block": index % BLOCKS,
        "account": account, "unit": Unit.MINUTE, "world": False,
    }  # fmt: skip


def _balance(ids: list[bytes], number: int) -> dict[str, Any]:
    # Neighbouring changes are of different accounts, and each account changes in blocks far apart.
    return {"account": ids[number % ACCOUNTS], "block_number": number // CHANGES_PER_BLOCK, "balance": number}
