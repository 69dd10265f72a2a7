"""Documents leave this schema: they are kept in the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_documents"
down_revision = "20261124_proposal_drafts"

SCHEMA = "app"


def upgrade() -> None:
    """Sets the table aside, or drops it if it is empty.

    Their contents are files, and the register is another database: no migration can move them. A town with documents keeps
    the rows, which have the only salts, until `gongji register import` has moved all of them and drops the table.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    schema = None if is_sqlite else SCHEMA
    documents = sa.table("documents", sa.column("commitment"), schema=schema)
    if op.get_bind().scalar(sa.select(documents.c.commitment).limit(1)) is None:
        op.drop_table("documents", schema=schema)
    else:
        op.rename_table("documents", "documents_to_import", schema=schema)
