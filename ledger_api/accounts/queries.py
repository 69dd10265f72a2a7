"""Queries for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from indexer.projections.account import accounts
from indexer.tables import balances
from kit.prepared import prepared

if TYPE_CHECKING:
    from sqlalchemy import Select


def accounts_at(block_number: int) -> Select[Any]:
    """All accounts that were open at a block, with their balance then."""
    account = accounts.table.c
    last = (
        select(balances.c.balance)
        .where(balances.c.account == account.account, balances.c.block_number <= block_number)
        .order_by(balances.c.block_number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        account.account, account.unit, account.world, func.coalesce(last, 0).label("balance")
    ).where(account.to_block.is_(None), account.block_number <= block_number)


@prepared
def account_at(account: bytes, block_number: int) -> Select[Any]:
    """An account that was open at a block, with its balance then."""
    return accounts_at(block_number).where(accounts.table.c.account == account)
