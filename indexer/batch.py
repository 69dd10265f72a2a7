"""A run of verified blocks on its way to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indexer.errors import ForkError

if TYPE_CHECKING:
    from indexer.proof.seals import Seal

Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A block, by number and hash.

    Attributes:
        number: From 0.
        hash: 32 bytes.
    """

    number: int
    hash: bytes


@dataclass(kw_only=True, slots=True)
class Batch:
    """Rows of a run of blocks, each linked to the one before by its parent hash.

    Attributes:
        blocks: Rows of `blocks`, rising.
        transactions: Rows of `transactions`.
        events: Rows of the event tables, by table name.
        seals: Who sealed the blocks, rising; empty where blocks carry no seals.
    """

    blocks: list[Row] = field(default_factory=list)
    transactions: list[Row] = field(default_factory=list)
    events: dict[str, list[Row]] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Number of the first block."""
        return int(self.blocks[0][0])

    @property
    def parent_hash(self) -> bytes:
        """Hash of the block before the first, 32 bytes."""
        return bytes(self.blocks[0][2])

    @property
    def head(self) -> Head:
        """The last block."""
        return Head(number=self.blocks[-1][0], hash=self.blocks[-1][1])

    @property
    def logs(self) -> int:
        """How many rows of events it holds."""
        return sum(map(len, self.events.values()))

    def extend(self, later: Batch) -> None:
        """Takes up the blocks after its own.

        Raises:
            ForkError: They do not follow.
        """
        if self.blocks and later.parent_hash != self.head.hash:
            raise ForkError("parent hash", later.first, self.head.hash, later.parent_hash)
        self.blocks += later.blocks
        self.transactions += later.transactions
        self.seals += later.seals
        for table, rows in later.events.items():
            self.events.setdefault(table, []).extend(rows)
