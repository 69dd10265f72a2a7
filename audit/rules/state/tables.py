"""Tables of the state: a row for each thing of a kind, with where it began and the block of the last event about it.

Of a kind whose versions are kept, what a thing was stays beside what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from audit.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from audit.chain.history import Log

Row = dict[str, Any]
Key = tuple[Any, ...]


class StateTable:
    """The table of one kind of thing.

    Attributes:
        name: Name of the mirror's table.
        key: Columns that name a thing.
        rows: What each is now, by its key. Bytes are bytes.
        keeps_versions: Whether what they were is kept.
    """

    def __init__(self, name: str, key: tuple[str, ...], *, keeps_versions: bool = False) -> None:
        self.name, self.key, self.keeps_versions = name, key, keeps_versions
        self.rows: dict[Key, Row] = {}
        self._ended: list[Row] = []

    def versions(self) -> list[Row]:
        """What each is and was, with `to_block`: the first block at which it was so no more, or None."""
        return [*self._ended, *(row | {"to_block": None} for row in self.rows.values())]

    def begin(self, log: Log, **columns: Any) -> None:
        """A thing begins with an event.

        Raises:
            StateError: It exists.
        """
        number = log.block.number
        place = {"block_number": number, "log_index": log.log_index, "tx_index": log.tx_index}
        row = columns | place | {"from_block": number}
        key = tuple(row[name] for name in self.key)
        if key in self.rows:
            raise StateError(f"{log.where}: expected no {self.name} {_shown(key)}, got one")
        self.rows[key] = row

    def row(self, log: Log, *key: Any) -> Row:
        """The row of a thing that an event refers to, to be read.

        Raises:
            StateError: There is no such thing.
        """
        if key not in self.rows:
            raise StateError(f"{log.where}: expected {self.name} {_shown(key)}, got none")
        return self.rows[key]

    def change(self, log: Log, *key: Any) -> Row:
        """The row of a thing that an event is about, to be changed.

        Raises:
            StateError: There is no such thing.
        """
        row, number = self.row(log, *key), log.block.number
        # What changes once more in one block never held in between.
        if self.keeps_versions and row["from_block"] < number:
            self._ended.append(row | {"to_block": number})
        row["from_block"] = number
        return row

    def ensure(self, log: Log, **columns: Any) -> Row:
        """The row of a thing that an event is about, to be changed; it begins with these columns if it is new."""
        key = tuple(columns[name] for name in self.key)
        if key not in self.rows:
            self.begin(log, **columns)
        return self.change(log, *key)

    def end(self, log: Log, *key: Any) -> None:
        """With an event a thing is no more.

        Raises:
            StateError: There is no such thing.
        """
        self.change(log, *key)
        del self.rows[key]


class Town:
    """The tables of all kinds.

    Attributes:
        tables: By the name of the mirror's table.
        purpose_totals: What came into and went out of each purpose so far, by its number: `in_fen` and `out_fen`.
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]], versioned: Collection[str]) -> None:
        self.tables = {
            name: StateTable(name, key, keeps_versions=name in versioned) for name, key in keys.items()
        }
        self.purpose_totals: dict[int, dict[str, int]] = {}

    def __getitem__(self, name: str) -> StateTable:
        """The table of one kind."""
        return self.tables[name]


Rule = Callable[[Town, "Log", dict[str, Any]], None]


def add(row: Row, **amounts: int) -> None:
    """Adds to columns of a row; a negative amount is taken off."""
    for name, amount in amounts.items():
        row[name] += amount


def _shown(key: Key) -> str:
    return ", ".join(f"0x{part.hex()}" if isinstance(part, bytes) else str(part) for part in key)
