"""Rows as dataclasses: a query selects the columns that are fields of a dataclass, and each row becomes one.

So whoever gets what was read sees its fields and their types. A column that is renamed or changes its type is found when
the module with the query is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from sqlalchemy import select

if TYPE_CHECKING:
    from sqlalchemy import Column, Executable, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


def select_fields(kind: type[T], *tables: Table) -> Select[Any]:
    """Selects the columns that a dataclass has as fields.

    Args:
        kind: The dataclass.
        tables: Where its fields are columns; of two with one name, that of the earlier table.

    Raises:
        TypeError: A field is no column, or has another type than its column.
    """
    return select(*(_column(kind, name, hint, tables) for name, hint in get_type_hints(kind).items()))


async def fetch(connection: AsyncConnection, kind: type[T], query: Executable) -> list[T]:
    """The rows of a query over `select_fields`.

    Args:
        connection: Where to ask.
        kind: The dataclass.
        query: The query.
    """
    result = await connection.execute(query)
    names = tuple(result.keys())
    return [kind(**dict(zip(names, row, strict=True))) for row in result]


def _column(kind: type[Any], name: str, hint: Any, tables: tuple[Table, ...]) -> Column[Any]:
    column = next((table.c[name] for table in tables if name in table.c), None)
    if column is None:
        known = ", ".join(table.name for table in tables)
        raise TypeError(f"{kind.__name__}.{name}: expected a column of {known}, got none of this name")
    plain = column.type.python_type
    # An outer join has null in columns that are never null in their table.
    allowed = [plain | None] if column.nullable else [plain, plain | None]
    if hint not in allowed:
        raise TypeError(f"{kind.__name__}.{name}: expected {allowed[0]}, as the column is, got {hint}")
    return column
