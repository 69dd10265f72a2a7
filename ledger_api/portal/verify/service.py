"""What a code can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from contracts.events import ProposalSubmitted, TaskOpened, Transferred
from indexer.tables import EVENT_TABLES, blocks, transactions
from ledger_api.forms import hexed
from ledger_api.transfers.schemas import receipt_code

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from ledger_api.mirror import Reading
    from ledger_api.standing import Standing

# Longer numbers are none that a ledger has reached.
MAX_DIGITS = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something that a code names.

    Attributes:
        kind: "transfer", "mismatch", "transaction", "block", "proposal" or "task".
        address: Page that shows it; empty if none does.
        name: Its number or id, as text.
        block_number: Block that holds it.
        block_hash: Hash of that block, 32 bytes.
        time: Time of that block, seconds since 1970.
        standing: Where it stands.
    """

    kind: str
    address: str
    name: str
    block_number: int
    block_hash: bytes
    time: int
    standing: Standing


async def look_up(mirror: Reading, code: str) -> list[Found]:
    """Everything that a code names; a receipt code whose digits differ from the record is a "mismatch".

    Args:
        mirror: The mirror.
        code: Receipt code, number of a transfer or a request, or 0x and hex digits of an id or a hash.
    """
    if receipt := re.fullmatch(rf"([0-9]{{1,{MAX_DIGITS}}})-([0-9a-f]{{8}})", code):
        return await _receipt(mirror, int(receipt[1]), code)
    if re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", code):
        return await _receipt(mirror, int(code), None) + await _proposal(mirror, "number", int(code))
    if not re.fullmatch(r"0x([0-9a-f]{32}|[0-9a-f]{64})", code):
        return []
    key = bytes.fromhex(code[2:])
    if len(key) == 16:
        return await _event(mirror, "task", f"/visits/{code}", code, EVENT_TABLES[TaskOpened].c.task == key)
    return (
        await _transaction(mirror, key)
        + await _block(mirror, key)
        + await _proposal(mirror, "proposal_id", key)
    )


async def _receipt(mirror: Reading, sequence: int, code: str | None) -> list[Found]:
    transferred = EVENT_TABLES[Transferred]
    query = (
        select(transferred.c.block_number, transactions.c.hash)
        .join(
            transactions,
            (transactions.c.block_number == transferred.c.block_number)
            & (transactions.c.tx_index == transferred.c.tx_index),
        )
        .where(transferred.c.sequence == sequence)
    )
    row = await mirror.first(query)
    if row is None:
        return []
    true_code = receipt_code(sequence, row.hash)
    kind = "transfer" if code in (None, true_code) else "mismatch"
    name = true_code if kind == "transfer" else str(sequence)
    return await _in_block(mirror, kind, f"/ledger/{sequence}", name, row.block_number)


async def _proposal(mirror: Reading, column: str, key: int | bytes) -> list[Found]:
    table = EVENT_TABLES[ProposalSubmitted]
    row = await mirror.first(select(table.c.block_number, table.c.number).where(table.c[column] == key))
    if row is None:
        return []
    return await _in_block(mirror, "proposal", f"/proposals/{row.number}", str(row.number), row.block_number)


async def _transaction(mirror: Reading, key: bytes) -> list[Found]:
    return await _event(mirror, "transaction", "", hexed(key), transactions.c.hash == key)


async def _block(mirror: Reading, key: bytes) -> list[Found]:
    row = await mirror.first(select(blocks.c.number).where(blocks.c.hash == key))
    return await _in_block(mirror, "block", "", str(row.number), row.number) if row else []


async def _event(
    mirror: Reading, kind: str, address: str, name: str, condition: ColumnElement[bool]
) -> list[Found]:
    table: Table = transactions if kind == "transaction" else EVENT_TABLES[TaskOpened]
    row = await mirror.first(select(table.c.block_number).where(condition))
    return await _in_block(mirror, kind, address, name, row.block_number) if row else []


async def _in_block(mirror: Reading, kind: str, address: str, name: str, number: int) -> list[Found]:
    block = await mirror.first(select(blocks.c.hash, blocks.c.time).where(blocks.c.number == number))
    if block is None:
        return []
    found = Found(
        kind=kind,
        address=address,
        name=name,
        block_number=number,
        block_hash=block.hash,
        time=block.time,
        standing=mirror.standing(number),
    )
    return [found]
