"""Tables of the schema `app`: what the API knows that is not on chain. This package alone writes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = "app"

app = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
        "uq": "%(table_name)s_%(column_0_name)s_key",
    },
)

# SQLite counts up only in a column of exactly this type.
Counter = BigInteger().with_variant(Integer(), "sqlite")

commands = Table(
    "commands", app,
    Column("number", Counter, primary_key=True, comment="Order of acceptance."),
    Column("id", Text, nullable=False, unique=True, comment="32 hex digits, random."),
    Column("idempotency_key", Text, nullable=False, unique=True, comment="Scope, colon, the client's key. Never expires."),
    Column("digest", LargeBinary, nullable=False, comment="keccak256 of sender, contract and calldata, 32 bytes."),
    Column("kind", Text, nullable=False, comment="Name of the intent, or contract and function."),
    Column("signer", LargeBinary, comment="First key that signed the intent, 20 bytes; null for a service's own call."),
    Column("sender", Text, nullable=False, comment="Service whose key sends it: relayer, or a role in lower case."),
    Column("contract", Text, nullable=False),
    Column("data", LargeBinary, nullable=False, comment="Calldata."),
    Column("accepted_at", BigInteger, nullable=False, comment="Seconds since 1970."),
    Column("state", Text, nullable=False, comment="accepted, signed, done or refused; the last two are for good."),
    Column("change", BigInteger, nullable=False, comment="Number of its last change among all changes."),
    Column("sender_address", LargeBinary, comment="20 bytes; null until signed."),
    Column("nonce", BigInteger, comment="Account nonce; null until signed."),
    Column("hash", LargeBinary, comment="Hash of the transaction, 32 bytes; null until signed."),
    Column("raw", LargeBinary, comment="Signed transaction, stored before it is sent."),
    Column("block_number", BigInteger, comment="Final block that holds it; null until then."),
    Column("refusal", Text, comment="The problem as JSON, if refused."),
    UniqueConstraint("sender_address", "nonce"),
)  # fmt: skip
Index(None, commands.c.state, commands.c.number)
Index(None, commands.c.change)
Index(None, commands.c.signer)

receipts = Table(
    "receipts", app,
    Column("command", Text, ForeignKey("app.commands.id"), primary_key=True, comment="Command that it is of."),
    Column("file", Text, nullable=False, comment="What was signed and the receipt of it, as JSON: what the person keeps."),
)  # fmt: skip

challenges = Table(
    "challenges", app,
    Column("nonce", Text, primary_key=True, comment="32 hex digits, random; used once."),
    Column("address", LargeBinary, nullable=False, comment="Key that asked, 20 bytes."),
    Column("text", Text, nullable=False, comment="EIP-4361 text to sign."),
    Column("expires_at", BigInteger, nullable=False, comment="Seconds since 1970."),
)  # fmt: skip

nonces = Table(
    "nonces", app,
    Column("key", LargeBinary, primary_key=True, comment="Key that signs, 20 bytes."),
    Column("contract", Text, primary_key=True, comment="Contract that takes what it signs."),
    Column("start", BigInteger, nullable=False, comment="Upper bits of its nonces there, random."),
    Column("drawn", BigInteger, nullable=False, comment="How many were drawn."),
)  # fmt: skip

sessions = Table(
    "sessions", app,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie, 32 bytes."),
    Column("address", LargeBinary, nullable=False, comment="Key that signed in, 20 bytes."),
    Column("csrf", Text, nullable=False, comment="What a write must repeat in X-CSRF-Token."),
    Column("expires_at", BigInteger, nullable=False, index=True, comment="Seconds since 1970."),
)  # fmt: skip

statements = Table(
    "statements", app,
    Column("id", Text, primary_key=True, comment="32 hex digits, random."),
    Column("bank", BigInteger, nullable=False, comment="Bank account of the host, as on chain."),
    Column("file_hash", LargeBinary, nullable=False, comment="SHA-256 of the file, 32 bytes."),
    Column("format", Text, nullable=False, comment="camt.053, or name of the CSV mapping."),
    Column("opening_fen", BigInteger, nullable=False, comment="In fen."),
    Column("closing_fen", BigInteger, nullable=False, comment="In fen."),
    Column("lines", BigInteger, nullable=False, comment="How many."),
    Column("imported_at", BigInteger, nullable=False, comment="Seconds since 1970."),
    Column("imported_by", LargeBinary, nullable=False, comment="Member, 16 bytes."),
    UniqueConstraint("bank", "file_hash"), Index(None, "bank", "imported_at", "id"),
)  # fmt: skip

statement_lines = Table(
    "statement_lines", app,
    Column("statement", Text, ForeignKey("app.statements.id"), primary_key=True),
    Column("line", BigInteger, primary_key=True, autoincrement=False, comment="From 1."),
    Column("key", LargeBinary, nullable=False, index=True, comment="Bank-line key, 32 bytes (`IFunds`)."),
    Column("reference", Text, nullable=False, comment="The bank's own, normalised."),
    Column("amount_fen", BigInteger, nullable=False, comment="In fen; below zero for an outgoing line."),
    Column("booked_on", Text, nullable=False, comment="YYYY-MM-DD."),
    Column("counterparty", Text, nullable=False, comment="Personal: shown to treasurers only."),
    Column("text", Text, nullable=False, comment="Personal: shown to treasurers only."),
)  # fmt: skip

proposal_drafts = Table(
    "proposal_drafts", app,
    Column("proposal_id", LargeBinary, primary_key=True, comment="Hash of the proposal, 32 bytes."),
    Column("message", Text, nullable=False, comment="The SubmitProposal that its applicant signed, as JSON."),
    Column("signer", LargeBinary, nullable=False, comment="Key that signed it, 20 bytes."),
    Column("signature", LargeBinary, nullable=False, comment="As the key signed it."),
    Column("committee", BigInteger, nullable=False, comment="Committee that decides, as on chain."),
    Column(
        "deadline", BigInteger, nullable=False, index=True, comment="Last second at which it may arrive, seconds since 1970."
    ),
    Column("drafted_at", BigInteger, nullable=False, comment="Seconds since 1970."),
    Column("command", Text, ForeignKey("app.commands.id"), comment="Command that last carried it; null until it is sent."),
)  # fmt: skip

draft_approvals = Table(
    "draft_approvals", app,
    Column("proposal_id", LargeBinary, ForeignKey("app.proposal_drafts.proposal_id"), primary_key=True),
    Column("signer", LargeBinary, primary_key=True, comment="Key that approved, 20 bytes."),
    Column("signature", LargeBinary, nullable=False, comment="As the key signed it, over round 1 and the draft's deadline."),
    Column("kept_at", BigInteger, nullable=False, comment="Seconds since 1970."),
)  # fmt: skip

duties = Table(
    "duties", app,
    Column("duty", Text, primary_key=True, comment="Name of a duty of the keeper."),
    Column("succeeded_at", BigInteger, comment="When it was last seen to, seconds since 1970; null if it never was."),
    Column("failed_at", BigInteger, comment="When it last failed, seconds since 1970; null if it never did."),
    Column("fault", Text, comment="Name of the error with which it last failed."),
)  # fmt: skip
