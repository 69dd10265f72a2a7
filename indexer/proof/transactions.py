"""Transactions of a block as the transactions root commits to them (EIP-2718).

Types: 0 (EIP-155 and before), 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844). Who signed them is not recovered here: it would
take longer than all else, the validators have checked it, and the auditor checks it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from indexer.proof.rlp import (
    encode_data,
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


_CHAIN: tuple[tuple[str, Encoder], ...] = (("chainId", encode_quantity),)
_PRICE: tuple[tuple[str, Encoder], ...] = (("nonce", encode_quantity), ("gasPrice", encode_quantity))
_FEES: tuple[tuple[str, Encoder], ...] = (
    ("nonce", encode_quantity), ("maxPriorityFeePerGas", encode_quantity), ("maxFeePerGas", encode_quantity),
)  # fmt: skip
_CALL: tuple[tuple[str, Encoder], ...] = (
    ("gas", encode_quantity), ("to", _encode_target), ("value", encode_quantity), ("input", encode_data),
)  # fmt: skip
_ACCESS: tuple[tuple[str, Encoder], ...] = (("accessList", _encode_access_list),)
_BLOBS: tuple[tuple[str, Encoder], ...] = (
    ("maxFeePerBlobGas", encode_quantity), ("blobVersionedHashes", _encode_hashes),
)  # fmt: skip
_SIGNATURE: tuple[tuple[str, Encoder], ...] = (
    ("v", encode_quantity), ("r", encode_quantity), ("s", encode_quantity),
)  # fmt: skip
FIELDS: dict[int, tuple[tuple[str, Encoder], ...]] = {
    0: _PRICE + _CALL + _SIGNATURE,
    1: _CHAIN + _PRICE + _CALL + _ACCESS + _SIGNATURE,
    2: _CHAIN + _FEES + _CALL + _ACCESS + _SIGNATURE,
    3: _CHAIN + _FEES + _CALL + _ACCESS + _BLOBS + _SIGNATURE,
}


class Transaction(NamedTuple):
    """A transaction, recomputed.

    Attributes:
        encoded: What the transactions root commits to.
        hash: keccak256 of that, 32 bytes.
        target: Address called, 20 bytes; None for a creation.
    """

    encoded: bytes
    hash: bytes
    target: bytes | None


def recompute(tx: Json) -> Transaction:
    """A transaction from its JSON; the hash and the sender that the node tells are not looked at.

    Args:
        tx: One of the `transactions` of `eth_getBlockByNumber`.

    Raises:
        ValueError: Its type is not one of 0 to 3.
    """
    kind = int(tx["type"], 16)
    if kind not in FIELDS:
        raise ValueError(f"transaction type: expected 0 to 3, got {kind}")
    fields = encode_list(b"".join([encode(tx[name]) for name, encode in FIELDS[kind]]))
    encoded = bytes([kind]) + fields if kind else fields
    return Transaction(
        encoded=encoded, hash=keccak(encoded), target=hex_bytes(tx["to"]) if tx["to"] else None
    )
