"""Indexes of history only where a list of history looks. Until now each field had one that the contracts index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_history_indexes"
down_revision = "20261128_projections"

PLACE = ["block_number", "log_index"]
KEPT = {
    "transferred_payer_idx", "transferred_payee_idx", "transferred_cause_idx", "payout_proven_worker_idx",
    "payout_reversed_worker_idx",
}  # fmt: skip
KEPT_FIELDS = {"proposal_id", "task"}


def upgrade() -> None:
    """Drops the others."""
    schema = None if op.get_bind().dialect.name == "sqlite" else "mirror"
    inspector = sa.inspect(op.get_bind())
    for table in inspector.get_table_names(schema):
        for index in inspector.get_indexes(table, schema):
            field, *place = index["column_names"]
            of_history = place == PLACE and index["name"] == f"{table}_{field}_idx"
            if of_history and index["name"] not in KEPT and field not in KEPT_FIELDS:
                op.drop_index(str(index["name"]), table, schema=schema)
