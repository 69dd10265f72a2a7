"""The open versions that a batch of blocks touches, read once for each kind and kept while the batch is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.sql import array_text, ask, plain_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from indexer.projections.kind import Key, Kind


class OpenRows:
    """Open versions by kind and key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, dict[Key, Any]] = {}

    def of(self, kind: Kind[Any], keys: Collection[Key]) -> dict[Key, Any]:
        """The open versions of a kind that are known so far, with those of some keys among them.

        Args:
            kind: The kind.
            keys: Keys that are needed; one without an open version is left out.
        """
        known = self._rows.setdefault(kind.name, {})
        missing = sorted({key for key in keys if key not in known})
        for version in map(kind.version, _read(self._connection, kind, missing)):
            known[kind.key_of(version)] = version
        return known


def _read(connection: Connection, kind: Kind[Any], keys: Sequence[Key]) -> Iterator[Any]:
    same = " AND ".join(f't."{name}" = lookup."{name}"' for name in kind.key)
    found = f"{plain_name(connection, kind.table)} t WHERE {same} AND t.to_block IS NULL"
    if connection.dialect.name != "sqlite":
        # Without a limit, PostgreSQL reads the whole table as long as it has no statistics of it. SQLite has no LATERAL.
        found = f"LATERAL (SELECT * FROM {found} LIMIT 1) t"  # noqa: S608 - our own names
    query = f"SELECT {kind.sql_columns} FROM lookup CROSS JOIN {found}"  # noqa: S608 - our own names
    return ask(connection, kind.key, [(key,) for key in keys] if len(kind.key) == 1 else keys, query)


def close(connection: Connection, kind: Kind[Any], ends: Sequence[tuple[int, int]]) -> None:
    """Ends versions that were open before a batch.

    Args:
        connection: In the transaction that writes the batch.
        kind: The kind.
        ends: First block at which each holds no more, and the number of its row.
    """
    if not ends:
        return
    table = plain_name(connection, kind.table)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"UPDATE {table} SET to_block = ? WHERE id = ?", list(ends))  # noqa: S608
        return
    source = "unnest(%s::int8[], %s::int8[]) AS e(block, id)"
    update = f"UPDATE {table} t SET to_block = e.block FROM {source} WHERE t.id = e.id"  # noqa: S608
    connection.exec_driver_sql(update, tuple(map(array_text, zip(*ends, strict=True))))
