"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_tables"
down_revision = None

SCHEMA = "app"
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates commands, sessions, statements and documents."""
    schema = None if op.get_bind().dialect.name == "sqlite" else SCHEMA
    _commands(schema)
    _sessions(schema)
    _statements(schema)
    _documents(schema)


def _commands(schema: str | None) -> None:
    op.create_table(
        "commands",
        sa.Column("number", COUNTER, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("idempotency_key", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("signer", sa.LargeBinary),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("accepted_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("sender_address", sa.LargeBinary),
        sa.Column("nonce", sa.BigInteger),
        sa.Column("hash", sa.LargeBinary),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("block_number", sa.BigInteger),
        sa.Column("refusal", sa.Text),
        sa.UniqueConstraint("sender_address", "nonce", name="commands_sender_address_key"),
        schema=schema,
    )
    op.create_index("commands_state_idx", "commands", ["state", "number"], schema=schema)
    op.create_index("commands_change_idx", "commands", ["change"], schema=schema)
    op.create_index("commands_signer_idx", "commands", ["signer"], schema=schema)


def _sessions(schema: str | None) -> None:
    op.create_table(
        "challenges",
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"], schema=schema)


def _statements(schema: str | None) -> None:
    prefix = f"{schema}." if schema else ""
    op.create_table(
        "statements",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("bank", sa.BigInteger, nullable=False),
        sa.Column("file_hash", sa.LargeBinary, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("opening_fen", sa.BigInteger, nullable=False),
        sa.Column("closing_fen", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("imported_by", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("bank", "file_hash", name="statements_bank_key"),
        schema=schema,
    )
    op.create_table(
        "statement_lines",
        sa.Column("statement", sa.Text, sa.ForeignKey(f"{prefix}statements.id"), primary_key=True),
        sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("booked_on", sa.Text, nullable=False),
        sa.Column("counterparty", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        schema=schema,
    )
    op.create_index("statement_lines_key_idx", "statement_lines", ["key"], schema=schema)


def _documents(schema: str | None) -> None:
    op.create_table(
        "documents",
        sa.Column("commitment", sa.LargeBinary, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("stored_by", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        schema=schema,
    )
