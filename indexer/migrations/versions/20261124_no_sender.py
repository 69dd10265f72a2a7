"""Transactions without their senders: nobody asks the mirror for them, and to recover them took most of the time."""

from __future__ import annotations

from alembic import op

revision = "20261124_no_sender"
down_revision = "20261124_tables"


def upgrade() -> None:
    """Drops the column."""
    schema = None if op.get_bind().dialect.name == "sqlite" else "mirror"
    op.drop_column("transactions", "sender", schema=schema)
