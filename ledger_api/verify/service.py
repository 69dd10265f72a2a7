"""What a code can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import Field
from sqlalchemy import select

from indexer.tables import blocks, transactions
from kit.translation import N_
from ledger_api.finality import Record
from ledger_api.forms import hexed
from ledger_api.proposals import queries as proposals
from ledger_api.proposals.service import proposals_of
from ledger_api.tasks import service as task_service
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.queries import numbered as transfers_numbered
from ledger_api.transfers.queries import transfers
from ledger_api.transfers.schemas import Transfer, receipt_code
from ledger_api.verify.transaction import act_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from ledger_api.finality import Finality
    from ledger_api.mirror import Query, Reading

# Longer numbers are none that a ledger has reached.
MAX_DIGITS = 18
TASK_BYTES = 16
# The newest of what one id caused.
MOST = 5
# The 128-9f3a01bc of people: a number, and so many check digits.
CHECK_DIGITS = 8
# What each kind of `Found` is called; a "mismatch" is told otherwise.
KINDS = {
    "transfer": N_("账本记录"),
    "transaction": N_("一次办理"),
    "failed": N_("一次没有办成的办理"),
    "block": N_("一页账"),
    "proposal": N_("一份用款申请"),
    "task": N_("一次服务"),
}


class Tried(Record):
    """A transaction, which the contracts may have refused: it stands in a block, and nothing was entered."""

    status: int = Field(description="1 done, 0 refused.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something that a code names.

    Attributes:
        kind: "transfer", "mismatch", "transaction", "failed", "block", "proposal" or "task".
        address: Page that shows it; empty if none does.
        name: Its number or id, as text.
        block_number: Block that holds it.
        block_hash: Hash of that block, 32 bytes.
        time: Time of that block, seconds since 1970.
        finality: Its finality.
        act: Id of the act that a transaction was; empty of anything else, and where it was none.
    """

    kind: str
    address: str
    name: str
    block_number: int
    block_hash: bytes
    time: int
    finality: Finality
    act: str = ""

    @property
    def code(self) -> str:
        """What finds it, and nothing else, on the page that verifies: the hash of a page or an act, else its name."""
        return hexed(self.block_hash) if self.kind == "block" else self.name

    @property
    def short(self) -> str:
        """Its name as people copy it: of an act the page and the first digits of its hash."""
        is_act = self.kind in ("transaction", "failed")
        return f"{self.block_number}-{self.name[2 : 2 + CHECK_DIGITS]}" if is_act else self.name


async def look_up(mirror: Reading, code: str) -> list[Found]:
    """Everything that a code names; one whose check digits fit nothing of its number is a "mismatch".

    Args:
        mirror: The mirror.
        code: What a page or a receipt prints: a number with 8 check digits, the number of a transfer or a request, or
            0x and the hex digits of a hash, an id, or the cause of a transfer. A number may also be that of a page.
    """
    if printed := re.fullmatch(rf"([0-9]{{1,{MAX_DIGITS}}})-([0-9a-f]{{8}})", code):
        return await _printed(mirror, int(printed[1]), bytes.fromhex(printed[2]))
    if is_bare_number(code):
        return await _numbered(mirror, int(code))
    if not re.fullmatch(r"0x([0-9a-f]{32}|[0-9a-f]{64})", code):
        return []
    key = bytes.fromhex(code[2:])
    caused = await _transfers(mirror, transfers(TransferFilter(cause=key.ljust(32, b"\0")), None, MOST))
    if len(key) == TASK_BYTES:
        return await _task(mirror, key) + caused
    return (
        await _transactions(mirror, transactions.c.hash == key)
        + await _blocks(mirror, blocks.c.hash == key)
        + await _proposal(mirror, proposals.by_id(key))
        + caused
    )


def is_bare_number(code: str) -> bool:
    """Whether a code is a number without check digits, which things of several kinds may have."""
    return re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", code) is not None


async def _numbered(mirror: Reading, number: int) -> list[Found]:
    """Everything of a number: a transfer, requests, a page of the ledger, and the first acts on that page."""
    acts = await _transactions(mirror, transactions.c.block_number == number, transactions.c.tx_index < MOST)
    return [
        *await _transfers(mirror, transfers_numbered([number])),
        *await _proposal(mirror, proposals.numbered(number, MOST)),
        *await _blocks(mirror, blocks.c.number == number),
        *acts,
    ]


async def _printed(mirror: Reading, number: int, digits: bytes) -> list[Found]:
    """What a number with check digits names: receipts print that of a transfer, pages those of blocks and their transactions."""
    numbered = await _transfers(mirror, transfers_numbered([number]))
    begins = digits + 28 * b"\0", digits + 28 * b"\xff"
    found = [transfer for transfer in numbered if transfer.name == receipt_code(number, digits)]
    found += await _blocks(mirror, blocks.c.number == number, blocks.c.hash.between(*begins))
    found += await _transactions(
        mirror, transactions.c.block_number == number, transactions.c.hash.between(*begins)
    )
    return found or [replace(transfer, kind="mismatch", name=str(number)) for transfer in numbered]


async def _transfers(mirror: Reading, query: Query) -> list[Found]:
    found = await mirror.records(Transfer, query)
    return [_found("transfer", f"/ledger/{t.sequence}", t.code, t) for t in found]


async def _proposal(mirror: Reading, query: Query) -> list[Found]:
    found = await proposals_of(mirror, query)
    return [_found("proposal", f"/proposals/{p.number}", str(p.number), p) for p in found]


async def _task(mirror: Reading, task: bytes) -> list[Found]:
    found = await task_service.task_called(mirror, task)
    return [] if found is None else [_found("task", f"/visits/{hexed(task)}", hexed(task), found)]


async def _transactions(mirror: Reading, *conditions: ColumnElement[bool]) -> list[Found]:
    query = select(
        blocks.c.number.label("block_number"),
        blocks.c.hash.label("block_hash"),
        blocks.c.time,
        transactions.c.hash.label("transaction_hash"),
        transactions.c.status,
    )
    found = await mirror.records(Tried, query.join_from(blocks, transactions).where(*conditions))
    return [await _transaction(mirror, record) for record in found]


async def _transaction(mirror: Reading, record: Tried) -> Found:
    act = await act_of(mirror, record.transaction_hash)
    found = _found("transaction" if record.status else "failed", "", hexed(record.transaction_hash), record)
    return replace(found, act=act.act if act else "")


async def _blocks(mirror: Reading, *conditions: ColumnElement[bool]) -> list[Found]:
    query = select(blocks.c.number, blocks.c.hash, blocks.c.time).where(*conditions)
    return [
        Found(
            kind="block",
            address="",
            name=str(block.number),
            block_number=block.number,
            block_hash=block.hash,
            time=block.time,
            finality=mirror.finality(block.number),
        )
        for block in await mirror.rows(query)
    ]


def _found(kind: str, address: str, name: str, record: Record) -> Found:
    return Found(
        kind=kind,
        address=address,
        name=name,
        block_number=record.block_number,
        block_hash=record.block_hash,
        time=record.time,
        finality=record.finality,
    )
