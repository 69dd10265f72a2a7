"""The event log: leaves, tiles, device states, conflicts, refused and parked messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from iot.log.tables import SCHEMA

revision = "2026_11_24_event_log"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates all tables and the row that orders the writers."""
    schema = SCHEMA if op.get_bind().dialect.name == "postgresql" else None
    _create_log(schema)
    _create_device_state(schema)
    _create_waiting_rooms(schema)


def _create_log(schema: str | None) -> None:
    head = op.create_table(
        "head",
        sa.Column("id", sa.SmallInteger, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.bulk_insert(head, [{"id": 1, "size": 0}])
    op.create_table(
        "leaves",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leaf_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("event_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.LargeBinary(8), nullable=False),
        sa.Column("boot", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("prev", sa.LargeBinary(32)),
        sa.Column("captured_ms", sa.BigInteger, nullable=False),
        sa.Column("type", sa.BigInteger, nullable=False),
        sa.Column("task", sa.LargeBinary(16)),
        sa.Column("actor", sa.LargeBinary(16)),
        sa.Column("received_seconds", sa.BigInteger, nullable=False),
        sa.Column("notes", sa.String, nullable=False),
        schema=schema,
    )
    op.create_index("leaves_device_seq", "leaves", ["device", "seq"], schema=schema)
    for name in ("task", "actor"):
        is_set = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"leaves_{name}", "leaves", [name], schema=schema, postgresql_where=is_set, sqlite_where=is_set
        )
    op.create_table(
        "tiles",
        sa.Column("height", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        schema=schema,
    )


def _create_device_state(schema: str | None) -> None:
    op.create_table(
        "devices",
        sa.Column("device", sa.LargeBinary(8), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("boot", sa.BigInteger, nullable=False),
        sa.Column("event_hash", sa.LargeBinary(32), nullable=False),
        schema=schema,
    )
    op.create_table(
        "conflicts",
        sa.Column("device", sa.LargeBinary(8), primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("first_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("second_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("counts_until_ms", sa.BigInteger, nullable=False),
        schema=schema,
    )


def _create_waiting_rooms(schema: str | None) -> None:
    op.create_table(
        "refused",
        sa.Column("message_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("received_seconds", sa.BigInteger, nullable=False, index=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        schema=schema,
    )
    op.create_table(
        "parked",
        sa.Column("message_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("received_seconds", sa.BigInteger, nullable=False, index=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        schema=schema,
    )
