"""History: a table for each event, with the rows as the chain emitted them, in its order.

The table derives from the event's dataclass: a column per field in the order of the declaration, the sentence of the
NatSpec as its `doc`, and an index for each field that the contract indexes. What things came to be by these events is in
`indexer.projections`; who wants the state of something reads it there and folds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Index, Table

from contracts.events import EVENTS, Transferred
from indexer.names import table_name
from indexer.tables import block_number, column_type, key_column, mirror

if TYPE_CHECKING:
    from contracts.types import Event, Param


def _event_table(event: type[Event]) -> Table:
    name = table_name(event)
    table = Table(
        name, mirror, block_number(), key_column("log_index"), Column("tx_index", BigInteger, nullable=False),
        *(_column(p) for p in event.params()), sqlite_with_rowid=False,
    )  # fmt: skip
    for p in event.params():
        if p.indexed:
            Index(None, table.c[p.name], table.c.block_number, table.c.log_index)
    return table


def _column(param: Param) -> Column[Any]:
    return Column(param.name, column_type(param.scalar), nullable=False, doc=param.doc)


EVENT_TABLES: dict[type[Event], Table] = {event: _event_table(event) for event in EVENTS}

# The ledger numbers its transfers without a gap.
Index(None, EVENT_TABLES[Transferred].c.sequence, unique=True)
