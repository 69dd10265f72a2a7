"""Which code made each projection. Their own tables are made from history, not migrated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_projections"
down_revision = "20261124_no_sender"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "projections",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="projections_pkey"),
        schema=None if op.get_bind().dialect.name == "sqlite" else "mirror",
    )
