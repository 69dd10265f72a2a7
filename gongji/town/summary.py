"""What stands in the demo town, counted in its mirror and its event log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from contracts.enums import Reason
from gongji.run.configs import deployment, iot_config, mirror_reader
from indexer.projections.fund import funds
from indexer.projections.member import members
from indexer.projections.request import requests
from indexer.projections.task import tasks
from indexer.projections.work import lot_settlements
from indexer.tables import blocks, transactions
from iot.log.store import EventStore
from ledger_api.mirror import open_rows
from ledger_api.transfers.queries import transferred

if TYPE_CHECKING:
    from gongji.settings import Settings


def summary(settings: Settings) -> dict[str, Any]:
    """Counts and sums; amounts in fen, hours in minutes."""
    counted = {
        "blocks": blocks, "transactions": transactions, "transfers": transferred,
        "members": open_rows(members).subquery(), "funds": open_rows(funds).subquery(),
        "proposals": open_rows(requests).subquery(), "settled_lots": open_rows(lot_settlements).subquery(),
    }  # fmt: skip
    credited = select(func.count()).where(
        tasks.table.c.to_block.is_(None), tasks.table.c.credited_minutes.is_not(None)
    )
    donated = select(func.sum(transferred.c.amount)).where(
        transferred.c.reason.in_((Reason.DONATION, Reason.CAMPAIGN_GIFT))
    )
    paid = select(func.sum(transferred.c.amount)).where(transferred.c.reason == Reason.DISBURSEMENT)
    head = select(blocks.c.number, blocks.c.hash).order_by(blocks.c.number.desc()).limit(1)
    engine = mirror_reader(settings)
    with engine.connect() as connection:
        counts = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in counted.items()
        }
        number, block_hash = connection.execute(head).one()
        sums = {"given_fen": connection.scalar(donated), "paid_fen": connection.scalar(paid)}
        counts["credited_visits"] = connection.scalar(credited)
    engine.dispose()
    return {
        "town": settings.town_name, "data_dir": str(settings.data_dir), "portal": settings.portal_url,
        "chain_id": deployment(settings).chain_id, "head_number": number, "head_hash": f"0x{block_hash.hex()}",
        **counts, **sums, "signed_events": _events(settings),
    }  # fmt: skip


def _events(settings: Settings) -> int:
    store = EventStore.open(iot_config(settings))
    try:
        with store.log() as reader:
            return reader.size()
    finally:
        store.close()
