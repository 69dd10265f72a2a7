"""A block of a bundle whose header was read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from audit.envelope import decode_receipt, decode_transaction

if TYPE_CHECKING:
    from audit.chainfile import RawBlock
    from audit.envelope import Receipt, SignedTransaction
    from audit.header import Header
    from audit.history import Block
    from audit.qbft import ExtraData


@dataclass(frozen=True, kw_only=True)
class ReadBlock:
    """A block under examination.

    Attributes:
        block: Its number, its hash as computed, its time.
        raw: As it was collected.
        header: Its header.
        extra: What `extraData` holds on a QBFT chain; None on an embedded one.
    """

    block: Block
    raw: RawBlock
    header: Header
    extra: ExtraData | None

    @property
    def where(self) -> str:
        """Its place, for a finding."""
        return f"block {self.block.number}"

    @cached_property
    def transactions(self) -> list[SignedTransaction]:
        """Its transactions.

        Raises:
            DecodeError: One cannot be read.
        """
        return [decode_transaction(t) for t in self.raw.transactions]

    @cached_property
    def receipts(self) -> list[Receipt]:
        """Its receipts.

        Raises:
            DecodeError: One cannot be read.
        """
        return [decode_receipt(r) for r in self.raw.receipts]
