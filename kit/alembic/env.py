"""Alembic's entry: runs the versions of the schema and on the connection that `kit.migrations` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

from kit.migrations import version_options

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kit.database import Schema


def run(connection: Connection, schema: Schema) -> None:
    """Runs the versions that are missing."""
    context.configure(
        connection=connection, target_metadata=schema.metadata, **version_options(connection, schema)
    )
    context.run_migrations()


run(**context.config.attributes)
