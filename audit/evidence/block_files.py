"""The blocks of a bundle, one by one, as they were collected (`docs/bundle.md` §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.evidence.canonical import array, hexed, record, unhexed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.evidence.bundle import Bundle

FOLDER = "chain/blocks/"
BLOCKS_PER_FILE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class RawBlock:
    """A block before anything in it is believed.

    Attributes:
        header: RLP.
        transactions: In their envelopes.
        receipts: In the encoding that the receipts root commits to.
    """

    header: bytes
    transactions: list[bytes]
    receipts: list[bytes]

    def to_json(self) -> dict[str, Any]:
        """The value of its line."""
        return {
            "header": hexed(self.header),
            "transactions": [hexed(t) for t in self.transactions],
            "receipts": [hexed(r) for r in self.receipts],
        }


def path_of(number: int) -> str:
    """File that holds a block."""
    return f"{FOLDER}{number - number % BLOCKS_PER_FILE:09d}.jsonl"


def read_blocks(bundle: Bundle) -> Iterator[RawBlock]:
    """All blocks in the order of the files.

    Raises:
        BundleError: A line is not a block.
    """
    for path in bundle.paths(FOLDER):
        yield from map(_block, bundle.lines(path))


def _block(value: Any) -> RawBlock:
    block = record(value, ("header", "receipts", "transactions"))
    return RawBlock(
        header=unhexed(block["header"]),
        transactions=[unhexed(t) for t in array(block["transactions"])],
        receipts=[unhexed(r) for r in array(block["receipts"])],
    )
