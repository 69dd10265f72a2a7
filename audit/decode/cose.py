"""Signed service events: COSE_Sign1 over deterministic CBOR, read strictly, and their signatures (`docs/service-events.md` §1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from audit.errors import DecodeError

SIGN1_TAG = 18
ESP256, ED25519 = -9, -19
MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES = 768, 512
ALGORITHMS = {1: ESP256, 2: ED25519}
"""COSE algorithm by its number in the device registry."""

# Each key of an event: what it is called here, and its type with its size or its range.
_UINT = range(2**63)
_KEYS: dict[int, tuple[str, Any]] = {
    1: ("version", range(1, 2)), 2: ("id", 16), 3: ("device", 8), 4: ("boot", _UINT), 5: ("seq", _UINT),
    6: ("captured_ms", _UINT), 7: ("clock_class", range(4)), 8: ("clock_uncertainty_seconds", _UINT),
    9: ("mono_ms", _UINT), 10: ("type", _UINT), 11: ("task", 16), 12: ("actor", 16), 13: ("place", 16),
    14: ("measurements", dict), 15: ("prev", 32), 16: ("location", dict), 17: ("refs", list), 18: ("nonce", 8),
}  # fmt: skip
_NEEDED = {1, 2, 3, 4, 5, 6, 7, 8, 10}


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A service event. The attributes are those of `docs/service-events.md` §1, in its order.

    Attributes:
        hash: SHA-256 of the payload, 32 bytes; its identity.
        index: Its place in the log, from 0.
    """

    hash: bytes
    index: int
    version: int
    id: bytes
    device: bytes
    boot: int
    seq: int
    captured_ms: int
    clock_class: int
    clock_uncertainty_seconds: int
    type: int
    mono_ms: int | None = None
    task: bytes | None = None
    actor: bytes | None = None
    place: bytes | None = None
    measurements: dict[int, Any] | None = None
    prev: bytes | None = None
    location: dict[int, int] | None = None
    refs: tuple[bytes, ...] = ()
    nonce: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A COSE message of the log, read but not yet verified.

    Attributes:
        algorithm: COSE algorithm of its header.
        protected: The protected header as it was signed.
        payload: The payload as it was signed.
        signature: 64 bytes.
        event: What it says.
    """

    algorithm: int
    protected: bytes
    payload: bytes
    signature: bytes
    event: Event


def read(data: bytes, index: int) -> Message:
    """Reads one leaf of the log.

    Args:
        data: The COSE message.
        index: Its place in the log, from 0.

    Raises:
        DecodeError: It is too large, not canonical, or not of the shape of §1.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise DecodeError(f"expected at most {MAX_MESSAGE_BYTES} bytes, got {len(data)}")
    tagged = canonical(data)
    parts = tagged.value if isinstance(tagged, cbor2.CBORTag) and tagged.tag == SIGN1_TAG else None
    if not isinstance(parts, list | tuple) or len(parts) != 4 or parts[1] != {}:
        raise DecodeError("expected COSE_Sign1 with an empty unprotected header")
    if not all(type(p) is bytes for p in (parts[0], parts[2], parts[3])):
        raise DecodeError("expected header, payload and signature as bytes")
    protected, _, payload, signature = parts
    header = canonical(protected)
    known = _has_numbers(header) and set(header) == {1, 4} and type(header[1]) is int
    if not known or header[1] not in (ESP256, ED25519):
        raise DecodeError(f"expected the header {{1: algorithm, 4: kid}}, got {header!r:.80}")
    event = read_event(payload, index)
    if header[4] != event.device or len(signature) != 64:
        raise DecodeError("expected the device as kid and a signature of 64 bytes")
    return Message(
        algorithm=header[1], protected=protected, payload=payload, signature=signature, event=event
    )


