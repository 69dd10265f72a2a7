"""Orders that offices may sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_orders"
down_revision = "20261128_documents"

SCHEMA = "app"


def upgrade() -> None:
    """Creates the texts that are open to be signed."""
    schema = None if op.get_bind().dialect.name == "sqlite" else SCHEMA
    op.create_table(
        "orders",
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_index("orders_expires_at_idx", "orders", ["expires_at"], schema=schema)
