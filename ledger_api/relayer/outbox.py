"""Where commands are accepted. When `enqueue` returns, the command is on the disk and will be carried out or refused.

An idempotency key never expires: the same key and call give the command that is already there. Commands that arrive
together share one transaction of the database.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_utils import keccak
from sqlalchemy import func, insert, select

from contracts.abi import encode_call
from contracts.roles import PERSONS_OFFICES, AuthorityRole
from kit.database import writing_async
from ledger_api.errors import IdempotencyKeyReusedError
from ledger_api.tables import commands, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from kit.clock import Clock
    from ledger_api.relayer.receipts import Acknowledged
    from wallets.intents import Call

Row = dict[str, Any]

RELAYER = "relayer"
# Processes of the town, each with a key of its own. What an office does its holder signs, and the relayer carries.
SENDERS = (RELAYER, *(role.name.lower() for role in AuthorityRole if role not in PERSONS_OFFICES))


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A command that is on the disk.

    Attributes:
        id: Its id, 32 hex digits.
        created: False if the same command had been accepted before.
        accepted_at: When, seconds since 1970.
    """

    id: str
    created: bool
    accepted_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    row: Row
    receipt: Row | None
    done: asyncio.Future[Accepted]


class Outbox:
    """Accepts commands into `app.commands`."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        """Makes an outbox.

        Args:
            engine: Engine of the schema `app`.
            clock: Seconds since 1970.
        """
        self._engine, self._clock = engine, clock
        self._waiting: list[_Entry] = []
        self._writing = asyncio.Lock()

    async def enqueue(
        self,
        call: Call,
        idempotency_key: str,
        sender: str = RELAYER,
        *,
        kind: str = "",
        signer: bytes | None = None,
        acknowledged: Acknowledged | None = None,
    ) -> Accepted:
        """Accepts a call of a contract.

        Args:
            call: What to call.
            idempotency_key: Names this command among all of its scope; the caller puts the scope before a colon.
            sender: Process whose key sends it: one of `SENDERS`.
            kind: Name of the intent; empty for a service's own call, which is named by contract and function.
            signer: First key that signed the intent, 20 bytes.
            acknowledged: The receipt that is kept with it, and the call that carries it instead.

        Raises:
            IdempotencyKeyReusedError: The key stands for another call.
        """
        row, receipt = self._row(call, idempotency_key, sender, kind, signer), None
        if acknowledged:
            carried = acknowledged.call
            row["data"] = encode_call(carried.contract, carried.function, *carried.args)
            row["accepted_at"] = acknowledged.received_at
            # Nonces have up to 256 bits, which only the standard library writes.
            receipt = {"command": row["id"], "file": json.dumps(acknowledged.file, ensure_ascii=False)}
        entry = _Entry(row=row, receipt=receipt, done=asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        async with self._writing:
            if not entry.done.done():
                # Whoever hangs up while writing for others must not stop it.
                await asyncio.shield(asyncio.ensure_future(self._write()))
        # A write that was left by who hung up may still be under way, with this entry.
        return await asyncio.shield(entry.done)

    async def enqueue_within(
        self,
        connection: AsyncConnection,
        call: Call,
        idempotency_key: str,
        sender: str = RELAYER,
        *,
        kind: str = "",
        signer: bytes,
    ) -> Accepted:
        """As `enqueue`, in a transaction of the caller's: the command is accepted when that commits.

        Args:
            connection: A transaction of `database.writing`.
            call: As for `enqueue`; so are the others.
            idempotency_key: Names this command.
            sender: Process whose key sends it.
            kind: Name of the intent.
            signer: First key that signed it, 20 bytes.

        Raises:
            IdempotencyKeyReusedError: The key stands for another call.
        """
        row = self._row(call, idempotency_key, sender, kind, signer)
        known = await _insert_missing(connection, [row])
        return _accepted(row, known[idempotency_key])

    async def find(self, call: Call, idempotency_key: str, sender: str = RELAYER) -> Accepted | None:
        """The command that was accepted under this key; None if there is none.

        Raises:
            IdempotencyKeyReusedError: The key stands for another call.
        """
        query = select(commands.c.id, commands.c.digest, commands.c.accepted_at).where(
            commands.c.idempotency_key == idempotency_key
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if row.digest != _digest(
            sender, call.contract, encode_call(call.contract, call.function, *call.args)
        ):
            raise _reused(idempotency_key)
        return Accepted(id=row.id, created=False, accepted_at=row.accepted_at)

    def _row(self, call: Call, idempotency_key: str, sender: str, kind: str, signer: bytes | None) -> Row:
        if sender not in SENDERS:
            raise ValueError(f"expected a sender of {', '.join(SENDERS)}, got {sender!r}")
        data = encode_call(call.contract, call.function, *call.args)
        return {
            "id": secrets.token_hex(16), "idempotency_key": idempotency_key, "sender": sender, "signer": signer,
            "digest": _digest(sender, call.contract, data),
            "kind": kind or f"{call.contract}.{call.function}", "contract": call.contract, "data": data,
            "accepted_at": self._clock(), "state": "accepted",
        }  # fmt: skip

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            async with writing_async(self._engine) as connection:
                known = await _insert_missing(connection, [e.row for e in batch])
                accepted = {row["id"] for row in known.values()}
                kept = [e.receipt for e in batch if e.receipt and e.receipt["command"] in accepted]
                if kept:
                    await connection.execute(insert(receipts), kept)
        except Exception as error:  # noqa: BLE001 it is handed to everyone who waits
            for entry in batch:
                _fail(entry, error)
            return
        for entry in batch:
            _tell(entry, known[entry.row["idempotency_key"]])


async def next_change(connection: AsyncConnection) -> int:
    """Number for the first change of this transaction; the caller holds the write lock."""
    return 1 + int(await connection.scalar(select(func.coalesce(func.max(commands.c.change), 0))) or 0)


async def _insert_missing(connection: AsyncConnection, rows: Sequence[Row]) -> dict[str, Row]:
    """Inserts what is new; gives the row that now stands under each key."""
    keys = {row["idempotency_key"] for row in rows}
    query = select(*(commands.c[name] for name in ("idempotency_key", "id", "digest", "accepted_at")))
    found = await connection.execute(query.where(commands.c.idempotency_key.in_(keys)))
    known = {row["idempotency_key"]: dict(row) for row in found.mappings()}
    change = await next_change(connection)
    new: list[Row] = []
    for row in rows:
        if row["idempotency_key"] not in known:
            known[row["idempotency_key"]] = row
            new.append(row | {"change": change + len(new)})
    if new:
        await connection.execute(insert(commands), new)
    return known


def _tell(entry: _Entry, known: Row) -> None:
    try:
        entry.done.set_result(_accepted(entry.row, known))
    except IdempotencyKeyReusedError as error:
        _fail(entry, error)


def _accepted(row: Row, known: Row) -> Accepted:
    """What became of a row that was to be inserted, by the row that now stands under its key."""
    if known["digest"] != row["digest"]:
        raise _reused(known["idempotency_key"])
    return Accepted(id=known["id"], created=known["id"] == row["id"], accepted_at=known["accepted_at"])


def _fail(entry: _Entry, error: Exception) -> None:
    entry.done.set_exception(error)
    entry.done.exception()  # Marks it as seen, for whoever gave up waiting.


def _digest(sender: str, contract: str, data: bytes) -> bytes:
    return keccak(b"\x00".join((sender.encode(), contract.encode(), data)))


def _reused(idempotency_key: str) -> IdempotencyKeyReusedError:
    return IdempotencyKeyReusedError(
        f"expected the call that {idempotency_key!r} was first used for, got another"
    )