def read_event(payload: bytes, index: int) -> Event:
    """Reads the payload of a message.

    Raises:
        DecodeError: It is too large, not canonical, or not of the shape of §1.
    """
    value_by_key = canonical(payload)
    if (
        len(payload) > MAX_PAYLOAD_BYTES
        or not _has_numbers(value_by_key)
        or not _NEEDED <= set(value_by_key) <= set(_KEYS)
    ):
        raise DecodeError(f"expected an event of at most {MAX_PAYLOAD_BYTES} bytes, got {value_by_key!r:.80}")
    fields = {}
    for key, value in value_by_key.items():
        name, kind = _KEYS[key]
        if not _fits(value, kind):
            raise DecodeError(f"expected {name} of the kind {kind}, got {value!r:.80}")
        fields[name] = value
    _require_shape(fields)
    fields["refs"] = tuple(fields.get("refs", ()))
    return Event(hash=hashlib.sha256(payload).digest(), index=index, **fields)


def canonical(data: bytes) -> Any:
    """Decodes CBOR and makes sure that encoding it again gives the same bytes.

    Raises:
        DecodeError: It is not CBOR, or not in core deterministic encoding (RFC 8949 §4.2.1).
    """
    stream = BytesIO(data)
    try:
        value = cbor2.load(stream)
        again = cbor2.dumps(value, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise DecodeError(f"expected CBOR: {error}") from None
    if again != data:
        raise DecodeError("expected deterministic CBOR: it encodes differently")
    return value


def is_signed(
    message: Message, *, algorithm: int, key_x: bytes, key_y: bytes, chain_id: int, registry: bytes
) -> bool:
    """Whether a device's key signed a message for this deployment (RFC 9052 §4.4).

    Args:
        message: The message.
        algorithm: Number of the algorithm in the registry, 1 ESP256, 2 Ed25519.
        key_x: x of the P-256 point, or the Ed25519 key, 32 bytes.
        key_y: y of the P-256 point, 32 bytes.
        chain_id: EIP-155 chain id.
        registry: Address of DeviceRegistry, 20 bytes.
    """
    if message.algorithm != ALGORITHMS.get(algorithm):
        return False
    bound = b"gongji/1" + chain_id.to_bytes(8, "big") + registry
    signed = cbor2.dumps(["Signature1", message.protected, bound, message.payload])
    try:
        if message.algorithm == ED25519:
            ed25519.Ed25519PublicKey.from_public_bytes(key_x).verify(message.signature, signed)
        else:
            r, s = (int.from_bytes(half, "big") for half in (message.signature[:32], message.signature[32:]))
            _point(key_x, key_y).verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _point(key_x: bytes, key_y: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + key_x + key_y)


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(kind, int):
        return type(value) is bytes and len(value) == kind
    if isinstance(kind, range):
        return type(value) is int and value in kind
    return isinstance(value, list | tuple) if kind is list else isinstance(value, kind)


def _has_numbers(value: Any) -> bool:
    """Whether it is a map by integers: 1.0 and true are no spelling of 1, though Python takes them for equal."""
    return isinstance(value, dict) and all(type(key) is int for key in value)


def _is_integer(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _require_shape(fields: dict[str, Any]) -> None:
    for value in fields.get("measurements", {0: 0}).values():
        listed = isinstance(value, list | tuple) and all(map(_is_integer, value))
        if not (_is_integer(value) or listed or type(value) is bytes):
            raise DecodeError(f"expected an integer, integers or bytes, got {value!r:.80}")
    keys = [k for name in ("measurements", "location") for k in fields.get(name, ())]
    location = fields.get("location", {1: 0, 2: 0})
    if not all(_fits(k, _UINT) for k in keys) or not {1, 2} <= set(location) <= {1, 2, 3}:
        raise DecodeError("expected measurements and location by small numbers")
    if "measurements" in fields and not fields["measurements"]:
        raise DecodeError("expected at least one measurement")
    refs = fields.get("refs", [bytes(32)])
    if not refs or not all(_fits(r, 32) for r in refs) or not all(_fits(v, _UINT) for v in location.values()):
        raise DecodeError("expected refs of 32 bytes each and a location of integers")
