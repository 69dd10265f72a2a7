"""The balance of one account, the question that is asked most: one prepared statement, straight to the driver.

A single statement sees one state of the database, so no transaction is opened. SQLite answers it from its page cache in
some microseconds, less than handing it to a thread would take, so it runs where it is asked; a reader of a WAL database
never waits for the writer.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from sqlalchemy import BigInteger, LargeBinary, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from indexer.projections.account import accounts
from indexer.tables import SCHEMA, balances, blocks, cursor
from ledger_api.errors import MirrorUnavailableError

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Select

CONNECTIONS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class BalanceRow:
    """What the mirror has about an account at a block.

    Attributes:
        head_number: Highest verified block.
        head_hash: Its hash, 32 bytes.
        final_number: Highest final block.
        number: Block that was asked for.
        hash: Its hash; None if it is above the head.
        unit: What the account holds; None if it was not open.
        world: Whether it may go below zero; None if it was not open.
        balance: Balance at the block.
    """

    head_number: int
    head_hash: bytes
    final_number: int
    number: int
    hash: bytes | None
    unit: int | None
    world: bool | None
    balance: int


class BalanceReader(Protocol):
    """Asks for one balance."""

    async def read(self, account: bytes, at_block: int | None) -> BalanceRow:
        """The balance of an account.

        Args:
            account: 32 bytes.
            at_block: Block number; None takes the head.

        Raises:
            MirrorUnavailableError: The mirror cannot be read.
        """

    async def close(self) -> None:
        """Closes its connections."""


def open_balances(mirror_url: str) -> BalanceReader:
    """A reader of balances; it connects when it is first asked.

    Args:
        mirror_url: SQLAlchemy URL of the mirror.
    """
    url = make_url(mirror_url)
    if url.get_backend_name() == "sqlite":
        return SqliteBalances(str(url.database))
    return PostgresBalances(url.set(drivername="postgresql").render_as_string(hide_password=False))


class SqliteBalances:
    """Balances from a SQLite file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._sql, self._always = _compiled(sqlite.dialect(paramstyle="named"), "main")
        self._connection: sqlite3.Connection | None = None

    async def read(self, account: bytes, at_block: int | None) -> BalanceRow:
        """The balance of an account."""
        try:
            row = (
                self._connected()
                .execute(self._sql, self._always | {"account": account, "at": at_block})
                .fetchone()
            )
        except sqlite3.Error as error:
            raise _unavailable(error) from error
        return _row(row)

    async def close(self) -> None:
        """Closes its connection."""
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, isolation_level=None)
        return self._connection


class PostgresBalances:
    """Balances from a PostgreSQL database, over a few connections that take turns."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo, self._opening = conninfo, asyncio.Lock()
        self._sql, self._always = _compiled(postgresql.psycopg.dialect(), SCHEMA)  # type: ignore[no-untyped-call]
        self._connections: dict[int, psycopg.AsyncConnection[Any]] = {}
        self._turns = itertools.cycle(range(CONNECTIONS))

    async def read(self, account: bytes, at_block: int | None) -> BalanceRow:
        """The balance of an account."""
        place, values = next(self._turns), self._always | {"account": account, "at": at_block}
        try:
            connection = await self._connected(place)
            try:
                return await self._ask(connection, values)
            except psycopg.OperationalError:
                if not connection.closed:
                    raise
            # The server was started anew since the last question; it is cheaper to ask again than to ping each time.
            return await self._ask(await self._connected(place), values)
        except psycopg.Error as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        """Closes its connections."""
        for connection in self._connections.values():
            await connection.close()

    async def _ask(self, connection: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> BalanceRow:
        found = await connection.execute(self._sql, values, prepare=True, binary=True)
        return _row(await found.fetchone())

    async def _connected(self, place: int) -> psycopg.AsyncConnection[Any]:
        """The connection of a place; a new one if the server closed it."""
        connection = self._connections.get(place)
        if connection is not None and not connection.closed:
            return connection
        async with self._opening:
            connection = self._connections.get(place)
            if connection is None or connection.closed:
                connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
                self._connections[place] = connection
            return connection


def _statement() -> Select[Any]:
    opened = accounts.table.c
    account = bindparam("account", type_=LargeBinary())
    number = func.coalesce(bindparam("at", type_=BigInteger()), cursor.c.number)
    last = (
        select(balances.c.balance)
        .where(balances.c.account == account, balances.c.block_number <= number)
        .order_by(balances.c.block_number.desc())
        .limit(1)
        .correlate(cursor)
        .scalar_subquery()
    )
    # Not a join: a planner that has no statistics yet takes the cursor for a thousand rows, and reads all blocks for them.
    block_hash = select(blocks.c.hash).where(blocks.c.number == number).correlate(cursor).scalar_subquery()
    was_open = (opened.account == account) & (opened.block_number <= number) & opened.to_block.is_(None)
    head = cursor.c.number, cursor.c.hash, cursor.c.final_number
    return select(*head, number, block_hash, opened.unit, opened.world, func.coalesce(last, 0)).join_from(
        cursor, accounts.table, was_open, isouter=True
    )


def _compiled(dialect: Dialect, schema: str) -> tuple[str, dict[str, Any]]:
    """Text of the statement, and its parameters that are always the same."""
    compiled = _statement().compile(
        dialect=dialect, schema_translate_map={SCHEMA: schema}, render_schema_translate=True
    )
    return str(compiled), dict(compiled.params)


def _row(row: Any) -> BalanceRow:
    if row is None:
        raise MirrorUnavailableError("expected a mirror with at least one block, got an empty one")
    head_number, head_hash, final_number, number, block_hash, unit, world, balance = row
    return BalanceRow(
        head_number=head_number, head_hash=head_hash, final_number=final_number, number=number, hash=block_hash,
        unit=unit, world=world if world is None else bool(world), balance=balance,
    )  # fmt: skip


def _unavailable(error: Exception) -> MirrorUnavailableError:
    return MirrorUnavailableError(f"expected a mirror to read, got {type(error).__name__}")
