"""Requests that collect their approvals before they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_proposal_drafts"
down_revision = "20261124_tables"

SCHEMA = "app"


def upgrade() -> None:
    """Creates drafts of proposals and the approvals kept for them."""
    schema = None if op.get_bind().dialect.name == "sqlite" else SCHEMA
    prefix = f"{schema}." if schema else ""
    op.create_table(
        "proposal_drafts",
        sa.Column("proposal_id", sa.LargeBinary, primary_key=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("signer", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("committee", sa.BigInteger, nullable=False),
        sa.Column("deadline", sa.BigInteger, nullable=False),
        sa.Column("drafted_at", sa.BigInteger, nullable=False),
        sa.Column("command", sa.Text, sa.ForeignKey(f"{prefix}commands.id")),
        schema=schema,
    )
    op.create_index("proposal_drafts_committee_idx", "proposal_drafts", ["committee"], schema=schema)
    op.create_table(
        "draft_approvals",
        sa.Column(
            "proposal_id",
            sa.LargeBinary,
            sa.ForeignKey(f"{prefix}proposal_drafts.proposal_id"),
            primary_key=True,
        ),
        sa.Column("signer", sa.LargeBinary, primary_key=True),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
