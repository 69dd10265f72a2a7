"""Queries for lots that are to be settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from contracts.enums import LotState
from indexer.projections.work import lots
from kit.prepared import prepared
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select


@prepared
def lots_in_hand(enterprise: int, order: bytes, now: int, limit: int) -> Select[Any]:
    """Lots of an order that may be settled, the first taken first.

    Args:
        enterprise: Of which the order is.
        order: 16 bytes.
        now: Seconds since 1970.
        limit: How many.
    """
    columns = lots.table.c
    query = open_rows(lots).where(_in_hand(enterprise, now), columns.order == order)
    return query.order_by(columns.from_block, columns.lot).limit(limit)


@prepared
def orders_in_hand(enterprise: int, now: int) -> Select[tuple[bytes]]:
    """Orders of an enterprise of which lots may be settled.

    Args:
        enterprise: Its number.
        now: Seconds since 1970.
    """
    return (
        select(lots.table.c.order)
        .where(lots.table.c.to_block.is_(None), _in_hand(enterprise, now))
        .distinct()
    )


def _in_hand(enterprise: int, now: int) -> ColumnElement[bool]:
    columns = lots.table.c
    return and_(columns.state == LotState.TAKEN, columns.enterprise == enterprise, columns.until > now)
