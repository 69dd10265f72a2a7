"""The events that one transaction of the chain left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, union_all

from indexer.history import EVENT_TABLES
from indexer.tables import transactions
from kit.prepared import prepared

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect

    from ledger_api.mirror import Reading

TABLES = {event.__name__: table for event, table in EVENT_TABLES.items()}


async def events_of(mirror: Reading, transaction_hash: bytes) -> list[tuple[str, dict[str, Any]]]:
    """What a transaction left, in its order: the name of each event, and its fields.

    Args:
        mirror: A snapshot.
        transaction_hash: 32 bytes.
    """
    return [
        (place.event, await _fields(mirror, place.event, place.block_number, place.log_index))
        for place in await mirror.rows(_places(transaction_hash))
    ]


async def _fields(mirror: Reading, event: str, block_number: int, log_index: int) -> dict[str, Any]:
    columns = TABLES[event].c
    is_it = (columns.block_number == block_number) & (columns.log_index == log_index)
    row = await mirror.first(select(*columns).where(is_it))
    return dict(row._mapping) if row else {}  # noqa: SLF001


@prepared
def _places(transaction_hash: bytes) -> CompoundSelect[Any]:
    """Where a transaction's events stand, in one query over all kinds of them."""
    its = select(transactions).where(transactions.c.hash == transaction_hash).cte()
    each = [
        select(literal(name).label("event"), table.c.block_number, table.c.log_index).join(
            its, (its.c.block_number == table.c.block_number) & (its.c.tx_index == table.c.tx_index)
        )
        for name, table in TABLES.items()
    ]
    return union_all(*each).order_by("log_index")
