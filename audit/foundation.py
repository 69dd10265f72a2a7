"""One pass over the blocks of a bundle: the checks that all others rest on, and the history that they leave verified.

A block that cannot be read ends the pass, because what follows it hangs in the air.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from audit.chainfile import RawBlock, read_blocks
from audit.checks.chain import LinkChecks
from audit.checks.roots import RootChecks
from audit.checks.seals import SealChecks
from audit.decoding import Decoder
from audit.errors import AuditError
from audit.header import decode_header
from audit.history import Block
from audit.qbft import block_hash, decode_extra_data
from audit.readblock import ReadBlock

if TYPE_CHECKING:
    from audit.bundle import Bundle
    from audit.findings import Result
    from audit.history import History
    from audit.trust import Trust


class BlockChecks(Protocol):
    """Checks that look at every block once, in order."""

    def take(self, block: ReadBlock) -> None:
        """Examines the next block."""

    def results(self) -> list[Result]:
        """What they say after the last block."""


@dataclass(kw_only=True, slots=True)
class Foundation:
    """What one pass over the blocks gave.

    Attributes:
        results: Of C01 to C09, in order.
        history: What the blocks tell, to be believed if all results are good.
    """

    results: list[Result] = field(default_factory=list)
    history: History


def examine_chain(bundle: Bundle, trust: Trust) -> Foundation:
    """Examines every block of a bundle."""
    links, decoder = LinkChecks(bundle, trust), Decoder(trust)
    examiners: list[BlockChecks] = [links, SealChecks(trust), RootChecks(trust), decoder]
    number = 0
    try:
        for number, raw in enumerate(read_blocks(bundle)):
            block = read_block(number, raw, sealed=trust.validators is not None)
            for examiner in examiners:
                examiner.take(block)
    except AuditError as error:
        links.broken(number, str(error))
    results = sorted((r for e in examiners for r in e.results()), key=lambda r: r.check_id)
    return Foundation(results=results, history=decoder.history)


def read_block(number: int, raw: RawBlock, *, sealed: bool) -> ReadBlock:
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
    return ReadBlock(block=block, raw=raw, header=header, extra=extra)
