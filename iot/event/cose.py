"""COSE_Sign1 (RFC 9052 §4.2) with ESP256 or Ed25519 (RFC 9864), bound to one deployment by external data.

The envelope is `18([protected, {}, payload, signature])`, protected `{1: alg, 4: kid}`. What is signed is
`["Signature1", protected, external data, payload]` (§4.4). Envelope and header must be in deterministic encoding, so that
nobody but the signer can make a second message of the same event.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from contracts.enums import Algorithm
from iot.codes import Code
from iot.errors import DeviceKeyInvalidError, EventRefusedError
from iot.event.cbor import dump_canonical, load_canonical

MAX_MESSAGE_BYTES = 768
TAG_SIGN1 = b"\xd2"  # tag 18, encoded
COSE_NUMBERS = {Algorithm.ESP256: -9, Algorithm.ED25519: -19}
ALGORITHMS = {number: algorithm for algorithm, number in COSE_NUMBERS.items()}
_ECDSA = ec.ECDSA(SHA256())

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """The deployment that events are signed for.

    Attributes:
        chain_id: EIP-155 chain id.
        registry: Address of DeviceRegistry, 20 bytes.
    """

    chain_id: int
    registry: bytes

    def external_data(self) -> bytes:
        """External additional data of the signature, 36 bytes."""
        return b"gongji/1" + self._deployment()

    def possession(self, owner: bytes) -> bytes:
        """What the key of a phone signs to be enrolled (`IDeviceRegistry.enrolPhone`), 58 bytes. No event begins like it.

        Args:
            owner: Member whose phone it is to be, 16 bytes.
        """
        return b"gongji/phone/1" + self._deployment() + owner

    def _deployment(self) -> bytes:
        return self.chain_id.to_bytes(8, "big") + self.registry


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """The parts of a message, not yet verified.

    Attributes:
        algorithm: Signature algorithm of the header.
        kid: Device id of the header, 8 bytes.
        protected: Encoded protected header.
        payload: Encoded event.
        signature: 64 bytes.
    """

    algorithm: Algorithm
    kid: bytes
    protected: bytes
    payload: bytes
    signature: bytes


def parse(message: bytes) -> Envelope:
    """Takes a message apart.

    Raises:
        EventRefusedError: E_SIZE, E_CBOR or E_NONCANONICAL.
    """
    if len(message) > MAX_MESSAGE_BYTES:
        raise EventRefusedError(
            Code.E_SIZE, f"expected a message of at most {MAX_MESSAGE_BYTES} bytes, got {len(message)}"
        )
    if message[:1] != TAG_SIGN1:
        raise EventRefusedError(Code.E_CBOR, f"expected tag 18, got 0x{message[:1].hex()}")
    parts = load_canonical(message[1:])
    if type(parts) is not list or [type(p) for p in parts] != [bytes, dict, bytes, bytes]:
        raise EventRefusedError(Code.E_CBOR, "expected 18([bstr, {}, bstr, bstr]), got something else")
    protected, unprotected, payload, signature = parts
    if unprotected or len(signature) != 64:
        raise EventRefusedError(
            Code.E_CBOR, f"expected no unprotected header and 64 signature bytes, got {len(signature)}"
        )
    algorithm, kid = _header(protected)
    return Envelope(algorithm=algorithm, kid=kid, protected=protected, payload=payload, signature=signature)


def sign(payload: bytes, device: bytes, key: PrivateKey, domain: Domain) -> bytes:
    """Signs a payload.

    Args:
        payload: Encoded event.
        device: Device id, 8 bytes.
        key: P-256 or Ed25519 private key.
        domain: Deployment that it is for.

    Returns:
        The message, to be sent as it is.
    """
    is_p256 = isinstance(key, ec.EllipticCurvePrivateKey)
    protected = _protected(Algorithm.ESP256 if is_p256 else Algorithm.ED25519, device)
    signed = _signed_bytes(protected, payload, domain)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(signed, _ECDSA))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        signature = key.sign(signed)
    return TAG_SIGN1 + dump_canonical([protected, {}, payload, signature])


def verifies(envelope: Envelope, key: PublicKey, domain: Domain) -> bool:
    """Whether the signature is of this key, for this deployment."""
    signed = _signed_bytes(envelope.protected, envelope.payload, domain)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            r, s = (int.from_bytes(envelope.signature[i : i + 32], "big") for i in (0, 32))
            key.verify(encode_dss_signature(r, s), signed, _ECDSA)
        else:
            key.verify(envelope.signature, signed)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=65536)
def public_key(algorithm: Algorithm, key_x: bytes, key_y: bytes) -> PublicKey:
    """A key as the registry has it.

    Args:
        algorithm: ESP256 or ED25519.
        key_x: x of the P-256 point, or the Ed25519 key; 32 bytes.
        key_y: y of the P-256 point, or zeros; 32 bytes.

    Raises:
        DeviceKeyInvalidError: No such point, or no such algorithm.
    """
    try:
        if algorithm is Algorithm.ED25519:
            return ed25519.Ed25519PublicKey.from_public_bytes(key_x)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + key_x + key_y)
    except ValueError as error:
        raise DeviceKeyInvalidError(f"expected a key of {algorithm.name}, got {error}") from None


def registry_key(key: PrivateKey) -> tuple[Algorithm, bytes, bytes]:
    """Algorithm and the two words under which a key is enrolled."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = key.public_key().public_numbers()
        return Algorithm.ESP256, numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
    return Algorithm.ED25519, key.public_key().public_bytes_raw(), bytes(32)


@lru_cache(maxsize=65536)
def _protected(algorithm: Algorithm, device: bytes) -> bytes:
    return dump_canonical({1: COSE_NUMBERS[algorithm], 4: device})


@lru_cache(maxsize=65536)
def _header(protected: bytes) -> tuple[Algorithm, bytes]:
    header = load_canonical(protected)
    if type(header) is not dict or set(header) != {1, 4}:
        raise EventRefusedError(Code.E_CBOR, "expected the protected header {1: alg, 4: kid}, got another")
    number, kid = header[1], header[4]
    if type(number) is not int or number not in ALGORITHMS or type(kid) is not bytes or len(kid) != 8:
        raise EventRefusedError(
            Code.E_CBOR, f"expected alg -9 or -19 and a kid of 8 bytes, got {number!r} and {kid!r}"[:200]
        )
    return ALGORITHMS[number], kid


def _signed_bytes(protected: bytes, payload: bytes, domain: Domain) -> bytes:
    return cbor2.dumps(["Signature1", protected, domain.external_data(), payload])
