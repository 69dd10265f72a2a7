"""Queries that only the overview asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.events import ClaimCredited
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from ledger_api.mirror import total

if TYPE_CHECKING:
    from sqlalchemy import Select


def credited_since(time: int) -> Select[Any]:
    """Minutes credited after a moment.

    Args:
        time: Seconds since 1970.
    """
    credited = EVENT_TABLES[ClaimCredited]
    return (
        select(total(credited.c.credited_minutes).label("minutes"))
        .join_from(credited, blocks, blocks.c.number == credited.c.block_number)
        .where(blocks.c.time > time)
    )
