"""Tables of the schema `events`. `iot.log.store.EventStore` is their only writer.

On SQLite the schema name is translated away, because each schema is a file of its own.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
)

SCHEMA = "events"
metadata = MetaData(schema=SCHEMA)

head = Table(
    "head",
    metadata,
    Column("id", SmallInteger, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False, doc="Leaves in the log. Its row lock orders the writers."),
)

leaves = Table(
    "leaves",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False, doc="Place in the log, from 0."),
    Column("leaf_hash", LargeBinary(32), nullable=False, unique=True, doc="SHA-256(0x00 || message)."),
    Column("event_hash", LargeBinary(32), nullable=False, unique=True, doc="SHA-256 of the payload."),
    Column("message", LargeBinary, nullable=False, doc="COSE message as it came in."),
    Column("device", LargeBinary(8), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("prev", LargeBinary(32), doc="Event hash of the previous event it names."),
    Column("captured_ms", BigInteger, nullable=False, doc="Capture, milliseconds since 1970."),
    Column("type", BigInteger, nullable=False),
    Column("task", LargeBinary(16)),
    Column("actor", LargeBinary(16)),
    Column("received_seconds", BigInteger, nullable=False, doc="Receipt, seconds since 1970."),
    Column("notes", String, nullable=False, doc="Codes noted at receipt, comma between."),
    Index("leaves_device_seq", "device", "seq"),
)
Index(
    "leaves_task",
    leaves.c.task,
    postgresql_where=leaves.c.task.is_not(None),
    sqlite_where=leaves.c.task.is_not(None),
)
Index(
    "leaves_actor",
    leaves.c.actor,
    postgresql_where=leaves.c.actor.is_not(None),
    sqlite_where=leaves.c.actor.is_not(None),
)

tiles = Table(
    "tiles",
    metadata,
    Column("height", SmallInteger, primary_key=True, autoincrement=False, doc="8, 16, 24 …"),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False, doc="Hash of the full subtree over 2^height leaves."),
)

devices = Table(
    "devices",
    metadata,
    Column("device", LargeBinary(8), primary_key=True),
    Column("seq", BigInteger, nullable=False, doc="Highest seq logged."),
    Column("boot", BigInteger, nullable=False, doc="Boot of that event."),
    Column("event_hash", LargeBinary(32), nullable=False, doc="Event hash of that event."),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("device", LargeBinary(8), primary_key=True),
    Column("code", String, primary_key=True),
    Column("first_index", BigInteger, primary_key=True, autoincrement=False),
    Column("second_index", BigInteger, primary_key=True, autoincrement=False),
    Column("counts_until_ms", BigInteger, nullable=False),
)

refused = Table(
    "refused",
    metadata,
    Column("message_hash", LargeBinary(32), primary_key=True, doc="SHA-256 of the whole message."),
    Column("received_seconds", BigInteger, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("why", String, nullable=False),
    Column("message", LargeBinary, nullable=False, doc="At most its first 768 bytes."),
)

parked = Table(
    "parked",
    metadata,
    Column("message_hash", LargeBinary(32), primary_key=True, doc="SHA-256 of the whole message."),
    Column("received_seconds", BigInteger, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("message", LargeBinary, nullable=False),
)
