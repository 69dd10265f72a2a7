"""Writes many rows at once, which SQLite and PostgreSQL each want in their own way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, LargeBinary, SmallInteger, String, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Column, ColumnElement, Connection, Table

COPY_TYPES: dict[type, str] = {
    BigInteger: "int8", SmallInteger: "int2", Boolean: "bool", LargeBinary: "bytea", String: "varchar",
}  # fmt: skip

# SQLite takes as long to read a list of values as to look them up, so each statement has so many, and is read once.
ROWS_A_QUERY = 128
# From here on COPY costs PostgreSQL less than a statement with arrays.
COPIED_ROWS = 128

Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Any]]


class Question(NamedTuple):
    """A query in plain SQL about many rows, such as keys.

    Attributes:
        names: Columns of the rows.
        rows: What it is about, at least one on PostgreSQL: bytes and integers, and null in none.
        query: Finds the rows in a table `lookup`.
    """

    names: Sequence[str]
    rows: Sequence[Row]
    query: str

    def about(self, source: str) -> str:
        """The whole query, with where its rows come from."""
        return f"WITH lookup({_quoted(self.names)}) AS ({source}) {self.query}"


def insert_all(connection: Connection, rows: Iterable[tuple[Table, Sequence[Row]]]) -> None:
    """Inserts new rows of many tables.

    On PostgreSQL few rows of a table are one statement, and all such statements go in one round; many go through COPY, which
    costs two thirds of it and two rounds.

    Args:
        connection: In a writing transaction.
        rows: Values in the order of the table's columns, without one that the database numbers. A table that others name
            as their parent was written before.
    """
    filled = [(table, some) for table, some in rows if some]
    if connection.dialect.name == "sqlite":
        for table, some in filled:
            connection.exec_driver_sql(_insert_statement(table), list(some))
        return
    few = [(_unnest_statement(table), _arrays(some)) for table, some in filled if len(some) < COPIED_ROWS]
    execute_all(connection, few)
    for table, some in filled:
        if len(some) >= COPIED_ROWS:
            _copy(connection, table, some)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts new rows of one table, as `insert_all`."""
    insert_all(connection, [(table, rows)])


def execute_all(connection: Connection, statements: Sequence[Statement]) -> list[Any]:
    """Runs statements of PostgreSQL in one round: no one waits for the answer to the one before.

    Args:
        connection: In a transaction.
        statements: Plain SQL with the values of its parameters.

    Returns:
        Their cursors, with what they found.
    """
    if not statements:
        return []
    driver: Any = connection.connection.driver_connection
    with _as_sqlalchemy(connection, statements[0][0]), driver.pipeline():
        return [driver.execute(sql, values, prepare=True) for sql, values in statements]


def update_all(
    connection: Connection, column: str, rows: Iterable[tuple[Table, Sequence[tuple[int, int]]]]
) -> None:
    """Gives a column of many tables new numbers; on PostgreSQL in one round.

    Args:
        connection: In a writing transaction.
        column: Name of the column.
        rows: Of each table, new numbers, each with the `id` of its row.
    """
    filled = [(plain_name(connection, table), some) for table, some in rows if some]
    if connection.dialect.name == "sqlite":
        for name, some in filled:
            connection.exec_driver_sql(f'UPDATE {name} SET "{column}" = ? WHERE id = ?', list(some))  # noqa: S608
        return
    source = "unnest(%s::int8[], %s::int8[]) AS e(number, id)"
    execute_all(
        connection,
        [(f'UPDATE {name} t SET "{column}" = e.number FROM {source} WHERE t.id = e.id', _arrays(some)) for name, some in filled],  # noqa: S608
    )  # fmt: skip


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


def ask(connection: Connection, question: Question) -> Iterator[Any]:
    """Answers to a question."""
    return ask_all(connection, [question])[0]


def ask_all(connection: Connection, questions: Sequence[Question]) -> list[Iterator[Any]]:
    """Answers to each of several questions; on PostgreSQL in one round."""
    if connection.dialect.name == "sqlite":
        return [_ask_in_parts(connection, question) for question in questions]
    return list(map(iter, execute_all(connection, [_statement(question) for question in questions])))


def _statement(question: Question) -> Statement:
    kinds = ", ".join(
        f"%s::{'bytea' if isinstance(value, bytes) else 'int8'}[]" for value in question.rows[0]
    )
    return question.about(f"SELECT * FROM unnest({kinds})"), _arrays(question.rows)  # noqa: S608 - our own names


def _ask_in_parts(connection: Connection, question: Question) -> Iterator[Any]:
    """Answers about so many rows at a time, with null in those that are too many."""
    rows, width = question.rows, len(question.names)
    sql = question.about(_values_source(width))
    for first in range(0, len(rows), ROWS_A_QUERY):
        some = rows[first : first + ROWS_A_QUERY]
        missing = (None,) * (ROWS_A_QUERY - len(some)) * width
        yield from connection.exec_driver_sql(sql, (*chain.from_iterable(some), *missing))


def _arrays(rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns of rows, each as PostgreSQL writes an array; a list takes its driver ten times as long."""
    return tuple("{" + ",".join(map(_array_item, values)) + "}" for values in zip(*rows, strict=True))


def _array_item(value: Any) -> str:
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else str(value)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    from psycopg.types.string import BytesBinaryDumper

    driver: Any = connection.connection.driver_connection
    statement = _copy_statement(table)
    with _as_sqlalchemy(connection, statement), driver.cursor() as cursor:
        # The driver's own choice for bytes is written in Python, and takes three times as long.
        cursor.adapters.register_dumper(bytes, BytesBinaryDumper)
        with cursor.copy(statement) as copy:
            copy.set_types(_copy_types(table))
            for row in rows:
                copy.write_row(row)


@contextmanager
def _as_sqlalchemy(connection: Connection, statement: str) -> Iterator[None]:
    """Raises the driver's errors as SQLAlchemy would have."""
    driver: Any = connection.connection.driver_connection
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(statement, None, error, driver.Error, dialect=connection.dialect) from error


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


@cache
def _unnest_statement(table: Table) -> str:
    arrays = ", ".join(f"%s::{kind}[]" for kind in _copy_types(table))
    into = f'INSERT INTO "{table.schema}"."{table.name}" ({_column_names(table)})'
    return f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names


def _column_names(table: Table) -> str:
    return _quoted(column.name for column in _columns(table))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.autoincrement is not True]


@cache
def _copy_types(table: Table) -> list[str]:
    plain = [getattr(column.type, "impl_instance", column.type) for column in _columns(table)]
    return [next(name for kind, name in COPY_TYPES.items() if isinstance(each, kind)) for each in plain]
