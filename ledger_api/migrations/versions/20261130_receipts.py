"""Receipts of what was accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_receipts"
down_revision = "20261130_nonces"


def upgrade() -> None:
    """Creates what people keep of them."""
    is_file = op.get_bind().dialect.name == "sqlite"
    prefix = "" if is_file else "app."
    op.create_table(
        "receipts",
        sa.Column("command", sa.Text, sa.ForeignKey(f"{prefix}commands.id"), primary_key=True),
        sa.Column("file", sa.Text, nullable=False),
        schema=None if is_file else "app",
    )
