"""Indexes for lists that go on: of drafts those in time, however many there were before; of a bank account the latest statements."""

from __future__ import annotations

from alembic import op

revision = "20261129_list_indexes"
down_revision = "20261129_duties"


def upgrade() -> None:
    """Creates them, and drops the one that led to all drafts of a committee, late ones too."""
    schema = None if op.get_bind().dialect.name == "sqlite" else "app"
    op.drop_index("proposal_drafts_committee_idx", "proposal_drafts", schema=schema)
    op.create_index("proposal_drafts_deadline_idx", "proposal_drafts", ["deadline"], schema=schema)
    op.create_index("statements_bank_idx", "statements", ["bank", "imported_at", "id"], schema=schema)
