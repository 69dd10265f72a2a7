"""Transactions of a block as the transactions root commits to them (EIP-2718), and who signed them.

Types: 0 (EIP-155 and before), 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coincurve import PublicKey

from indexer.proof.rlp import (
    encode_bytes,
    encode_data,
    encode_int,
    encode_list,
    encode_quantity,
    hex_bytes,
    keccak,
)

Json = dict[str, Any]

Encoder = Callable[[Any], bytes]


def _encode_access_list(entries: list[Json]) -> bytes:
    return encode_list(b"".join(_encode_access(entry) for entry in entries))


def _encode_access(entry: Json) -> bytes:
    keys = b"".join(encode_data(key) for key in entry["storageKeys"])
    return encode_list(encode_data(entry["address"]) + encode_list(keys))


def _encode_target(target: str | None) -> bytes:
    return encode_data(target or "0x")


def _encode_hashes(hashes: list[str]) -> bytes:
    return encode_list(b"".join(map(encode_data, hashes)))


# Fields of each type between the chain id and the signature.
_FEES: tuple[tuple[str, Encoder], ...] = (
    ("nonce", encode_quantity), ("maxPriorityFeePerGas", encode_quantity), ("maxFeePerGas", encode_quantity),
)  # fmt: skip
_PRICE: tuple[tuple[str, Encoder], ...] = (("nonce", encode_quantity), ("gasPrice", encode_quantity))
_CALL: tuple[tuple[str, Encoder], ...] = (
    ("gas", encode_quantity), ("to", _encode_target), ("value", encode_quantity), ("input", encode_data),
)  # fmt: skip
_ACCESS: tuple[tuple[str, Encoder], ...] = (("accessList", _encode_access_list),)
_BLOBS: tuple[tuple[str, Encoder], ...] = (
    ("maxFeePerBlobGas", encode_quantity), ("blobVersionedHashes", _encode_hashes),
)  # fmt: skip
BODY: dict[int, tuple[tuple[str, Encoder], ...]] = {
    0: _PRICE + _CALL,
    1: _PRICE + _CALL + _ACCESS,
    2: _FEES + _CALL + _ACCESS,
    3: _FEES + _CALL + _ACCESS + _BLOBS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """A transaction, recomputed.

    Attributes:
        encoded: What the transactions root commits to.
        hash: keccak256 of that, 32 bytes.
        sender: Address that signed it, 20 bytes.
        target: Address called, 20 bytes; None for a creation.
    """

    encoded: bytes
    hash: bytes
    sender: bytes
    target: bytes | None


def recompute(tx: Json) -> Transaction:
    """A transaction from its JSON; the hash and the sender that the node tells are not looked at.

    Args:
        tx: One of the `transactions` of `eth_getBlockByNumber`.

    Raises:
        ValueError: Its type is not one of 0 to 3, or its signature is none.
    """
    kind = int(tx["type"], 16)
    if kind not in BODY:
        raise ValueError(f"transaction type: expected 0 to 3, got {kind}")
    body = b"".join([encode(tx[name]) for name, encode in BODY[kind]])
    v, r, s = int(tx["v"], 16), int(tx["r"], 16), int(tx["s"], 16)
    envelope, chain = (bytes([kind]), encode_quantity(tx["chainId"])) if kind else (b"", b"")
    unsigned = envelope + encode_list(chain + body + (_replay_protection(v) if not kind else b""))
    encoded = envelope + encode_list(chain + body + encode_int(v) + encode_int(r) + encode_int(s))
    parity = v if kind else (v - 35) % 2 if v >= 35 else v - 27
    return Transaction(
        encoded=encoded,
        hash=keccak(encoded),
        sender=_signer(keccak(unsigned), r, s, parity),
        target=hex_bytes(tx["to"]) if tx["to"] else None,
    )


def _replay_protection(v: int) -> bytes:
    return encode_int((v - 35) // 2) + encode_bytes(b"") * 2 if v >= 35 else b""


def _signer(digest: bytes, r: int, s: int, parity: int) -> bytes:
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([parity])
    key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    return keccak(key.format(compressed=False)[1:])[12:]
