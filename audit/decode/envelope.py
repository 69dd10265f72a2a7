"""Transactions and receipts in their envelopes (EIP-2718), as the roots of a header commit to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from coincurve import PublicKey

from audit.decode.header import scalar, sized, unpack
from audit.decode.keccak import keccak
from audit.errors import DecodeError

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
BLOOM_BYTES = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedTransaction:
    """A transaction.

    Attributes:
        kind: 0 legacy with EIP-155, 1 EIP-2930, 2 EIP-1559.
        chain_id: What it is signed for.
        to: 20 bytes; None for a creation.
        data: Calldata, or creation code.
        sender: Recovered from the signature, 20 bytes.
        hash: 32 bytes.
        nonce: How many transactions the sender had sent before.
        gas_limit: Gas that it may use.
    """

    kind: int
    chain_id: int
    to: bytes | None
    data: bytes
    sender: bytes
    hash: bytes
    nonce: int
    gas_limit: int

    @property
    def created(self) -> bytes:
        """Address of the contract that it creates, 20 bytes; empty for a call."""
        return b"" if self.to else keccak(rlp.encode([self.sender, self.nonce]))[12:]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawLog:
    """A log before it is decoded.

    Attributes:
        address: Who emitted it, 20 bytes.
        topics: Up to four, 32 bytes each.
        data: The rest.
    """

    address: bytes
    topics: list[bytes]
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A receipt.

    Attributes:
        kind: Type of its transaction.
        status: 1 done, 0 reverted.
        cumulative_gas: Gas used in the block up to its transaction.
        bloom: 256 bytes.
        logs: In order.
    """

    kind: int
    status: int
    cumulative_gas: int
    bloom: bytes
    logs: list[RawLog]


def decode_transaction(raw: bytes) -> SignedTransaction:
    """Reads a transaction and recovers its sender.

    Raises:
        DecodeError: It is of another type, of another shape, without EIP-155, or its signature is none.
    """
    kind, fields = _opened(raw, "a transaction", {0: 9, 1: 11, 2: 12})
    plain = fields[:-4] + fields[-3:] if kind else fields
    if not all(isinstance(field, bytes) for field in plain) or (kind and not _is_access_list(fields[-4])):
        raise DecodeError("expected fields of bytes, and an access list of addresses with their slots")
    chain_id, parity, signed = _legacy(fields) if kind == 0 else _typed(kind, fields)
    at = {0: 3, 1: 4, 2: 5}[kind]
    to, data = fields[at], fields[at + 2]
    return SignedTransaction(
        kind=kind, chain_id=chain_id, to=sized(to, 20) if to else None, data=data,
        sender=_sender(keccak(signed), scalar(fields[-2]), scalar(fields[-1]), parity), hash=keccak(raw),
        nonce=scalar(fields[1 if kind else 0]), gas_limit=scalar(fields[at - 1]),
    )  # fmt: skip


def decode_receipt(raw: bytes) -> Receipt:
    """Reads a receipt.

    Raises:
        DecodeError: It is of another type or shape.
    """
    kind, fields = _opened(raw, "a receipt", {0: 4, 1: 4, 2: 4})
    status = scalar(fields[0])
    if status > 1 or not isinstance(fields[3], list):
        raise DecodeError(f"expected status 0 or 1 and a list of logs, got status {status}")
    logs = [_log(item) for item in fields[3]]
    return Receipt(
        kind=kind, status=status, cumulative_gas=scalar(fields[1]), bloom=sized(fields[2], BLOOM_BYTES), logs=logs
    )  # fmt: skip


def bloom_of(logs: list[RawLog]) -> int:
    """Bloom filter of logs (yellow paper, section 4.3.1), as a number of 2048 bits."""
    bits = 0
    for log in logs:
        for item in (log.address, *log.topics):
            digest = keccak(item)
            for i in (0, 2, 4):
                bits |= 1 << (int.from_bytes(digest[i : i + 2], "big") & 2047)
    return bits


def recover(digest: bytes, signature: bytes) -> bytes:
    """Address of the key that signed a digest, 20 bytes.

    Args:
        digest: 32 bytes.
        signature: r || s || v, 65 bytes, v 0 or 1.

    Raises:
        DecodeError: No key can have signed so.
    """
    if len(signature) != 65 or signature[64] > 1:
        raise DecodeError(f"expected a signature of 65 bytes with v 0 or 1, got 0x{signature.hex()}")
    try:
        key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except ValueError as error:  # coincurve says nothing narrower
        raise DecodeError(f"no key can have made the signature 0x{signature.hex()}: {error}") from None
    return keccak(key.format(compressed=False)[1:])[12:]


def _opened(raw: bytes, what: str, sizes: dict[int, int]) -> tuple[int, list[Any]]:
    if not raw:
        raise DecodeError(f"expected {what}, got nothing")
    kind, body = (0, raw) if raw[0] >= 0xC0 else (raw[0], raw[1:])
    if kind not in sizes or (kind == 0 and body is not raw):
        raise DecodeError(f"expected {what} of type {sorted(sizes)}, got type {kind}")
    fields = unpack(body, what)
    if len(fields) != sizes[kind]:
        raise DecodeError(f"expected {what} of {sizes[kind]} fields, got {len(fields)}")
    return kind, fields


def _legacy(fields: list[Any]) -> tuple[int, int, bytes]:
    v = scalar(fields[6])
    if v < 37:
        raise DecodeError(f"expected a transaction signed for one chain (EIP-155), got v {v}")
    chain_id, parity = divmod(v - 35, 2)
    return chain_id, parity, rlp.encode([*fields[:6], rlp.sedes.big_endian_int.serialize(chain_id), b"", b""])


def _typed(kind: int, fields: list[Any]) -> tuple[int, int, bytes]:
    return scalar(fields[0]), scalar(fields[-3]), bytes([kind]) + rlp.encode(fields[:-3])


def _is_access_list(value: Any) -> bool:
    """Whether it is a list of address and slots (EIP-2930)."""
    return isinstance(value, list) and all(
        isinstance(entry, list)
        and len(entry) == 2
        and isinstance(entry[0], bytes)
        and isinstance(entry[1], list)
        and all(isinstance(slot, bytes) for slot in entry[1])
        for entry in value
    )


def _sender(digest: bytes, r: int, s: int, parity: int) -> bytes:
    if s > CURVE_ORDER // 2 or parity > 1:
        raise DecodeError("expected a signature with s in the lower half (EIP-2) and parity 0 or 1")
    return recover(digest, r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([parity]))


def _log(item: Any) -> RawLog:
    if not isinstance(item, list) or len(item) != 3 or not isinstance(item[1], list) or len(item[1]) > 4:
        raise DecodeError("expected a log of address, up to four topics, and data")
    if not isinstance(item[2], bytes):
        raise DecodeError("expected the data of a log, got a list")
    return RawLog(address=sized(item[0], 20), topics=[sized(t, 32) for t in item[1]], data=item[2])
