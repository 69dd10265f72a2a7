"""Reading the mirror: every answer is drawn from one snapshot, and says of which block."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from sqlalchemy import BigInteger, cast, func, select, type_coerce
from sqlalchemy.exc import DBAPIError

from indexer.tables import blocks, cursor, transactions
from kit.prepared import Prepared
from ledger_api.context import context_of
from ledger_api.errors import MirrorUnavailableError
from ledger_api.finality import Finality, finality_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import ColumnElement, Executable, Result, Row, Select, Table

    from indexer.projections.noun import Noun
    from indexer.projections.version import Version
    from kit.reader import Reader, ReaderConnection
    from ledger_api.finality import Record

    Query = Executable | Prepared
R = TypeVar("R", bound="Record")
V = TypeVar("V", bound="Version")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The block at which an answer holds.

    Attributes:
        number: Its number.
        hash: Its hash, 32 bytes.
        time: Its time, seconds since 1970.
        final_number: Highest final block.
    """

    number: int
    hash: bytes
    time: int
    final_number: int

    def stands(self) -> dict[str, Any]:
        """The fields of an `Answer`."""
        finality = finality_of(self.number, self.final_number)
        return {"block_number": self.number, "block_hash": self.hash, "finality": finality}


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed(Generic[V]):
    """A thing as it is now, and where on the chain it began.

    Attributes:
        version: The thing.
        block_hash: Hash of the block of its first event, 32 bytes.
        time: Time of that block, seconds since 1970.
        transaction_hash: Hash of the transaction that emitted the event, 32 bytes.
    """

    version: V
    block_hash: bytes
    time: int
    transaction_hash: bytes


class Reading:
    """One snapshot of the mirror.

    Attributes:
        head: Its highest verified block.
    """

    def __init__(self, connection: ReaderConnection, head: Head) -> None:
        self._connection = connection
        self.head = head

    async def rows(self, query: Query) -> Sequence[Row[Any]]:
        """All rows of a query."""
        rows: Sequence[Row[Any]] = (await self._execute(query)).all()
        return rows

    async def first(self, query: Query) -> Row[Any] | None:
        """The first row of a query."""
        row: Row[Any] | None = (await self._execute(query)).first()
        return row

    async def _execute(self, query: Query) -> Result[*tuple[Any, ...]]:
        if isinstance(query, Prepared):
            return await self._connection.execute(query.statement, query.values)
        return await self._connection.execute(query)

    async def versions(self, noun: Noun[V], query: Query) -> list[V]:
        """The things of a query over `open_rows`."""
        return [noun.version(row) for row in await self.rows(query)]

    async def placed(self, noun: Noun[V], query: Query) -> list[Placed[V]]:
        """The things of a query over `placed_rows`."""
        rows: Sequence[Sequence[Any]] = await self.rows(query)
        return [
            Placed(version=noun.version(row[:-3]), block_hash=row[-3], time=row[-2], transaction_hash=row[-1])
            for row in rows
        ]

    def placed_record(self, kind: type[R], placed: Placed[Any], **more: Any) -> R:
        """A thing as a record of the API.

        Args:
            kind: Form of the record; fields of the same name are taken over.
            placed: The thing.
            more: Fields that are computed.
        """
        found = vars(placed.version) | {
            "block_hash": placed.block_hash, "time": placed.time, "transaction_hash": placed.transaction_hash,
            "finality": self.finality(placed.version.block_number),
        }  # fmt: skip
        return kind(**{name: found[name] for name in _fields_of(kind) if name in found} | more)

    async def records(self, kind: type[R], query: Query) -> list[R]:
        """The rows of a `recorded` query, with their finality."""
        return [self.record(kind, row) for row in await self.rows(query)]

    def record(self, kind: type[R], row: Row[Any], **more: Any) -> R:
        """One row of a `recorded` query, with its finality and fields that are computed, which count before its columns."""
        return kind(**pick(kind, row) | more, finality=self.finality(row.block_number))

    def finality(self, block_number: int) -> Finality:
        """Finality of what a block holds."""
        return finality_of(block_number, self.head.final_number)


def pick(kind: type[Record], row: Row[Any]) -> dict[str, Any]:
    """The columns of a row that a form has as fields."""
    fields = _fields_of(kind)
    return {name: value for name, value in row._mapping.items() if name in fields}  # noqa: SLF001


@cache
def _fields_of(kind: type[Record]) -> frozenset[str]:
    """Names of the fields of a form, which Pydantic would look for again each time."""
    return frozenset(kind.model_fields)


@asynccontextmanager
async def read(reader: Reader) -> AsyncIterator[Reading]:
    """One snapshot of the mirror.

    Raises:
        MirrorUnavailableError: The mirror is not there yet, or its database does not answer.
    """
    async with connected(reader) as connection:
        yield Reading(connection, await _head(connection))


@asynccontextmanager
async def connected(reader: Reader) -> AsyncIterator[ReaderConnection]:
    """A connection to the mirror.

    Raises:
        MirrorUnavailableError: The mirror is not there yet, or its database does not answer.
    """
    try:
        async with reader.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise MirrorUnavailableError(f"expected a mirror to read, got {type(error.orig).__name__}") from error


async def reading_of(request: Request) -> AsyncIterator[Reading]:
    """The snapshot of a request."""
    async with read((await context_of(request)).mirror) as reading:
        yield reading


HEAD = select(cursor.c.number, cursor.c.hash, cursor.c.final_number, blocks.c.time).join_from(
    cursor, blocks, blocks.c.number == cursor.c.number
)
# What an endpoint asks for to read the mirror.
Mirror = Annotated[Reading, Depends(reading_of)]


@cache
def open_rows(noun: Noun[Any]) -> Select[Any]:
    """All things of a noun as they are now."""
    return select(noun.table).where(noun.table.c.to_block.is_(None))


@cache
def placed_rows(noun: Noun[Any]) -> Select[Any]:
    """All things of a noun as they are now, each with where on the chain it began."""
    return placed(noun.table, *noun.table.c).where(noun.table.c.to_block.is_(None))


def placed(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of a table with block hash, transaction hash and time of each row."""
    in_transaction = (transactions.c.block_number == table.c.block_number) & (
        transactions.c.tx_index == table.c.tx_index
    )
    return (
        select(
            *columns,
            blocks.c.hash.label("block_hash"),
            blocks.c.time,
            transactions.c.hash.label("transaction_hash"),
        )
        .join_from(table, blocks, blocks.c.number == table.c.block_number)
        .join(transactions, in_transaction)
    )


async def _head(connection: ReaderConnection) -> Head:
    row = (await connection.execute(HEAD)).first()
    if row is None:
        raise MirrorUnavailableError("expected a mirror with at least one block, got an empty one")
    return Head(number=row.number, hash=row.hash, time=row.time, final_number=row.final_number)


def total(values: ColumnElement[int]) -> ColumnElement[int]:
    """Sum of a column, 0 of no rows. It may be below zero, and is an integer on every database."""
    return cast(func.coalesce(func.sum(type_coerce(values, BigInteger)), 0), BigInteger)
