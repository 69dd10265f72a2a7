"""History: a table for each event, with the rows as the chain emitted them, in its order.

The table derives from the event's dataclass: a column per field in the order of the declaration, with the sentence of the
NatSpec as its `doc`. Only what a list of history looks for has an index; each costs as much as the row. What things came to
be by these events is in `indexer.projections`; who wants the state of something reads it there and folds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Index, Table, inspect

from contracts.events import EVENTS, ObjectionRaised, PayoutProven, PayoutReversed, Transferred
from indexer.names import table_name
from indexer.tables import block_number, column_type, key_column, mirror

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from contracts.types import Event, Param


# What happened to a request and to a visit; who paid and got, and why; what a worker was paid; to what a resident objected.
_TIMELINES = ("proposal_id", "task")
_LISTS: dict[type[Event], tuple[str, ...]] = {
    Transferred: ("payer", "payee", "cause"),
    PayoutProven: ("worker",),
    PayoutReversed: ("worker",),
    ObjectionRaised: ("member",),
}


def create_missing(connection: Connection) -> None:
    """Makes the tables of events that the mirror does not know yet: those of contracts that are new with this version.

    Args:
        connection: In a transaction of the mirror's writer.
    """
    known = inspect(connection).get_table_names(
        None if connection.dialect.name == "sqlite" else mirror.schema
    )
    for table in EVENT_TABLES.values():
        if table.name not in known:
            table.create(connection)


def _event_table(event: type[Event]) -> Table:
    name = table_name(event)
    table = Table(
        name, mirror, block_number(), key_column("log_index"), Column("tx_index", BigInteger, nullable=False),
        *(_column(p) for p in event.params()), sqlite_with_rowid=False,
    )  # fmt: skip
    for name in (*_TIMELINES, *_LISTS.get(event, ())):
        if name in table.c:
            Index(None, table.c[name], table.c.block_number, table.c.log_index)
    return table


def _column(param: Param) -> Column[Any]:
    return Column(param.name, column_type(param.scalar), nullable=False, doc=param.doc)


EVENT_TABLES: dict[type[Event], Table] = {event: _event_table(event) for event in EVENTS}

# The ledger numbers its transfers without a gap.
Index(None, EVENT_TABLES[Transferred].c.sequence, unique=True)
