"""Where commands stand, from `app.commands` and the mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from indexer.tables import transactions
from ledger_api.commands.schemas import CommandAnswer, CommandPage
from ledger_api.errors import NotFoundError
from ledger_api.mirror import read
from ledger_api.tables import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.commands.schemas import CommandStanding
    from ledger_api.mirror import Reading

SHOWN = [
    commands.c[n]
    for n in ("number", "id", "kind", "signer", "accepted_at", "state", "hash", "block_number", "refusal")
]


async def command_answer(app: AsyncEngine, mirror: AsyncEngine, command_id: str) -> CommandAnswer:
    """One command.

    Raises:
        NotFoundError: None has this id.
    """
    rows = await _rows(app, commands.c.id == command_id, limit=1)
    if not rows:
        raise NotFoundError("command", command_id[:80])
    async with read(mirror) as reading:
        return (await answers(reading, rows))[0]


def pending_answer(command_id: str, *, kind: str, signer: bytes, accepted_at: int) -> CommandAnswer:
    """A command that was accepted this moment."""
    return CommandAnswer(
        id=command_id, kind=kind, signer=signer, accepted_at=accepted_at, standing="pending",
        transaction_hash=None, block_number=None, refusal=None,
    )  # fmt: skip


async def command_page(
    app: AsyncEngine, mirror: AsyncEngine, *, before: int | None, limit: int, signer: bytes | None
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
    rows = await _rows(app, chosen, limit=limit + 1)
    shown = rows[:limit]
    async with read(mirror) as reading:
        items = await answers(reading, shown)
    return CommandPage(items=items, next_before=shown[-1].number if len(rows) > limit else None)


async def answers(reading: Reading, rows: Sequence[Row[Any]]) -> list[CommandAnswer]:
    """Rows with the columns `SHOWN`, as a snapshot of the mirror tells them; a block that is not final may be left again."""
    hashes = [row.hash for row in rows if row.hash]
    query = select(transactions.c.hash, transactions.c.block_number, transactions.c.status)
    found = await reading.rows(query.where(transactions.c.hash.in_(hashes)))
    mined = {bytes(row.hash): row for row in found}
    return [_answer(row, mined.get(row.hash), reading.head.final_number) for row in rows]


async def _rows(app: AsyncEngine, chosen: ColumnElement[bool], *, limit: int) -> Sequence[Row[Any]]:
    query = select(*SHOWN).where(chosen).order_by(commands.c.number.desc()).limit(limit)
    async with app.connect() as connection:
        return (await connection.execute(query)).all()


def _answer(row: Any, mined: Any, final_number: int) -> CommandAnswer:
    return CommandAnswer(
        id=row.id,
        kind=row.kind,
        signer=row.signer,
        accepted_at=row.accepted_at,
        standing=_standing(row.state, mined, final_number),
        transaction_hash=row.hash,
        block_number=mined.block_number if mined else row.block_number,
        refusal=orjson.loads(row.refusal) if row.refusal else None,
    )


def _standing(state: str, mined: Any, final_number: int) -> CommandStanding:
    if state == "refused":
        return "refused"
    # A transaction that failed is pending until the relayer has found out why.
    if mined is None or mined.status != 1:
        return "pending"
    return "final" if mined.block_number <= final_number else "confirmed"
