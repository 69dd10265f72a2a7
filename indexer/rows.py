"""Inserts many rows at once: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, SmallInteger, Table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from indexer.batch import Row

_COPY_TYPES: dict[type, str] = {
    BigInteger: "int8",
    SmallInteger: "int2",
    Boolean: "bool",
    LargeBinary: "bytea",
}


def insert_rows(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Inserts rows within the connection's transaction.

    Args:
        connection: In a transaction.
        table: Where to.
        rows: Values in the order of the table's columns, without the one that the database numbers, if there is one.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert_statement(table), rows)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_copy_statement(table)) as copy:
        copy.set_types([_copy_type(column.type) for column in _columns(table)])
        for row in rows:
            copy.write_row(row)


@cache
def _insert_statement(table: Table) -> str:
    columns = _columns(table)
    names, marks = ", ".join(f'"{column.name}"' for column in columns), ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names


@cache
def _copy_statement(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in _columns(table))
    return f'COPY "{table.schema}"."{table.name}" ({columns}) FROM STDIN (FORMAT BINARY)'


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column is not table.autoincrement_column]


def _copy_type(column_type: Any) -> str:
    plain = getattr(column_type, "impl_instance", column_type)
    return next(name for kind, name in _COPY_TYPES.items() if isinstance(plain, kind))
