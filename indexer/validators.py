"""The validator set of a QBFT network, followed from its genesis by the votes in the headers (Besu's rules).

A proposer may vote to add or drop somebody. When more than half of the set want the same, it is done. At the end of an
epoch all votes are forgotten, and the vote of that block is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from indexer.errors import VerificationError
from indexer.tables import validators

if TYPE_CHECKING:
    from indexer.batch import Batch, Row
    from indexer.proof.seals import Seal

Votes = frozenset[tuple[bytes, bytes, bool]]


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """Who may seal the next block.

    Attributes:
        addresses: 20 bytes each, rising.
        votes: Open votes: proposer, subject, whether to add.
    """

    addresses: tuple[bytes, ...]
    votes: Votes = frozenset()

    def check(self, seal: Seal) -> None:
        """Checks that a block was sealed by this set.

        Raises:
            VerificationError: It names other validators, or has a foreign, a doubled or too few seals.
        """
        number, quorum = seal.block_number, -(-2 * len(self.addresses) // 3)
        signers = set(seal.signers)
        if seal.validators != self.addresses:
            raise VerificationError("validators", number, _as_text(self.addresses), _as_text(seal.validators))
        if seal.proposer not in self.addresses:
            raise VerificationError("proposer", number, "a validator", seal.proposer)
        if len(signers) != len(seal.signers) or not signers <= set(self.addresses):
            raise VerificationError("commit seals", number, "distinct validators", _as_text(seal.signers))
        if len(signers) < quorum:
            raise VerificationError("number of commit seals", number, f"{quorum} or more", len(signers))

    def after(self, seal: Seal, epoch_blocks: int) -> ValidatorSet:
        """The set after a block."""
        if seal.block_number % epoch_blocks == 0:
            return replace(self, votes=frozenset())
        if seal.vote is None:
            return self
        subject, add = seal.vote
        votes = self.votes - {(seal.proposer, subject, not add)} | {(seal.proposer, subject, add)}
        agreed = sum(1 for _, whom, what in votes if (whom, what) == (subject, add))
        if agreed < len(self.addresses) // 2 + 1:
            return replace(self, votes=votes)
        rest = frozenset(v for v in votes if v[1] != subject and (add or v[0] != subject))
        members = {*self.addresses, subject} if add else {*self.addresses} - {subject}
        return ValidatorSet(tuple(sorted(members)), rest)


def validator_rows(connection: Connection, batch: Batch, epoch_blocks: int) -> list[Row]:
    """Checks the seals of a batch; the rows of `validators` that follow from them.

    Raises:
        VerificationError: A block was not sealed as it must be, or carries no seals where the genesis has validators.
    """
    now = _last(connection)
    if now is None and batch.first > 0:
        return []
    if len(batch.seals) != len(batch.blocks):
        if now is None and not batch.seals:
            return []
        raise VerificationError("blocks with seals", batch.first, len(batch.blocks), len(batch.seals))
    rows: list[Row] = []
    for seal in batch.seals:
        before = now
        if now is None:
            now = ValidatorSet(tuple(sorted(seal.validators)))  # a genesis may name them in any order
        else:
            now.check(seal)
            now = now.after(seal, epoch_blocks)
        if now != before:
            rows.append((seal.block_number, b"".join(now.addresses), _packed(now.votes)))
    return rows


def _last(connection: Connection) -> ValidatorSet | None:
    newest = select(validators).order_by(validators.c.block_number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return None
    addresses, votes = bytes(row.addresses), bytes(row.votes)
    return ValidatorSet(
        tuple(addresses[i : i + 20] for i in range(0, len(addresses), 20)),
        frozenset(
            (votes[i : i + 20], votes[i + 20 : i + 40], votes[i + 40] == 1) for i in range(0, len(votes), 41)
        ),
    )


def _packed(votes: Votes) -> bytes:
    return b"".join(proposer + subject + bytes([add]) for proposer, subject, add in sorted(votes))


def _as_text(addresses: tuple[bytes, ...]) -> str:
    return " ".join(f"0x{address.hex()}" for address in addresses)
