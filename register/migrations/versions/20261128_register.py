"""The town's register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_register"
down_revision = None

SCHEMA = "town"


def upgrade() -> None:
    """Creates the edits, the documents and the keys of those whose data are encrypted."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    schema = None if is_sqlite else SCHEMA
    counter = sa.Integer() if is_sqlite else sa.BigInteger()
    op.create_table(
        "edits",
        sa.Column("number", counter, primary_key=True),
        sa.Column("noun", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("value", sa.LargeBinary),
        sa.Column("editor", sa.Text, nullable=False),
        sa.Column("edited_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_index("edits_noun_key_number_idx", "edits", ["noun", "key", "number"], schema=schema)
    op.create_table(
        "documents",
        sa.Column("commitment", sa.LargeBinary, primary_key=True),
        sa.Column("subject", sa.Text),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("stored_by", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_index("ix_town_documents_size_bytes", "documents", ["size_bytes"], schema=schema)
    op.create_table(
        "subject_keys",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        schema=schema,
    )
