"""Several versions of a contract: who emitted an event, and by which record the mirror was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_versions"
down_revision = "20261129_objections_by_member"


def upgrade() -> None:
    """Creates both tables."""
    schema = None if op.get_bind().dialect.name == "sqlite" else "mirror"
    blocks = "blocks.number" if schema is None else "mirror.blocks.number"
    op.create_table(
        "emitters",
        sa.Column("block_number", sa.BigInteger, sa.ForeignKey(blocks, ondelete="CASCADE"), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        schema=schema,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "versions",
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("first_block", sa.BigInteger, nullable=False),
        sa.Column("end_block", sa.BigInteger),
        schema=schema,
    )
