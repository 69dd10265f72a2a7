"""Nonces that were drawn for drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_nonces"
down_revision = "20261129_list_indexes"


def upgrade() -> None:
    """Creates their beginnings and counts."""
    op.create_table(
        "nonces",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("contract", sa.Text, primary_key=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("drawn", sa.BigInteger, nullable=False),
        schema=None if op.get_bind().dialect.name == "sqlite" else "app",
    )
