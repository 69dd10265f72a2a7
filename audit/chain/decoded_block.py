"""A block of a bundle whose header was read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from audit.chain.history import Block
from audit.chain.qbft import block_hash, decode_extra_data
from audit.decode.envelope import decode_receipt, decode_transaction
from audit.decode.header import decode_header

if TYPE_CHECKING:
    from audit.chain.qbft import ExtraData
    from audit.decode.envelope import Receipt, SignedTransaction
    from audit.decode.header import Header
    from audit.evidence.block_files import RawBlock


@dataclass(frozen=True, kw_only=True)
class DecodedBlock:
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


def decode_block(number: int, raw: RawBlock, *, sealed: bool) -> DecodedBlock:
    """Reads the header of a block and computes its hash.

    Args:
        number: Its place in the bundle, from 0.
        raw: The block.
        sealed: Whether it is of a QBFT chain; block 0 has no seals in any case.

    Raises:
        DecodeError: The header has another shape.
    """
    header = decode_header(raw.header)
    extra = decode_extra_data(header.extra_data) if sealed else None
    digest = block_hash(header, extra) if extra and number else header.keccak()
    block = Block(
        number=number, hash=digest, parent_hash=header.parent_hash, time=header.time, state_root=header.state_root
    )  # fmt: skip
    return DecodedBlock(block=block, raw=raw, header=header, extra=extra)
