"""An index for the list of what a resident objected to."""

from __future__ import annotations

from alembic import op

revision = "20261129_objections_by_member"
down_revision = "20261128_history_indexes"


def upgrade() -> None:
    """Creates it."""
    op.create_index(
        "objection_raised_member_idx",
        "objection_raised",
        ["member", "block_number", "log_index"],
        schema=None if op.get_bind().dialect.name == "sqlite" else "mirror",
    )
