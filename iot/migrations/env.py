"""Alembic environment: runs on the connection that `iot.database.migrate` gives it."""

from __future__ import annotations

from alembic import context

from iot.tables import SCHEMA, metadata

connection = context.config.attributes["connection"]
is_postgresql = connection.dialect.name == "postgresql"
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table="events_version",
    version_table_schema=SCHEMA if is_postgresql else None,
    include_schemas=is_postgresql,
)
context.run_migrations()
