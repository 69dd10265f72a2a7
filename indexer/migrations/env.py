"""Alembic's entry: runs the migrations on the connection that `indexer.schema.upgrade` gives."""

from __future__ import annotations

from typing import Any

from alembic import context

from indexer.tables import SCHEMA, mirror


def run(connection: Any) -> None:
    """Runs the migrations that are missing."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=mirror,
        version_table_schema=None if sqlite else SCHEMA,
        include_schemas=not sqlite,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
