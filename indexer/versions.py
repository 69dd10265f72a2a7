"""By which record of contracts the mirror was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from indexer.tables import versions
from kit.sql import insert_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from contracts.deployment import Deployment

Row = tuple[str, bytes, int, int | None]


def first_difference(connection: Connection, deployment: Deployment) -> int | None:
    """The first block that a mirror, made by another record, may have read otherwise than by this one; None if there is none."""
    by_record = set(_rows(deployment))
    query = select(versions.c.label, versions.c.address, versions.c.first_block, versions.c.end_block)
    by_mirror: set[Row] = {
        (label, bytes(a), first, end) for label, a, first, end in connection.execute(query)
    }
    changed = by_record ^ by_mirror
    return min((_first(row, by_record, by_mirror) for row in changed), default=None)


def _first(row: Row, by_record: set[Row], by_mirror: set[Row]) -> int:
    """The first block for which a row matters that only one of the two has: its end, if all else is the same."""
    label, address, first, _ = row
    others = [one for one in by_record | by_mirror if one != row and one[:3] == (label, address, first)]
    ends = [end for *_, end in (row, *others) if end is not None]
    return min(ends) if others else first


def keep_record(connection: Connection, deployment: Deployment) -> None:
    """Notes by which record the mirror goes on."""
    connection.execute(delete(versions))
    insert_rows(connection, versions, list(_rows(deployment)))


def _rows(deployment: Deployment) -> Iterator[Row]:
    for label, one in deployment.contracts.items():
        yield label, bytes.fromhex(one.address[2:]), one.block, one.until
