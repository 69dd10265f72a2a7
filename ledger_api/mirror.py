"""Reading the mirror: every answer is drawn from one snapshot, and says of which block."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy import BigInteger, cast, func, select, type_coerce
from sqlalchemy.exc import DBAPIError

from indexer.tables import EVENT_TABLES, blocks, cursor, transactions
from ledger_api.errors import MirrorUnavailableError
from ledger_api.standing import Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import ColumnElement, Executable, Row, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from contracts.types import Event
    from ledger_api.standing import Record

R = TypeVar("R", bound="Record")


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
        standing = standing_of(self.number, self.final_number)
        return {"block_number": self.number, "block_hash": self.hash, "standing": standing}


class Reading:
    """One snapshot of the mirror.

    Attributes:
        head: Its highest verified block.
    """

    def __init__(self, connection: AsyncConnection, head: Head) -> None:
        self._connection = connection
        self.head = head

    async def rows(self, query: Executable) -> Sequence[Row[Any]]:
        """All rows of a query."""
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows

    async def first(self, query: Select[Any]) -> Row[Any] | None:
        """The first row of a query."""
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def records(self, kind: type[R], query: Select[Any]) -> list[R]:
        """The rows of a `recorded` query, with their standing."""
        return [self.record(kind, row) for row in await self.rows(query)]

    def record(self, kind: type[R], row: Row[Any], **more: Any) -> R:
        """One row of a `recorded` query, with its standing and fields that are computed."""
        return kind(**pick(kind, row), standing=self.standing(row.block_number), **more)

    def standing(self, block_number: int) -> Standing:
        """Standing of what a block holds."""
        return standing_of(block_number, self.head.final_number)


def pick(kind: type[Any], row: Row[Any]) -> dict[str, Any]:
    """The columns of a row that a form has as fields."""
    return {name: value for name, value in row._mapping.items() if name in kind.model_fields}  # noqa: SLF001


def told_by(row: Row[Any], *names: str) -> Any:
    """The first of some columns that a row has; None if it has none of them."""
    columns = row._mapping  # noqa: SLF001
    return next((columns[name] for name in names if name in columns), None)


@asynccontextmanager
async def read(engine: AsyncEngine) -> AsyncIterator[Reading]:
    """One snapshot of the mirror.

    Raises:
        MirrorUnavailableError: The mirror is not there yet, or its database does not answer.
    """
    async with connected(engine) as connection:
        yield Reading(connection, await _head(connection))


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection to the mirror.

    Raises:
        MirrorUnavailableError: The mirror is not there yet, or its database does not answer.
    """
    try:
        async with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise MirrorUnavailableError(f"expected a mirror to read, got {type(error.orig).__name__}") from error


async def reading_of(request: Request) -> AsyncIterator[Reading]:
    """The snapshot of a request."""
    async with read(request.app.state.mirror_engine) as reading:
        yield reading


# What an endpoint asks for to read the mirror.
Mirror = Annotated[Reading, Depends(reading_of)]


def recorded(event: type[Event], *more: ColumnElement[Any]) -> Select[Any]:
    """All records of an event: its fields, and block, block hash, transaction hash and time.

    Args:
        event: The event.
        more: Further columns.
    """
    return placed(EVENT_TABLES[event], *EVENT_TABLES[event].c, *more)


def placed(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of an event's table with block hash, transaction hash and time of each row."""
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


async def _head(connection: AsyncConnection) -> Head:
    query = select(cursor.c.number, cursor.c.hash, cursor.c.final_number, blocks.c.time).join_from(
        cursor, blocks, blocks.c.number == cursor.c.number
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise MirrorUnavailableError("expected a mirror with at least one block, got an empty one")
    return Head(number=row.number, hash=row.hash, time=row.time, final_number=row.final_number)


def times(event: type[Event], key: str, of: ColumnElement[Any]) -> ColumnElement[int]:
    """How often an event happened to something, as a column.

    Args:
        event: The event.
        key: Its column that names the thing.
        of: The thing, a column of the query around it.
    """
    table = EVENT_TABLES[event]
    return select(func.count()).select_from(table).where(table.c[key] == of).scalar_subquery()


def total(values: ColumnElement[int]) -> ColumnElement[int]:
    """Sum of a column, 0 of no rows. It may be below zero, and is an integer on every database."""
    return cast(func.coalesce(func.sum(type_coerce(values, BigInteger)), 0), BigInteger)
