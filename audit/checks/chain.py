"""C01, C02, C05, C06: this is our chain, in one piece, in order of time, and goes on from the block that the auditor pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.chain.qbft import MIX_HASH
from audit.checks.genesis import check_genesis
from audit.decode.header import EMPTY_OMMERS
from audit.evidence.block_files import BLOCKS_PER_FILE, FOLDER, path_of
from audit.report.findings import Tally

if TYPE_CHECKING:
    from audit.chain.decoded_block import DecodedBlock
    from audit.chain.history import Block
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result

# By which clocks of a network and of its auditor may differ.
MAX_AHEAD_SECONDS = 60


class LinkChecks:
    """Looks at headers, each with its parent."""

    def __init__(self, bundle: Bundle, trust: Trust, now: int) -> None:
        self._bundle = bundle
        self._trust = trust
        self._now = now
        self._last: Block | None = None
        self._origin = Tally("C01", "这就是本链", "This is our chain")
        self._links = Tally("C02", "区块头首尾相连，无缺口", "The headers form one chain without a gap")
        self._times = Tally("C05", "时间递增，常量无误", "Times rise and constants are right")
        self._pinned = Tally("C06", "延续审计人固定的区块", "The chain continues the pinned block")

    def take(self, block: DecodedBlock) -> None:
        """Examines the next block."""
        if self._last is None:
            self._take_first(block)
        else:
            self._take_next(block, self._last)
        self._times.expect_equal(
            block.where, "叔块哈希 hash of ommers", expected=EMPTY_OMMERS, got=block.header.ommers_hash
        )
        pin = self._trust.pin
        if pin and pin.number == block.block.number:
            what = f"不延续 does not descend from the pinned block 0x{pin.hash.hex()}: it has 0x{block.block.hash.hex()} here"
            self._pinned.expect(pin.hash == block.block.hash, block.where, what)
        self._last = block.block

    def broken(self, number: int, why: str) -> None:
        """Notes that block `number` cannot be read, so that the chain ends before it."""
        self._links.fail(f"block {number}", why)

    def results(self) -> list[Result]:
        """C01, C02, C05 and C06."""
        self._take_end()
        return [self._origin.result(), self._links.result(), self._times.result(), self._pinned_result()]

    def _take_first(self, block: DecodedBlock) -> None:
        expected, got = self._trust.genesis_hash, block.block.hash
        self._origin.expect_equal("block 0", "创世哈希 genesis hash", expected=expected, got=got)
        chain_id = self._bundle.manifest.chain_id
        self._origin.expect_equal(
            "manifest.json", "链编号 chain id", expected=self._trust.chain_id, got=chain_id
        )
        check_genesis(self._origin, self._bundle, block, self._trust)
        self._links.expect_equal("block 0", "编号 number", expected=0, got=block.header.number)

    def _take_next(self, block: DecodedBlock, parent: Block) -> None:
        where, header = block.where, block.header
        self._links.expect_equal(where, "编号 number", expected=parent.number + 1, got=header.number)
        self._links.expect_equal(
            where, "上一块哈希 parent hash", expected=parent.hash, got=header.parent_hash
        )
        rises = header.time > parent.time
        self._times.expect(rises, where, f"时间应更晚 expected a time after {parent.time}, got {header.time}")
        if block.extra:
            self._times.expect_equal(where, "混合哈希 mix hash", expected=MIX_HASH, got=header.mix_hash)
            self._times.expect_equal(where, "难度 difficulty", expected=1, got=header.difficulty)

    def _take_end(self) -> None:
        head = self._bundle.manifest
        got = (self._last.number, self._last.hash.hex()) if self._last else None
        self._links.expect_equal(
            "manifest.json", "末块 head", expected=(head.head_number, head.head_hash.hex()), got=got
        )
        if self._last:
            latest = self._now + MAX_AHEAD_SECONDS
            what = f"末块在审计人的时钟之后 expected a head of {latest} at the latest by the auditor's clock, got {self._last.time}"
            self._times.expect(self._last.time <= latest, f"block {self._last.number}", what)
        # The head that the manifest tells may be any number; the blocks that were read are as many as they are.
        count = self._last.number + 1 if self._last else 0
        paths = [path_of(number) for number in range(0, count, BLOCKS_PER_FILE)]
        self._links.expect_equal("chain/blocks", "文件 files", expected=paths, got=self._bundle.paths(FOLDER))

    def _pinned_result(self) -> Result:
        pin = self._trust.pin
        if pin is None:
            return self._pinned.not_applicable("信任文件没有固定任何区块 the trust file pins no block")
        if self._last is None or self._last.number < pin.number:
            self._pinned.fail("bundle", f"没有到达固定的区块 it ends before the pinned block {pin.number}")
        return self._pinned.result()
