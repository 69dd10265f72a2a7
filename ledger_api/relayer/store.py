"""What the relayer reads and writes in `app.commands`, and what it asks the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, func, select, update

from indexer.tables import cursor, transactions
from kit.database import writing_async
from ledger_api.relayer.outbox import next_change
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from kit.problem import Problem
    from kit.reader import Reader

UNSETTLED = ("accepted", "signed")
MAX_LOOKUP = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A command that is not settled.

    Attributes:
        number: Order of acceptance.
        id: Its id.
        sender: Service whose key sends it.
        contract: Name of the contract.
        data: Calldata.
        state: accepted or signed.
        change: Number of its last change; a write is for this one only.
        sender_address: 20 bytes, if signed.
        nonce: Account nonce, if signed.
        hash: Hash of the transaction, 32 bytes, if signed.
        raw: Signed transaction, if signed.
    """

    number: int
    id: str
    sender: str
    contract: str
    data: bytes
    state: str
    change: int
    sender_address: bytes | None = None
    nonce: int | None = None
    hash: bytes | None = None
    raw: bytes | None = None


COMMANDS = select_fields(Waiting, commands)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mined:
    """Where a transaction is.

    Attributes:
        block_number: Its block.
        succeeded: Whether it did what it should.
    """

    block_number: int
    succeeded: bool


class CommandStore:
    """Commands on their way, for one relayer."""

    def __init__(self, app: AsyncEngine, mirror: Reader, senders: set[str]) -> None:
        """Reads and writes the commands of some senders.

        Args:
            app: Engine of the schema `app`.
            mirror: Engine of the mirror.
            senders: Services whose commands these are.
        """
        self._app, self._mirror = app, mirror
        self._unsettled = commands.c.state.in_(UNSETTLED) & commands.c.sender.in_(senders)

    async def unsettled(self, limit: int) -> list[Waiting]:
        """The first commands that are not settled, in order of acceptance."""
        query = COMMANDS.where(self._unsettled).order_by(commands.c.number).limit(limit)
        async with self._app.connect() as connection:
            return await fetch(connection, Waiting, query)

    async def count_unsettled(self) -> int:
        """How many commands are not settled."""
        query = select(func.count()).select_from(commands).where(self._unsettled)
        async with self._app.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def next_nonce(self, address: bytes) -> int:
        """Nonce after all that were given to commands of this sender; 0 if none was."""
        query = select(func.max(commands.c.nonce)).where(commands.c.sender_address == address)
        async with self._app.connect() as connection:
            found = await connection.scalar(query)
        return 0 if found is None else int(found) + 1

    async def final_number(self) -> int:
        """Last final block of the mirror; -1 if it has none."""
        async with self._mirror.connect() as connection:
            found = await connection.scalar(select(cursor.c.final_number))
        return -1 if found is None else int(found)

    async def mined(self, hashes: Sequence[bytes]) -> dict[bytes, Mined]:
        """Which of these transactions are in a verified block, and where."""
        found: dict[bytes, Mined] = {}
        columns = (transactions.c.hash, transactions.c.block_number, transactions.c.status)
        async with self._mirror.connect() as connection:
            for start in range(0, len(hashes), MAX_LOOKUP):
                query = select(*columns).where(transactions.c.hash.in_(hashes[start : start + MAX_LOOKUP]))
                for key, number, status in await connection.execute(query):
                    found[bytes(key)] = Mined(block_number=number, succeeded=status == 1)
        return found

    async def store_signed(self, signed: Sequence[Waiting]) -> list[Waiting]:
        """Keeps signed bytes, before any of them is sent; gives those that were kept."""
        names = ("sender_address", "nonce", "hash", "raw")
        return await self._change(
            [(c, {"state": "signed", **{n: getattr(c, n) for n in names}}) for c in signed]
        )

    async def settle(self, settled: Sequence[tuple[Waiting, int | None, Problem | None]]) -> None:
        """Ends commands for good: done in a final block, or refused."""
        changes = [(c, _outcome(block, refusal)) for c, block, refusal in settled]
        await self._change(changes)

    async def release(self, lost: Sequence[Waiting]) -> None:
        """Takes back signed bytes whose nonce a final block gave to another transaction: they can never be mined."""
        empty = dict.fromkeys(("sender_address", "nonce", "hash", "raw"))
        await self._change([(c, {"state": "accepted", **empty}) for c in lost])

    async def _change(self, changes: Sequence[tuple[Waiting, dict[str, Any]]]) -> list[Waiting]:
        """Writes new values; leaves alone what another relayer has changed since it was read."""
        if not changes:
            return []
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*changes[0][1], "change")}
        statement = update(commands).where(commands.c.number == bindparam("key")).values(values)
        read = select(commands.c.number, commands.c.change)
        async with writing_async(self._app) as connection:
            rows = await connection.execute(read.where(commands.c.number.in_([c.number for c, _ in changes])))
            current = {number: change for number, change in rows}  # noqa: C416 rows are no pairs to mypy
            mine = [(c, new) for c, new in changes if current.get(c.number) == c.change]
            first = await next_change(connection)
            parameters = [
                {"key": c.number, "new_change": first + i, **{f"new_{n}": v for n, v in new.items()}}
                for i, (c, new) in enumerate(mine)
            ]
            if parameters:
                await connection.execute(statement, parameters)
        return [c for c, _ in mine]


def _outcome(block_number: int | None, refusal: Problem | None) -> dict[str, Any]:
    return {
        "state": "refused" if refusal else "done",
        "block_number": block_number,
        "refusal": orjson.dumps(refusal.as_json()).decode() if refusal else None,
    }
