"""Queries that only the overview asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from indexer.projections.hours import town_hours
from indexer.tables import blocks
from kit.prepared import prepared

if TYPE_CHECKING:
    from sqlalchemy import Select


@prepared
def hours_at(time: int) -> Select[Any]:
    """Volunteer hours of the town as they were at a moment; no row before the first claim.

    Args:
        time: Seconds since 1970.
    """
    # Two seeks: the last block until then, and the last version that began in it or before.
    by_time = blocks.c.time.desc(), blocks.c.number.desc()
    number = select(blocks.c.number).where(blocks.c.time <= time).order_by(*by_time).limit(1)
    began = town_hours.table.c.from_block
    then = select(town_hours.table).where(began <= number.scalar_subquery())
    return then.order_by(began.desc()).limit(1)
