"""The feed behind `/v1/stream`.

An event's id is "<block>-<change>": the last block and the last change of a command that the reader has seen. Given back
in `Last-Event-ID`, it continues there without a gap, whichever process answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import func, select

from indexer.tables import blocks, cursor
from ledger_api.errors import QueryInvalidError
from ledger_api.finality import finality_of
from ledger_api.forms import hexed
from ledger_api.tables import commands

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from kit.reader import Reader

MAX_EVENTS = 200
BLOCK, COMMAND = "block", "command"


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """What a reader has seen.

    Attributes:
        block: Last block.
        change: Last change of a command.
    """

    block: int
    change: int

    def __str__(self) -> str:
        return f"{self.block}-{self.change}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Reads an event's id.

        Raises:
            QueryInvalidError: It was never one.
        """
        found = re.fullmatch(r"(\d{1,15})-(\d{1,15})", text)
        if found is None:
            raise QueryInvalidError(f"expected an event id such as 120-35, got {text[:40]!r}")
        return cls(block=int(found.group(1)), change=int(found.group(2)))

    def includes(self, event: StreamEvent) -> bool:
        """Whether a reader who stands here has seen an event."""
        return event.number <= (self.block if event.kind == BLOCK else self.change)

    def with_event(self, event: StreamEvent) -> Position:
        """The position of a reader who has seen one event more."""
        return (
            replace(self, block=event.number) if event.kind == BLOCK else replace(self, change=event.number)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamEvent:
    """Something that happened.

    Attributes:
        kind: `BLOCK` or `COMMAND`.
        number: Number of the block, or of the change of the command.
        data: What is told of it, as JSON.
    """

    kind: str
    number: int
    data: str


async def now(app: AsyncEngine, mirror: Reader) -> Position:
    """Where a new reader starts: nothing of the past is told."""
    async with mirror.connect() as connection:
        block = await connection.scalar(select(cursor.c.number))
    async with app.connect() as connection:
        change = await connection.scalar(select(func.max(commands.c.change)))
    return Position(block=block or 0, change=change or 0)


async def after(app: AsyncEngine, mirror: Reader, seen: Position) -> list[StreamEvent]:
    """Events after a position, at most `MAX_EVENTS` of each kind.

    A rewind of the mirror is told by the blocks that replace the old ones, from the reader's next visit on.
    """
    return [*await _blocks(mirror, seen.block), *await _commands(app, seen.change)]


async def _blocks(mirror: Reader, above: int) -> list[StreamEvent]:
    query = select(blocks.c.number, blocks.c.hash, cursor.c.final_number).join_from(
        blocks, cursor, cursor.c.id == 1
    )
    query = query.where(blocks.c.number > above).order_by(blocks.c.number).limit(MAX_EVENTS)
    async with mirror.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [
        _event(
            BLOCK,
            r.number,
            block_number=r.number,
            block_hash=hexed(r.hash),
            finality=finality_of(r.number, r.final_number),
        )
        for r in rows
    ]


async def _commands(app: AsyncEngine, above: int) -> list[StreamEvent]:
    shown = (commands.c.change, commands.c.id, commands.c.kind, commands.c.state)
    query = select(*shown).where(commands.c.change > above).order_by(commands.c.change).limit(MAX_EVENTS)
    async with app.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [_event(COMMAND, r.change, command=r.id, kind=r.kind, state=r.state) for r in rows]


def _event(of: str, number: int, /, **data: str | int) -> StreamEvent:
    return StreamEvent(kind=of, number=number, data=orjson.dumps(data).decode())
