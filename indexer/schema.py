"""Brings the mirror's schema to this version: tables by the migrations beside this file, projections from history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, text

from indexer.projections import projection_named, replay
from indexer.tables import SCHEMA, mirror

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(engine: Engine) -> None:
    """Creates or migrates the tables, and renews projections that other code made, all or nothing."""
    with engine.begin() as connection:
        _begin(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        replay.renew(connection)


def rebuild(engine: Engine, name: str) -> None:
    """Makes one projection anew from history, all or nothing.

    Args:
        engine: The mirror's writer.
        name: Name of the projection.

    Raises:
        ProjectionUnknownError: There is none of this name.
    """
    noun = projection_named(name)
    with engine.begin() as connection:
        _begin(connection)
        replay.rebuild(connection, noun)


def drop(engine: Engine) -> None:
    """Drops the tables with all rows, all or nothing. The mirror can be rebuilt from the chain."""
    with engine.begin() as connection:
        _begin(connection)
        mirror.drop_all(connection)
        Table("alembic_version", MetaData(schema=SCHEMA)).drop(connection, checkfirst=True)


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction before rows change, but not before tables do.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
