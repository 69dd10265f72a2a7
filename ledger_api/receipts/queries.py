"""Queries for receipt keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.projections.receipt_key import receipt_keys
from ledger_api.mirror import open_rows, placed_rows

if TYPE_CHECKING:
    from sqlalchemy import Select


def all_receipt_keys() -> Select[Any]:
    """All receipt keys in the order in which they were admitted."""
    columns = receipt_keys.table.c
    return placed_rows(receipt_keys).order_by(columns.block_number, columns.log_index)


def receipt_key(key: bytes) -> Select[Any]:
    """One receipt key as it is now.

    Args:
        key: Its address, 20 bytes.
    """
    return open_rows(receipt_keys).where(receipt_keys.table.c.key == key)
