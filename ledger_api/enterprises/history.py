"""Payments of earnings, as the chain recorded them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import PayoutProven
from indexer.history import EVENT_TABLES
from kit.prepared import prepared
from ledger_api.history import recorded

if TYPE_CHECKING:
    from sqlalchemy import Select


@prepared
def latest_payouts(worker: bytes, limit: int) -> Select[Any]:
    """Payments to a worker, newest first."""
    payouts = EVENT_TABLES[PayoutProven].c
    return (
        recorded(PayoutProven)
        .where(payouts.worker == worker)
        .order_by(payouts.block_number.desc(), payouts.log_index.desc())
        .limit(limit)
    )
