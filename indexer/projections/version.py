"""A version of a thing: what it was over a half-open range of blocks. Tables derive from the dataclasses of versions."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Self, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, SmallInteger, Table

from contracts.types import Scalar
from indexer.tables import column_type, mirror

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.types import TypeEngine

# SQLite counts up only in a column of exactly this type.
_COUNTER = BigInteger().with_variant(Integer(), "sqlite")
_TYPES: dict[type, type[TypeEngine[Any]]] = {
    bool: Boolean, bytes: LargeBinary, int: BigInteger,
}  # fmt: skip


@dataclass(kw_only=True)
class Version:
    """Base of all versions. The engine sets these fields; rules set those of the thing itself.

    Attributes:
        id: Number of the row; None until it is read from the database.
        block_number: Block of the event with which the thing began.
        log_index: Place of that event in the block.
        tx_index: Place of its transaction in the block.
        from_block: First block at which this version holds.
        to_block: First block at which it holds no more; None while it does.
    """

    id: int | None = None
    block_number: int = 0
    log_index: int = 0
    tx_index: int = 0
    from_block: int = 0
    to_block: int | None = None

    def successor(self, from_block: int) -> Self:
        """A copy that holds from a block on, for rules to change."""
        copy = object.__new__(type(self))
        copy.__dict__ = {**vars(self), "id": None, "from_block": from_block, "to_block": None}
        return copy


def column(doc: str) -> Any:
    """A field of a version, which is a column of its table.

    Args:
        doc: What it means, unit included.
    """
    return field(metadata={"doc": doc})


def version_table(
    version: type[Version], name: str, key: Sequence[str], open_indexes: Sequence[Sequence[str]]
) -> Table:
    """The table of a noun: a row for each version.

    Args:
        version: Its dataclass.
        name: Name of the table.
        key: Fields that name a thing.
        open_indexes: Columns of further indexes over open rows.
    """
    hints = get_type_hints(version, include_extras=True)
    own = [f for f in fields(version) if "doc" in f.metadata]
    table = Table(
        name, mirror,
        Column("id", _COUNTER, primary_key=True, autoincrement=True),
        *(_column(f.name, hints[f.name], doc=f.metadata["doc"]) for f in own),
        *(_column(f.name, hints[f.name]) for f in fields(Version) if f.name != "id"),
    )  # fmt: skip
    is_open = table.c.to_block.is_(None)
    _index(table, "open_key", key, is_open, unique=True)
    for columns in open_indexes:
        _index(table, f"open_{'_'.join(columns)}", columns, is_open)
    return table


def _index(
    table: Table,
    name: str,
    columns: Sequence[str],
    where: ColumnElement[bool] | None = None,
    *,
    unique: bool = False,
) -> None:
    on = [table.c[column] for column in columns]
    Index(f"{table.name}_{name}", *on, unique=unique, sqlite_where=where, postgresql_where=where)


def converters(version: type[Version]) -> list[tuple[str, Callable[[Any], Any]]]:
    """What turns columns into fields, where a database gives plain numbers for enums and booleans."""
    hints = {name: _plain(hint) for name, hint in get_type_hints(version).items()}
    return [(name, hint) for name, hint in hints.items() if hint is bool or issubclass(hint, IntEnum)]


def _column(name: str, hint: Any, doc: str | None = None) -> Column[Any]:
    return Column(name, _sql_type(_plain(hint)), nullable=NoneType in get_args(hint), doc=doc)


def _plain(hint: Any) -> Any:
    """A type without its None."""
    return next(t for t in get_args(hint) if t is not NoneType) if NoneType in get_args(hint) else hint


def _sql_type(hint: Any) -> TypeEngine[Any]:
    if get_origin(hint) is Annotated:
        return column_type(next(m for m in hint.__metadata__ if isinstance(m, Scalar)))
    if issubclass(hint, IntEnum):
        return SmallInteger()
    return _TYPES[hint]()
