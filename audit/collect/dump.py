"""Dumps the SQL mirror as an exhibit: its rows as they are, in one snapshot, by the names of tables and columns alone.

Which tables hold state, the mirror's own table `projections` says. Of a table with versions only those that are open are
taken, which tell what things are now; of those of which pages show more, all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Integer, MetaData, TypeDecorator, create_engine, event, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from audit.decode.abi import event_tables
from audit.errors import CollectError
from audit.evidence.bundle import is_path
from audit.evidence.canonical import hexed
from audit.rules.state import VERSIONED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlalchemy import Connection, Select, Table

    from audit.collect.writer import BundleWriter

TABLES = ("balances", "blocks", "emitters", "transactions", *sorted(event_tables()))
STATE_FOLDER, VERSIONS_FOLDER = "mirror/state/", "mirror/versions/"
# The number of a row, which depends on how often the indexer started anew, and what is empty in an open row.
BOOKKEEPING = {"id", "to_block"}
ROWS_AT_ONCE = 1000


def dump_mirror(url: str, writer: BundleWriter, progress: Callable[[str, int, int], None]) -> None:
    """Writes the mirror's rows.

    Args:
        url: SQLAlchemy's URL of the mirror; SQLite or PostgreSQL.
        writer: The bundle, to which `mirror/*.jsonl` and those of `dump_state` are added.
        progress: Is called with how many tables are done, and how many there are.

    Raises:
        CollectError: The mirror cannot be read, or a table is missing.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _begin(connection)
            tables = _reflected(connection, {*TABLES, "cursor"})
            cursor = tables["cursor"]
            row = connection.execute(select(cursor.c["hash"], cursor.c["number"])).one()
            writer.add_lines("mirror/cursor.jsonl", [_row(row._mapping)])  # noqa: SLF001
            for done, name in enumerate(TABLES, 1):
                table = tables[name]
                query = select(table).order_by(*table.primary_key.columns)
                writer.add_lines(f"mirror/{name}.jsonl", _rows(connection, query))
                progress("镜像的表 tables of the mirror", done, len(TABLES))
            dump_state(connection, writer)
    except (SQLAlchemyError, KeyError) as error:
        raise CollectError(f"mirror {engine.url!r}: {error!s:.300}") from None
    finally:
        engine.dispose()


def dump_state(connection: Connection, writer: BundleWriter) -> None:
    """Writes what the mirror says that things are now, and of those whose past is shown what they were.

    Args:
        connection: In a transaction that reads the mirror.
        writer: The bundle, to which `mirror/state/*.jsonl` and `mirror/versions/*.jsonl` are added.

    Raises:
        KeyError: A table that the mirror names is missing.
        CollectError: It has a name that no file can have.
    """
    projections = _reflected(connection, {"projections"})["projections"]
    names = sorted(connection.scalars(select(projections.c.name)))
    tables = _reflected(connection, names)
    for name in names:
        path = f"{STATE_FOLDER}{name}.jsonl"
        if not is_path(path):
            raise CollectError(f"expected the name of a table, got {name!r:.80}")
        writer.add_lines(path, _rows(connection, _open_rows(tables[name])))
        if name in VERSIONED:
            writer.add_lines(f"{VERSIONS_FOLDER}{name}.jsonl", _rows(connection, _versions(tables[name])))


def _begin(connection: Connection) -> None:
    """Opens one snapshot for all that is read."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execution_options(isolation_level="REPEATABLE READ")


def _open_rows(table: Table) -> Select[Any]:
    """What the things of a table are now, in the order of their key."""
    query = _in_order(table, BOOKKEEPING)
    return query.where(table.c.to_block.is_(None)) if "to_block" in table.c else query


def _versions(table: Table) -> Select[Any]:
    """What the things of a table are and were, in the order of their key and of time."""
    return _in_order(table, {"id"}).order_by(table.c.from_block)


def _in_order(table: Table, without: Collection[str]) -> Select[Any]:
    unique = next((index for index in table.indexes if index.unique), table.primary_key)
    return select(*(c for c in table.columns if c.name not in without)).order_by(*unique.columns)


class _Flag(TypeDecorator[Any]):
    """A boolean of SQLite, which is 0 or 1; anything else stays what it is, where SQLAlchemy would take it for true."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """The value as JSON has it."""
        del dialect
        return bool(value) if type(value) is int and value in {0, 1} else value


def _bare(_: object, __: object, column: Any) -> None:
    """Reads what SQLite holds: its columns take values of any type, which no type of SQLAlchemy may hide."""
    column["type"] = _Flag() if isinstance(column["type"], Boolean) else NullType()


def _reflected(connection: Connection, names: Collection[str]) -> dict[str, Table]:
    schema = None if connection.dialect.name == "sqlite" else "mirror"
    metadata = MetaData(schema=schema)
    if schema is None:
        event.listen(metadata, "column_reflect", _bare)
    found = set(inspect(connection).get_table_names(schema))
    metadata.reflect(connection, only=sorted(found.intersection(names)))
    return {table.name: table for table in metadata.tables.values()}


def _rows(connection: Connection, query: Select[Any]) -> Iterator[dict[str, Any]]:
    result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
    for row in result:
        yield _row(row._mapping)  # noqa: SLF001


def _row(row: Any) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, bytes | memoryview):
        return hexed(bytes(value))
    # No column holds anything else. SQLite takes it all the same, and the text of an id would pass for the id, which no
    # query finds.
    return f"text {value}" if isinstance(value, str) else f"{type(value).__name__} {value}"
