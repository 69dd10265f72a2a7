"""Offices sign messages, as members do: no text waits to be signed any more."""

from __future__ import annotations

from alembic import op

revision = "20261130_orders_end"
down_revision = "20261130_receipts"

SCHEMA = "app"


def upgrade() -> None:
    """Drops the texts that were open to be signed; none of them could be carried out."""
    schema = None if op.get_bind().dialect.name == "sqlite" else SCHEMA
    op.drop_table("orders", schema=schema)
