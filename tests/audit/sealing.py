"""A QBFT chain of empty blocks, sealed by keys of the test: what a network with such votes would make."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import rlp
from coincurve import PrivateKey
from eth_utils import keccak

from audit.chain.qbft import MIX_HASH, ExtraData, block_hash
from audit.collect.writer import BundleWriter
from audit.decode.header import EMPTY_OMMERS, decode_header
from audit.decode.mpt import EMPTY_ROOT
from audit.evidence.block_files import RawBlock
from audit.evidence.trust import Trust
from tests.audit.bundles import BLOCKS

if TYPE_CHECKING:
    from pathlib import Path

CHAIN_ID, EPOCH_BLOCKS = 77, 10
TEMPLATE = ExtraData(vanity=bytes(32), validators=(), vote=None, round=0, seals=())


def key(number: int) -> PrivateKey:
    return PrivateKey(keccak(number.to_bytes(1, "big")))


def address(number: int) -> bytes:
    return keccak(key(number).public_key.format(compressed=False)[1:])[12:]


@dataclass
class Network:
    """Validators by number, and the blocks that they made."""

    members: list[int] = field(default_factory=lambda: [0, 1, 2, 3])
    blocks: list[RawBlock] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    time: int = 0

    def make(
        self,
        proposer: int = 0,
        vote: tuple[int, bool] | None = None,
        *,
        sealers: list[int] | None = None,
        listed: list[int] | None = None,
        seconds: int = 1,
        mix_hash: bytes = MIX_HASH,
    ) -> None:
        """Makes the next block."""
        number, parent = len(self.blocks), self.hashes[-1] if self.hashes else bytes(32)
        self.time += seconds
        validators = tuple(sorted(address(n) for n in listed or self.members))
        cast = (address(vote[0]), vote[1]) if vote else None
        extra = replace(TEMPLATE, validators=validators, vote=cast)
        fields = [
            parent, EMPTY_OMMERS, address(proposer) if number else bytes(20), EMPTY_ROOT, EMPTY_ROOT, EMPTY_ROOT,
            bytes(256), 1, number, 30_000_000, 0, self.time, extra.bare(keep_round=True), mix_hash, bytes(8),
        ]  # fmt: skip
        header = decode_header(rlp.encode(fields))
        digest = header.keccak(extra.bare(keep_round=True))
        seals = [key(n).sign_recoverable(digest, hasher=None) for n in (sealers or self.members)]
        if number:
            fields[12] = _extra(extra, seals)
        self.blocks.append(RawBlock(header=rlp.encode(fields), transactions=[], receipts=[]))
        self.hashes.append(block_hash(header, extra) if number else header.keccak())

    def bundle(self, folder: Path) -> Path:
        """The chain as a bundle."""
        writer = BundleWriter(folder)
        writer.add_lines(BLOCKS, [b.to_json() for b in self.blocks])
        writer.close(chain_id=CHAIN_ID, head_number=len(self.blocks) - 1, head_hash=self.hashes[-1])
        return folder

    def trust(self) -> Trust:
        """What an auditor of the chain pins."""
        first = tuple(sorted(address(n) for n in range(4)))
        return Trust(
            chain_id=CHAIN_ID,
            genesis_hash=self.hashes[0],
            validators=first,
            epoch_blocks=EPOCH_BLOCKS,
            contracts={},
        )


def _extra(extra: ExtraData, seals: list[bytes]) -> bytes:
    items = rlp.decode(extra.bare(keep_round=True))
    return bytes(rlp.encode([*items[:4], seals]))
