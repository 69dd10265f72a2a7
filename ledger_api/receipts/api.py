"""Address for receipt keys."""

from __future__ import annotations

from fastapi import APIRouter

from indexer.projections.receipt_key import receipt_keys
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.mirror import Mirror
from ledger_api.receipts.queries import all_receipt_keys
from ledger_api.receipts.schemas import ReceiptKey

router = APIRouter(tags=["receipts"], route_class=HeadRoute)


@table(router, "/v1/receipt-keys")
async def list_receipt_keys(mirror: Mirror) -> Page[ReceiptKey]:
    """The receipt keys of all portals, as the chain has them: whoever holds a receipt compares its key with these."""
    found = await mirror.placed(receipt_keys, all_receipt_keys())
    items = [mirror.placed_record(ReceiptKey, one) for one in found]
    return Page(items=items, next_cursor=None, **mirror.head.stands())
