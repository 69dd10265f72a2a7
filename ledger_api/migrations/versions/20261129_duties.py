"""How the keeper's duties go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_duties"
down_revision = "20261128_orders"

SCHEMA = "app"


def upgrade() -> None:
    """Creates a row for each duty."""
    op.create_table(
        "duties",
        sa.Column("duty", sa.Text, primary_key=True),
        sa.Column("succeeded_at", sa.BigInteger),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("fault", sa.Text),
        schema=None if op.get_bind().dialect.name == "sqlite" else SCHEMA,
    )
