"""The table of `tests.kit.notes`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "one"
down_revision = None


def upgrade() -> None:
    schema = None if op.get_bind().dialect.name == "sqlite" else "notes"
    op.create_table("notes", sa.Column("id", sa.BigInteger, primary_key=True), schema=schema)
