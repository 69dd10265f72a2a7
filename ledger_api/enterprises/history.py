"""Payments of earnings, as the chain recorded them, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, tuple_

from contracts.events import PayoutProven, PayoutReversed
from indexer.history import EVENT_TABLES
from ledger_api.history import recorded
from ledger_api.paging import older_than

if TYPE_CHECKING:
    from sqlalchemy import Select


def payouts_before(worker: bytes, cursor: str | None, limit: int) -> Select[Any]:
    """A page of the payments to a worker, newest first; None as the cursor begins with the newest."""
    payouts, reversals = EVENT_TABLES[PayoutProven].c, EVENT_TABLES[PayoutReversed].c
    # A payment recorded by mistake frees its line for another: only what came later takes this one back.
    is_later = tuple_(reversals.block_number, reversals.log_index) > tuple_(
        payouts.block_number, payouts.log_index
    )
    taken_back = exists().where(
        reversals.worker == worker, reversals.bank_line == payouts.bank_line, is_later
    )
    query = recorded(PayoutProven).add_columns(taken_back.label("taken_back")).where(payouts.worker == worker)
    query = query if cursor is None else query.where(older_than(payouts, cursor))
    return query.order_by(payouts.block_number.desc(), payouts.log_index.desc()).limit(limit)
