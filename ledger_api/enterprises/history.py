"""Payments of earnings, as the chain recorded them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import PayoutProven
from indexer.history import EVENT_TABLES
from ledger_api.history import recorded
from ledger_api.paging import older_than

if TYPE_CHECKING:
    from sqlalchemy import Select


def payouts_before(worker: bytes, cursor: str | None, limit: int) -> Select[Any]:
    """A page of the payments to a worker, newest first; None as the cursor begins with the newest."""
    payouts = EVENT_TABLES[PayoutProven].c
    query = recorded(PayoutProven).where(payouts.worker == worker)
    query = query if cursor is None else query.where(older_than(payouts, cursor))
    return query.order_by(payouts.block_number.desc(), payouts.log_index.desc()).limit(limit)
