"""Tables of the mirror, schema `mirror`. The indexer alone writes them; a rewind deletes block rows and all that hangs on them.

Here stand blocks, balances and what the indexer knows of itself. Events are in `indexer.history`, state in
`indexer.projections`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)

from indexer.names import EMITTERS

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from contracts.types import Scalar

SCHEMA = "mirror"

mirror = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
        "uq": "%(table_name)s_%(column_0_name)s_key",
    },
)


class Uint64(TypeDecorator[int]):
    """A BIGINT that holds 0 to 2^64 - 1 in two's complement.

    All amounts are below 2^63 and read the same in plain SQL. A limit such as "no upper bound" may be above, and reads
    as the negative number 2^64 below it.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> int | None:
        """The signed number that is stored."""
        del dialect
        return value - 2**64 if value is not None and value >= 2**63 else value

    def process_result_value(self, value: int | None, dialect: Any) -> int | None:
        """The number that was emitted."""
        del dialect
        return value + 2**64 if value is not None and value < 0 else value


def column_type(scalar: Scalar) -> TypeEngine[Any]:
    """SQL type of a scalar, chosen once for all tables."""
    if scalar.enum:
        return SmallInteger()
    if scalar.abi == "bool":
        return Boolean()
    if scalar.abi == "uint64":
        return Uint64()
    return BigInteger() if scalar.abi.startswith("uint") else LargeBinary()


def block_number(*, primary_key: bool = True, index: bool = False) -> Column[int]:
    """The block that holds a row; with it the row goes."""
    parent = ForeignKey(f"{SCHEMA}.blocks.number", ondelete="CASCADE")
    return Column("block_number", BigInteger, parent, primary_key=primary_key, index=index, nullable=False)


def key_column(name: str) -> Column[int]:
    """A number of the primary key that the chain gives."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


blocks = Table(
    "blocks", mirror,
    key_column("number"),
    Column("hash", LargeBinary, nullable=False, unique=True, doc="32 bytes."),
    Column("parent_hash", LargeBinary, nullable=False, doc="32 bytes."),
    Column("time", BigInteger, nullable=False, index=True, doc="Seconds since 1970."),
    sqlite_with_rowid=False,
)  # fmt: skip

transactions = Table(
    "transactions", mirror, block_number(), key_column("tx_index"),
    Column("hash", LargeBinary, nullable=False, unique=True, doc="32 bytes."),
    Column("target", LargeBinary, doc="20 bytes; null for a creation."),
    Column("status", SmallInteger, nullable=False, doc="1 done, 0 reverted."),
    Column("gas_used", BigInteger, nullable=False, doc="Gas."),
    sqlite_with_rowid=False,
)  # fmt: skip

balances = Table(
    "balances", mirror,
    Column("account", LargeBinary, primary_key=True, doc="32 bytes."),
    block_number(index=True),
    Column("balance", BigInteger, nullable=False, doc="In the unit of the account, after the block."),
    sqlite_with_rowid=False,
)  # fmt: skip

# Which code made each projection; one of another code is made anew from history (`indexer.projections`).
projections = Table(
    "projections", mirror,
    Column("name", Text, primary_key=True, doc="Table of the projection."),
    Column("digest", LargeBinary, nullable=False, doc="SHA-256 of its columns and rules, 32 bytes."),
)  # fmt: skip

# Who emitted an event, where that was not the version of its contract that is the latest in that block: a module that was
# replaced, and ends what it began.
emitters = Table(
    EMITTERS, mirror, block_number(), key_column("log_index"),
    Column("address", LargeBinary, nullable=False, doc="20 bytes."),
    sqlite_with_rowid=False,
)  # fmt: skip

# By which record of contracts the mirror was made (`indexer.versions`).
versions = Table(
    "versions", mirror,
    Column("label", Text, primary_key=True, doc="Name of the contract, and number of a later version."),
    Column("address", LargeBinary, nullable=False, doc="20 bytes."),
    Column("first_block", BigInteger, nullable=False, doc="First block in which its events count."),
    Column("end_block", BigInteger, doc="First block in which they count no more; null if they go on."),
)  # fmt: skip

# The validator set after each block that changed it or its votes. Empty where blocks carry no seals.
validators = Table(
    "validators", mirror, block_number(),
    Column("addresses", LargeBinary, nullable=False, doc="20 bytes each: who may seal the next block."),
    Column("votes", LargeBinary, nullable=False, doc="41 bytes each: proposer, subject, 1 to add or 0 to drop."),
    sqlite_with_rowid=False,
)  # fmt: skip

cursor = Table(
    "cursor", mirror,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="cursor_one_row"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False, doc="Last mirrored block."),
    Column("hash", LargeBinary, nullable=False, doc="Its hash, 32 bytes."),
    Column("final_number", BigInteger, nullable=False, doc="Last final block; it never goes back."),
)  # fmt: skip

status = Table(
    "status", mirror,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="status_one_row"), primary_key=True, autoincrement=False),
    Column("head_number", BigInteger, nullable=False, doc="The node's last block when it was last asked."),
    Column("halted", Boolean, nullable=False, doc="Whether the node told something that does not prove itself."),
    Column("reason", Text, doc="What did not match, if halted."),
    Column("checked_at", BigInteger, nullable=False, doc="When the node last answered, seconds since 1970."),
)  # fmt: skip
