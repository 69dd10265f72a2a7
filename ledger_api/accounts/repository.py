"""Queries for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from contracts.events import AccountOpened
from indexer.history import EVENT_TABLES
from indexer.tables import balances

if TYPE_CHECKING:
    from sqlalchemy import Select

opened = EVENT_TABLES[AccountOpened]


def accounts_at(block_number: int) -> Select[Any]:
    """All accounts that were open at a block, with their balance then."""
    last = (
        select(balances.c.balance)
        .where(balances.c.account == opened.c.account, balances.c.block_number <= block_number)
        .order_by(balances.c.block_number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        opened.c.account, opened.c.unit, opened.c.world, func.coalesce(last, 0).label("balance")
    ).where(opened.c.block_number <= block_number)
