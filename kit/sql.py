"""Writes many rows at once, which SQLite and PostgreSQL each want in their own way."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, LargeBinary, SmallInteger, String, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Table

COPY_TYPES: dict[type, str] = {
    BigInteger: "int8", SmallInteger: "int2", Boolean: "bool", LargeBinary: "bytea", String: "varchar",
}  # fmt: skip

# SQLite takes as long to read a list of values as to look them up, so each statement has so many, and is read once.
ROWS_A_QUERY = 128


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts new rows; through COPY on PostgreSQL, which costs a third of an INSERT there.

    Args:
        connection: In a writing transaction.
        table: Where to.
        rows: Values in the order of the table's columns, without one that the database numbers.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert_statement(table), list(rows))
        return
    from psycopg.types.string import BytesBinaryDumper

    driver: Any = connection.connection.driver_connection
    statement = _copy_statement(table)
    try:
        with driver.cursor() as cursor:
            # The driver's own choice for bytes is written in Python, and takes three times as long.
            cursor.adapters.register_dumper(bytes, BytesBinaryDumper)
            with cursor.copy(statement) as copy:
                copy.set_types(_copy_types(table))
                for row in rows:
                    copy.write_row(row)
    except driver.Error as error:
        # As SQLAlchemy would have raised it.
        raise DBAPIError.instance(statement, None, error, driver.Error, dialect=connection.dialect) from error


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


def ask(
    connection: Connection, names: Sequence[str], rows: Sequence[tuple[Any, ...]], query: str
) -> Iterator[Any]:
    """Answers of a query in plain SQL about many rows, such as keys.

    Args:
        connection: Where to ask.
        names: Columns of the rows.
        rows: What it is about: bytes and integers, and null in none.
        query: Finds the rows in a table `lookup`.
    """
    columns = ", ".join(f'"{name}"' for name in names)
    for source, values in _sources(connection, rows):
        yield from connection.exec_driver_sql(f"WITH lookup({columns}) AS ({source}) {query}", values)


def _sources(
    connection: Connection, rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows as plain SQL with its parameters; on SQLite so many at a time, with null in those that are too many."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        arrays = ", ".join(f"%s::{'bytea' if isinstance(value, bytes) else 'int8'}[]" for value in rows[0])
        yield f"SELECT * FROM unnest({arrays})", tuple(map(array_text, zip(*rows, strict=True)))  # noqa: S608
        return
    width = len(rows[0])
    for first in range(0, len(rows), ROWS_A_QUERY):
        some = rows[first : first + ROWS_A_QUERY]
        yield (
            _values_source(width),
            (*chain.from_iterable(some), *(None,) * (ROWS_A_QUERY - len(some)) * width),
        )


def array_text(values: Sequence[Any]) -> str:
    """Bytes or integers as PostgreSQL writes an array of them; a list takes its driver ten times as long."""
    as_bytes = isinstance(values[0], bytes)
    parts = ["\\\\x" + value.hex() for value in values] if as_bytes else map(str, values)
    return "{" + ",".join(parts) + "}"


def plain_name(connection: Connection, table: Table) -> str:
    """Name of a table in plain SQL. On SQLite each schema is a file of its own."""
    return f'"{table.name}"' if connection.dialect.name == "sqlite" else f'"{table.schema}"."{table.name}"'


def _array(column: Column[Any], values: list[Any]) -> Any:
    return bindparam(None, values, type_=postgresql.ARRAY(column.type), unique=True)


def _insert(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@cache
def _values_source(width: int) -> str:
    one = f"({', '.join('?' * width)})"
    rows = ", ".join([one] * ROWS_A_QUERY)
    return f"SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"  # noqa: S608 - our own names


@cache
def _insert_statement(table: Table) -> str:
    values = ", ".join("?" for _ in _columns(table))
    return f'INSERT INTO "{table.name}" ({_column_names(table)}) VALUES ({values})'  # noqa: S608 - our own names


@cache
def _copy_statement(table: Table) -> str:
    return f'COPY "{table.schema}"."{table.name}" ({_column_names(table)}) FROM STDIN (FORMAT BINARY)'


def _column_names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in _columns(table))


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.autoincrement is not True]


@cache
def _copy_types(table: Table) -> list[str]:
    plain = [getattr(column.type, "impl_instance", column.type) for column in _columns(table)]
    return [next(name for kind, name in COPY_TYPES.items() if isinstance(each, kind)) for each in plain]
