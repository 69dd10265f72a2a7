"""Lists of history: what was recorded, row by row as the chain emitted it. What things are now is in `indexer.projections`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, cast, literal, null, union_all

from indexer.history import EVENT_TABLES
from ledger_api.mirror import placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import StrEnum

    from sqlalchemy import CompoundSelect, Select

    from contracts.types import Event


@cache
def recorded(event: type[Event]) -> Select[Any]:
    """All records of an event: its fields, and block, block hash, transaction hash and time."""
    return placed(EVENT_TABLES[event], *EVENT_TABLES[event].c)


def timeline(
    kinds: Mapping[type[Event], StrEnum], thing: str, columns: Mapping[str, Sequence[str]]
) -> CompoundSelect[Any]:
    """What happened to a thing, in one query, in the order of the chain. The id of the thing is the parameter `thing`.

    Args:
        kinds: Events, and the `kind` that each is in the answer.
        thing: Column that names the thing in all of them.
        columns: Columns of the answer, each with the columns of events that it may come from; null where an event has none.
    """
    types = {
        name: next(EVENT_TABLES[e].c[c].type for e in kinds for c in sources if c in EVENT_TABLES[e].c)
        for name, sources in columns.items()
    }

    def one(event: type[Event], kind: StrEnum) -> Select[Any]:
        table = EVENT_TABLES[event]
        found = {
            name: next((table.c[c] for c in sources if c in table.c), None)
            for name, sources in columns.items()
        }
        values = [cast(null(), types[n]).label(n) if c is None else c.label(n) for n, c in found.items()]
        # SQLite orders a union by names that stand in it as such.
        place = [table.c[name].label(name) for name in ("block_number", "log_index")]
        return placed(table, literal(kind.value).label("kind"), *place, *values).where(
            table.c[thing] == bindparam("thing")
        )

    query = union_all(*(one(event, kind) for event, kind in kinds.items()))
    return query.order_by("block_number", "log_index")
