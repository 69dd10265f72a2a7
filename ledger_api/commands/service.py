"""Where commands stand, from `app.commands` and the mirror."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from indexer.tables import transactions
from kit.prepared import prepared
from ledger_api.commands.schemas import CommandAnswer, CommandPage
from ledger_api.errors import NotFoundError
from ledger_api.mirror import read
from ledger_api.relayer.store import Mined
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import commands, receipts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncEngine

    from kit.reader import Reader
    from ledger_api.commands.schemas import CommandStatus
    from ledger_api.mirror import Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command as it is kept.

    Attributes:
        number: Order of acceptance.
        id: Its id, 32 hex digits.
        kind: Name of the intent, or contract and function of a service's own call.
        signer: First key that signed the intent, 20 bytes; None for a service's own call.
        accepted_at: Seconds since 1970.
        state: accepted, signed, done or refused.
        hash: Hash of the transaction, 32 bytes, if signed.
        block_number: Final block that holds it, if done.
        refusal: The problem as JSON, if refused.
    """

    number: int
    id: str
    kind: str
    signer: bytes | None
    accepted_at: int
    state: str
    hash: bytes | None
    block_number: int | None
    refusal: str | None


COMMANDS = select_fields(Command, commands)


async def command_answer(app: AsyncEngine, mirror: Reader, command_id: str) -> CommandAnswer:
    """One command.

    Raises:
        NotFoundError: None has this id.
    """
    found = await _commands(app, commands.c.id == command_id, limit=1)
    if not found:
        raise NotFoundError("command", command_id[:80])
    async with read(mirror) as reading:
        return (await answers(reading, found))[0]


def pending_answer(command_id: str, *, kind: str, signer: bytes, accepted_at: int) -> CommandAnswer:
    """A command that was accepted this moment."""
    return CommandAnswer(
        id=command_id, kind=kind, signer=signer, accepted_at=accepted_at, status="pending",
        transaction_hash=None, block_number=None, refusal=None,
    )  # fmt: skip


async def command_page(
    app: AsyncEngine, mirror: Reader, *, before: int | None, limit: int, signer: bytes | None
) -> CommandPage:
    """Commands, the latest first.

    Args:
        app: Engine of the schema `app`.
        mirror: Engine of the mirror.
        before: Only those accepted before this number.
        limit: How many at the most.
        signer: Only those whose first key this is, 20 bytes.
    """
    chosen = commands.c.number > 0
    if before is not None:
        chosen &= commands.c.number < before
    if signer is not None:
        chosen &= commands.c.signer == signer
    found = await _commands(app, chosen, limit=limit + 1)
    shown = found[:limit]
    async with read(mirror) as reading:
        items = await answers(reading, shown)
    return CommandPage(items=items, next_before=shown[-1].number if len(found) > limit else None)


async def answers(reading: Reading, found: Sequence[Command]) -> list[CommandAnswer]:
    """Commands as a snapshot of the mirror tells them; a block that is not final may be left again."""
    hashes = [command.hash for command in found if command.hash]
    mined = {
        row.hash: Mined(block_number=row.block_number, succeeded=row.status == 1)
        for row in await reading.rows(_mined(hashes))
    }
    final_number = reading.head.final_number
    return [_answer(c, mined.get(c.hash) if c.hash else None, final_number) for c in found]


async def kept_receipt(app: AsyncEngine, command_id: str) -> dict[str, Any] | None:
    """The file with the receipt of a command, see `wallets.receipt`; None if it has none."""
    async with app.connect() as connection:
        text = await connection.scalar(select(receipts.c.file).where(receipts.c.command == command_id))
    return None if text is None else dict(json.loads(text))


@prepared
def _mined(hashes: Collection[bytes]) -> Select[Any]:
    query = select(transactions.c.hash, transactions.c.block_number, transactions.c.status)
    return query.where(transactions.c.hash.in_(hashes))


async def _commands(app: AsyncEngine, chosen: ColumnElement[bool], *, limit: int) -> list[Command]:
    query = COMMANDS.where(chosen).order_by(commands.c.number.desc()).limit(limit)
    async with app.connect() as connection:
        return await fetch(connection, Command, query)


def _answer(command: Command, mined: Mined | None, final_number: int) -> CommandAnswer:
    return CommandAnswer(
        id=command.id,
        kind=command.kind,
        signer=command.signer,
        accepted_at=command.accepted_at,
        status=_status(command.state, mined, final_number),
        transaction_hash=command.hash,
        block_number=mined.block_number if mined else command.block_number,
        refusal=orjson.loads(command.refusal) if command.refusal else None,
    )


def _status(state: str, mined: Mined | None, final_number: int) -> CommandStatus:
    if state == "refused":
        return "refused"
    # A transaction that failed is pending until the relayer has found out why.
    if mined is None or not mined.succeeded:
        return "pending"
    return "final" if mined.block_number <= final_number else "confirmed"
