"""Who sealed a QBFT block (EIP-650 as Besu writes it: extra data of vanity, validators, vote, round and commit seals)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coincurve import PublicKey

from indexer.proof.header import header_hash, unsealed
from indexer.proof.rlp import decode, hex_bytes, keccak

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """What the extra data of a block says.

    Attributes:
        block_number: Of the block.
        proposer: Who put the block together, 20 bytes.
        validators: Who may seal the block, 20 bytes each, as the block says.
        vote: Whom the proposer wants added (True) or dropped (False); None if nobody.
        signers: Who signed the block, 20 bytes each, recovered from the commit seals.
    """

    block_number: int
    proposer: bytes
    validators: tuple[bytes, ...]
    vote: tuple[bytes, bool] | None
    signers: tuple[bytes, ...]


def read_seal(block: Json) -> Seal:
    """The seal of a QBFT block.

    Args:
        block: The answer of `eth_getBlockByNumber`.

    Raises:
        ValueError: The extra data is not QBFT's, or a seal is no signature.
    """
    number, extra_data = int(block["number"], 16), block["extraData"]
    _, validators, vote, round_bytes, seals = decode(hex_bytes(extra_data))
    round_number = int.from_bytes(round_bytes, "big")
    digest = header_hash(block, extra_data=unsealed(extra_data, round_number=round_number)) if number else b""
    return Seal(
        number,
        hex_bytes(block["miner"]),
        tuple(validators),
        (vote[0], vote[1] == b"\xff") if vote else None,
        tuple(_signer(digest, seal) for seal in seals),
    )


def _signer(digest: bytes, seal: bytes) -> bytes:
    if len(seal) != 65:
        raise ValueError(f"commit seal: expected 65 bytes, got {len(seal)}")
    key = PublicKey.from_signature_and_message(seal, digest, hasher=None)
    return keccak(key.format(compressed=False)[1:])[12:]
