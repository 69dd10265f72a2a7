"""Dumps the SQL mirror as an exhibit: its rows as they are, in one snapshot, by the names of tables and columns alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from audit.abi import event_tables
from audit.canonical import hexed
from audit.errors import CollectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

    from audit.writer import BundleWriter

TABLES = ("balances", "blocks", "transactions", *sorted(event_tables()))
ROWS_AT_ONCE = 1000


def dump_mirror(url: str, writer: BundleWriter) -> None:
    """Writes `mirror/*.jsonl`.

    Args:
        url: SQLAlchemy's URL of the mirror; SQLite or PostgreSQL.
        writer: The bundle.

    Raises:
        CollectError: The mirror cannot be read, or a table is missing.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _begin(connection)
            tables = _reflected(connection)
            cursor = tables["cursor"]
            told = connection.execute(select(cursor.c.hash, cursor.c.number)).one()
            writer.add_lines("mirror/cursor.jsonl", [_row(told._mapping)])  # noqa: SLF001
            for name in TABLES:
                writer.add_lines(f"mirror/{name}.jsonl", _rows(connection, tables[name]))
    except (SQLAlchemyError, KeyError) as error:
        raise CollectError(f"mirror {engine.url!r}: {error!r:.300}") from None
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    """Opens one snapshot for all that is read."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execution_options(isolation_level="REPEATABLE READ")


def _reflected(connection: Connection) -> dict[str, Table]:
    schema = None if connection.dialect.name == "sqlite" else "mirror"
    metadata = MetaData(schema=schema)
    names = set(inspect(connection).get_table_names(schema))
    metadata.reflect(connection, only=[n for n in (*TABLES, "cursor") if n in names])
    return {table.name: table for table in metadata.tables.values()}


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
    for row in result:
        yield _row(row._mapping)  # noqa: SLF001


def _row(row: Any) -> dict[str, Any]:
    return {
        str(name): hexed(bytes(v)) if isinstance(v, (bytes, memoryview)) else v for name, v in row.items()
    }
