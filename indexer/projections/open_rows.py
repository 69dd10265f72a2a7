"""The open versions that a batch of blocks touches, read at once for all kinds and kept while the batch is folded."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kit.sql import Question, ask_all, plain_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from indexer.projections.kind import Key, Kind


class OpenRows:
    """Open versions by kind and key, as they were before the batch until a fold changes them.

    Attributes:
        connection: Where they are read.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rows: defaultdict[Kind[Any], dict[Key, Any]] = defaultdict(dict)
        self._needed: defaultdict[Kind[Any], set[Key]] = defaultdict(set)
        self._known: defaultdict[Kind[Any], set[Key]] = defaultdict(set)

    def expect_none(self, kind: Kind[Any], keys: Iterable[Key]) -> None:
        """Takes it that things begin in the batch; if one was there already, the index over open rows will refuse it."""
        self._known[kind].update(keys)

    def need(self, kind: Kind[Any], keys: Iterable[Key]) -> None:
        """Has the next `load` read things as well."""
        self._needed[kind].update(keys)

    def load(self) -> None:
        """Reads what is needed and not known, of all kinds at once."""
        missing = {kind: keys - self._known[kind] for kind, keys in self._needed.items()}
        self._needed.clear()
        questions = {kind: _question(self.connection, kind, keys) for kind, keys in missing.items() if keys}
        for kind, rows in zip(questions, ask_all(self.connection, list(questions.values())), strict=True):
            self._known[kind] |= missing[kind]
            self._rows[kind].update((kind.key_of(version), version) for version in map(kind.version, rows))

    def of(self, kind: Kind[Any], keys: Iterable[Key]) -> dict[Key, Any]:
        """The open versions of a kind that are known so far, with those of some keys among them.

        Args:
            kind: The kind.
            keys: Keys that are needed; one without an open version is left out.
        """
        self.need(kind, keys)
        self.load()
        return self._rows[kind]


def _question(connection: Connection, kind: Kind[Any], keys: Collection[Key]) -> Question:
    same = " AND ".join(f't."{name}" = lookup."{name}"' for name in kind.key)
    found = f"{plain_name(connection, kind.table)} t WHERE {same} AND t.to_block IS NULL"
    if connection.dialect.name != "sqlite":
        # Without a limit, PostgreSQL reads the whole table as long as it has no statistics of it. SQLite has no LATERAL.
        found = f"LATERAL (SELECT * FROM {found} LIMIT 1) t"  # noqa: S608 - our own names
    query = f"SELECT {kind.sql_columns} FROM lookup CROSS JOIN {found}"  # noqa: S608 - our own names
    rows = sorted(keys)
    return Question(kind.key, [(key,) for key in rows] if len(kind.key) == 1 else rows, query)
