"""QBFT headers (Besu): the two hashes of a header, its seals, and the validator set as votes change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import rlp

from audit.decode.envelope import recover
from audit.decode.header import scalar, sized, unpack
from audit.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.decode.header import Header

MIX_HASH = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
ADD, DROP = b"\xff", b""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraData:
    """What `extraData` of a QBFT header holds.

    Attributes:
        vanity: 32 bytes.
        validators: Who may seal the block, 20 bytes each.
        vote: Whom the proposer votes for and whether to add it, or None.
        round: Round in which the block was sealed.
        seals: r || s || v, 65 bytes each if they are signatures.
    """

    vanity: bytes
    validators: tuple[bytes, ...]
    vote: tuple[bytes, bool] | None
    round: int
    seals: tuple[bytes, ...]

    def bare(self, *, keep_round: bool) -> bytes:
        """The encoding without seals, with the round or with round 0."""
        vote = [] if self.vote is None else [self.vote[0], ADD if self.vote[1] else DROP]
        rounds = self.round if keep_round else 0
        return bytes(rlp.encode([self.vanity, list(self.validators), vote, rounds, []]))


def decode_extra_data(data: bytes) -> ExtraData:
    """Reads `extraData`.

    Raises:
        DecodeError: It is not the RLP of the five items.
    """
    items = unpack(data, "QBFT extraData")
    if (
        len(items) != 5
        or not all(isinstance(items[i], list) for i in (1, 2, 4))
        or list in map(type, items[4])
    ):
        raise DecodeError("expected QBFT extraData of vanity, validators, vote, round and seals")
    return ExtraData(
        vanity=sized(items[0], 32),
        validators=tuple(sized(v, 20) for v in items[1]),
        vote=_vote(items[2]),
        round=scalar(items[3]),
        seals=tuple(items[4]),
    )


def block_hash(header: Header, extra: ExtraData) -> bytes:
    """Hash of a sealed block, 32 bytes: blind to round and seals."""
    return header.keccak(extra.bare(keep_round=False))


def signers(header: Header, extra: ExtraData) -> list[bytes]:
    """Who sealed a block, 20 bytes each, in the order of the seals.

    Raises:
        DecodeError: A seal is no signature.
    """
    digest = header.keccak(extra.bare(keep_round=True))
    return [recover(digest, seal) for seal in extra.seals]


def quorum(validators: int) -> int:
    """How many of so many validators must seal a block: two thirds, rounded up."""
    return -(-2 * validators // 3)


@dataclass(kw_only=True, slots=True)
class ValidatorSet:
    """Who may seal the next block, as votes in headers change it.

    Attributes:
        members: 20 bytes each.
        epoch_blocks: Votes are forgotten at every multiple of this number, and none is cast there.
        votes: Whether to add, by proposer and subject.
    """

    members: set[bytes]
    epoch_blocks: int
    votes: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)

    def apply(self, number: int, proposer: bytes, vote: tuple[bytes, bool] | None) -> None:
        """Takes up a sealed block.

        Args:
            number: Its number.
            proposer: Its coinbase.
            vote: Subject, and whether to add it; None if there is none.
        """
        if number % self.epoch_blocks == 0:
            self.votes.clear()
        elif vote:
            subject, adds = vote
            self.votes[proposer, subject] = adds
            if self._agreeing(subject, adds=adds) > len(self.members) // 2:
                self._change(subject, adds=adds)

    def _agreeing(self, subject: bytes, *, adds: bool) -> int:
        return sum(s == subject and a == adds for (_, s), a in self.votes.items())

    def _change(self, subject: bytes, *, adds: bool) -> None:
        if adds:
            self.members.add(subject)
        else:
            self.members.discard(subject)
        self._forget(key for key in self.votes if key[1] == subject or (not adds and key[0] == subject))

    def _forget(self, keys: Iterable[tuple[bytes, bytes]]) -> None:
        for key in list(keys):
            del self.votes[key]


def _vote(item: list[Any]) -> tuple[bytes, bool] | None:
    if not item:
        return None
    if len(item) != 2 or item[1] not in (ADD, DROP):
        raise DecodeError(f"expected a vote of address and 0xff or nothing, got {item!r:.120}")
    return sized(item[0], 20), item[1] == ADD
