"""Seals of a QBFT network, put on the blocks of a node that has none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import rlp

from audit.chain.qbft import MIX_HASH, ExtraData, ValidatorSet, block_hash, quorum
from audit.collect.rebuild import header_rlp
from audit.decode.header import EXTRA_DATA, decode_header
from tests.audit.sealing import address, key

if TYPE_CHECKING:
    from coincurve import PrivateKey

Json = Any
# In the order of the header.
PARENT_HASH, COINBASE, DIFFICULTY, MIX, NONCE = 0, 2, 7, 13, 14
NOBODY = ExtraData(vanity=bytes(32), validators=(), vote=None, round=0, seals=())


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedBlock:
    """A block under its seals.

    Attributes:
        bare_hash: Hash that the node without seals gives it, 0x and hex digits.
        fields: Fields of its JSON that are others under seals.
    """

    bare_hash: str
    fields: Json

    @property
    def hash(self) -> str:
        """Its hash, 0x and hex digits."""
        return str(self.fields["hash"])


@dataclass(kw_only=True)
class Sealer:
    """The validators of one network.

    Attributes:
        epoch_blocks: Length of an epoch.
        round: Round in which the next blocks are sealed.
        seals: How many seal; None for as many as must.
        vote: Number of a validator and whether to add it, for which all proposers vote.
        blocks: The blocks so far.
    """

    epoch_blocks: int
    round: int = 0
    seals: int | None = None
    vote: tuple[int, bool] | None = None
    blocks: list[SealedBlock] = field(default_factory=list)
    _set: ValidatorSet = field(init=False)
    _keys: dict[bytes, PrivateKey] = field(init=False)

    def __post_init__(self) -> None:
        # Two more than begin, who can be voted in.
        self._keys = {address(number): key(number) for number in range(6)}
        first = {address(number) for number in range(4)}
        self._set = ValidatorSet(members=first, epoch_blocks=self.epoch_blocks)

    @property
    def members(self) -> list[bytes]:
        """Who may seal the next block, ascending."""
        return sorted(self._set.members)

    def seal(self, bare: Json) -> None:
        """Seals the next block.

        Args:
            bare: The block as the node tells it.
        """
        number, members = int(bare["number"], 16), self.members
        proposer = members[number % len(members)] if number else bytes(20)
        extra = replace(NOBODY, validators=tuple(members))
        if number:
            extra = replace(extra, vote=self._cast(number), round=self.round)
        sealed: dict[int, Any] = {
            PARENT_HASH: bytes.fromhex(self.blocks[-1].hash[2:]) if number else bytes(32),
            COINBASE: proposer, DIFFICULTY: b"\x01", EXTRA_DATA: extra.bare(keep_round=True), MIX: MIX_HASH,
            NONCE: bytes(8),
        }  # fmt: skip
        fields = [sealed.get(place, value) for place, value in enumerate(rlp.decode(header_rlp(bare)))]
        header = decode_header(rlp.encode(fields))
        digest = header.keccak(extra.bare(keep_round=True))
        enough = quorum(len(members)) if self.seals is None else self.seals
        seals = [self._keys[member].sign_recoverable(digest, hasher=None) for member in members[:enough]]
        whole = rlp.encode([*rlp.decode(extra.bare(keep_round=True))[:4], seals if number else []])
        self.blocks.append(
            SealedBlock(
                bare_hash=bare["hash"],
                fields={
                    "hash": _hex(block_hash(header, extra) if number else header.keccak()),
                    "parentHash": _hex(sealed[PARENT_HASH]), "miner": _hex(proposer), "difficulty": "0x1",
                    "extraData": _hex(whole), "mixHash": _hex(MIX_HASH), "nonce": _hex(bytes(8)),
                },
            )
        )  # fmt: skip
        if number:
            self._set.apply(number, proposer, extra.vote)

    def _cast(self, number: int) -> tuple[bytes, bool] | None:
        if self.vote is None or number % self.epoch_blocks == 0:
            return None
        subject, adds = address(self.vote[0]), self.vote[1]
        return None if (subject in self._set.members) is adds else (subject, adds)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
