"""Brings a schema to this version, by the migrations of its package."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.exc import OperationalError

from kit.database import open_engine, writing
from kit.errors import DatabaseNewerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy import Connection

    from kit.database import Schema

ALEMBIC = Path(__file__).with_name("alembic")
_DOWN_REVISION = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


def upgrade(database_url: str, schema: Schema) -> None:
    """Creates or migrates the tables, all or nothing. Several processes may do so at once; they take turns.

    Args:
        database_url: As for `open_engine`.
        schema: The tables.

    Raises:
        DatabaseNewerError: A later version of the program migrated them.
    """
    with upgrading(database_url, schema):
        pass


@contextmanager
def upgrading(database_url: str, schema: Schema) -> Iterator[Connection]:
    """`upgrade`, and in the same transaction whatever else makes the content that of this version.

    Args:
        database_url: As for `open_engine`.
        schema: The tables.

    Raises:
        DatabaseNewerError: A later version of the program migrated them.
    """
    with _alone(database_url, schema) as connection:
        _refuse_newer(connection, schema)
        # Whoever opens a database migrates it; most are of this version already, for which nobody waits until Alembic is loaded.
        down = _down_revisions(schema.versions)
        if _heads(connection, schema) != down.keys() - down.values():
            from alembic import command

            config = _config(schema.versions)
            config.attributes |= {"connection": connection, "schema": schema}
            command.upgrade(config, "head")
        yield connection


def refuse_newer(database_url: str, schema: Schema) -> None:
    """Makes sure that this version may use a database. One that is not there, or away, is no reason to refuse it.

    Args:
        database_url: As for `open_engine`.
        schema: The tables.

    Raises:
        DatabaseNewerError: A later version of the program migrated it.
    """
    engine = open_engine(database_url, schema, read_only=True)
    try:
        with engine.connect() as connection:
            _refuse_newer(connection, schema)
    except OperationalError:
        pass
    finally:
        engine.dispose()


def drop(database_url: str, schema: Schema) -> None:
    """Drops the tables with all rows, all or nothing.

    Args:
        database_url: As for `open_engine`.
        schema: The tables.

    Raises:
        DatabaseNewerError: A later version of the program migrated them, and may have tables that are not known here.
    """
    with _alone(database_url, schema) as connection:
        _refuse_newer(connection, schema)
        schema.metadata.drop_all(connection)
        Table(schema.version_table, MetaData(schema=schema.name)).drop(connection, checkfirst=True)


def version_options(connection: Connection, schema: Schema) -> dict[str, Any]:
    """Where Alembic finds the version of a schema, as options of its context."""
    is_sqlite = connection.dialect.name == "sqlite"
    names = connection.get_execution_options().get("schema_translate_map", {})
    return {
        "version_table": schema.version_table,
        "version_table_schema": names.get(schema.name, schema.name),
        "include_schemas": not is_sqlite,
    }


@cache
def _down_revisions(versions: Path) -> dict[str, str | None]:
    """The migrations in a folder, which are named as their files, with the one before each."""
    files = (path for path in versions.glob("*.py") if path.stem != "__init__")
    found = {path.stem: _DOWN_REVISION.search(path.read_text("utf-8")) for path in files}
    return {revision: before and before[1] for revision, before in found.items()}


def _config(versions: Path) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _escaped(ALEMBIC))
    config.set_main_option("version_locations", _escaped(versions))
    config.set_main_option("path_separator", "newline")
    return config


@contextmanager
def _alone(database_url: str, schema: Schema) -> Iterator[Connection]:
    """The only writing transaction of a schema, which is there."""
    engine = open_engine(database_url, schema)
    try:
        with writing(engine) as connection:
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema.name}")
            yield connection
    finally:
        engine.dispose()


def _refuse_newer(connection: Connection, schema: Schema) -> None:
    for revision in _heads(connection, schema) - _down_revisions(schema.versions).keys():
        raise DatabaseNewerError(schema.name, revision)


def _heads(connection: Connection, schema: Schema) -> set[str]:
    """The last migrations that a database has."""
    place = version_options(connection, schema)["version_table_schema"]
    if not inspect(connection).has_table(schema.version_table, schema=place):
        return set()
    table = Table(schema.version_table, MetaData(), Column("version_num", String), schema=place)
    return set(connection.scalars(select(table.c.version_num)))


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
