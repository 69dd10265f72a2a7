"""One pass over the blocks of a bundle: the checks that all others rest on, and the history that they leave verified.

A block that cannot be read ends the pass, because what follows it hangs in the air.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from audit.chain.decoded_block import DecodedBlock, decode_block
from audit.chain.decoding import Decoder
from audit.checks.chain import LinkChecks
from audit.checks.check import breakdown
from audit.checks.roots import RootChecks
from audit.checks.seals import SealChecks
from audit.evidence.block_files import read_blocks

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result


class BlockChecks(Protocol):
    """Checks that look at every block once, in order."""

    def take(self, block: DecodedBlock) -> None:
        """Examines the next block."""

    def results(self) -> list[Result]:
        """What they say after the last block."""


@dataclass(kw_only=True, slots=True)
class BlockPass:
    """What one pass over the blocks gave.

    Attributes:
        results: Of C01 to C09, in order.
        history: What the blocks tell, to be believed if all results are good.
    """

    results: list[Result] = field(default_factory=list)
    history: History


def examine_chain(bundle: Bundle, trust: Trust, now: int | None = None) -> BlockPass:
    """Examines every block of a bundle.

    Args:
        bundle: The bundle.
        trust: What is pinned.
        now: Time by the auditor's clock, seconds since 1970; None asks the machine.
    """
    links, decoder = LinkChecks(bundle, trust, int(time.time()) if now is None else now), Decoder(trust)
    examiners: list[BlockChecks] = [links, SealChecks(trust), RootChecks(trust), decoder]
    number = 0
    try:
        for number, raw in enumerate(read_blocks(bundle)):
            block = decode_block(number, raw, sealed=trust.validators is not None)
            for examiner in examiners:
                examiner.take(block)
    except Exception as error:  # noqa: BLE001 whoever made the bundle chooses the bytes
        links.broken(number, breakdown(error))
    results = sorted((r for e in examiners for r in e.results()), key=lambda r: r.check_id)
    return BlockPass(results=results, history=decoder.history)
