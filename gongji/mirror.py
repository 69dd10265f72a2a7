"""Reads the state that the mirror keeps, for the parts of the town that do not answer over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from indexer.projections.version import Version
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine

    from indexer.projections.noun import Noun

V = TypeVar("V", bound=Version)


def current_versions(engine: Engine, noun: Noun[V], *conditions: ColumnElement[bool]) -> list[V]:
    """All rows of a noun as they are now, in the order in which they began.

    Args:
        engine: Reads the mirror.
        noun: Of which table.
        conditions: On the columns of its table.
    """
    columns = noun.table.c
    query = open_rows(noun).where(*conditions).order_by(columns.block_number, columns.log_index)
    with engine.connect() as connection:
        return [noun.version(row) for row in connection.execute(query)]


def current_version(engine: Engine, noun: Noun[V], key: Any) -> V | None:
    """One row of a noun as it is now; None if there is none.

    Args:
        engine: Reads the mirror.
        noun: Of which table; its key is one field.
        key: Which one.
    """
    found = current_versions(engine, noun, noun.table.c[noun.key[0]] == key)
    return found[0] if found else None
