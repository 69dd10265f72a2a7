"""Inserts of many rows, which SQLite and PostgreSQL each want in their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, LargeBinary, String, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Table

POSTGRESQL_TYPES: dict[type, str] = {BigInteger: "int8", LargeBinary: "bytea", String: "varchar"}


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts new rows; through COPY on PostgreSQL, which costs a third of an INSERT there.

    Args:
        connection: In a writing transaction.
        table: Where to.
        rows: All with the same keys.
    """
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    types = [POSTGRESQL_TYPES[type(table.c[name].type)] for name in names]
    driver: Any = connection.connection.driver_connection
    copying = f'COPY "{table.schema}"."{table.name}" ({columns}) FROM STDIN (FORMAT BINARY)'
    try:
        with driver.cursor() as cursor, cursor.copy(copying) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row([row[name] for name in names])
    except driver.Error as error:
        raise DBAPIError(copying, None, error) from error  # as SQLAlchemy would have raised it


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows whose key is not there yet."""
    connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, or replaces those with the same key.

    On PostgreSQL it is one statement with an array for each column, which costs less than a statement for each row.

    Args:
        connection: In a writing transaction.
        table: Where to.
        rows: All with the same names, no two with the same key.
    """
    names, many = list(rows[0]), connection.dialect.name != "postgresql"
    statement = _insert(connection, table)
    if not many:
        arrays = [_array(table.c[name], [row[name] for row in rows]) for name in names]
        statement = statement.from_select(names, select(*map(func.unnest, arrays)))
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in names if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=values)
    connection.execute(statement, rows if many else None)


def one_of(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values; on PostgreSQL as one array instead of a parameter for each."""
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    return column == func.any(_array(column, list(values)))


def _array(column: Column[Any], values: list[Any]) -> Any:
    return bindparam(None, values, type_=postgresql.ARRAY(column.type), unique=True)


def _insert(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
