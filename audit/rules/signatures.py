"""Which key made a signature, by rules of the auditor's own for the three kinds that members hold.

A wallet (secp256k1) signs 65 bytes, from which its address is recovered. A P-256 key and a passkey sign what begins with the
signer (ERC-7913): the address of a verifier and the point of the key. Their key is named by the end of keccak256(signer), as an
address is. Which verifiers there are, and for which domain a passkey signs, is pinned; the signature does not choose it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from audit.decode.eip712 import recovered
from audit.decode.keccak import keccak
from audit.errors import DecodeError

VERIFIER_BYTES, SIGNER_BYTES = 20, 84
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# Flags of authenticatorData (WebAuthn level 2, 6.1).
PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP = 0x01, 0x04, 0x08, 0x10
FLAGS_AT, AUTHENTICATOR_BYTES = 32, 37
TYPE = b'"type":"webauthn.get"'
WORD = 32


class KeyKind(IntEnum):
    """Kinds of keys, by the numbers of `IMembers.KeyKind`."""

    WALLET = 0
    P256 = 1
    PASSKEY = 2
    # Held by a delegation: it signs nothing.
    DESK = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifiers:
    """What is pinned of the keys that are no wallets.

    Attributes:
        p256: Address of the verifier of P-256 keys, 20 bytes.
        passkey: Address of that of passkeys, 20 bytes.
        domain: For which passkeys sign (WebAuthn's RP ID), such as "gongji.example"; None if the auditor pins none.
    """

    p256: bytes
    passkey: bytes
    domain: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """What a passkey signs, as OpenZeppelin's `WebAuthn.WebAuthnAuth` has it.

    Attributes:
        r: First half of the signature.
        s: Second half.
        challenge_at: Where the challenge stands in the client's data.
        type_at: Where the type stands there.
        authenticator_data: Of the authenticator: hash of the domain, flags, counter.
        client_data: JSON of the browser.
    """

    r: int
    s: int
    challenge_at: int
    type_at: int
    authenticator_data: bytes
    client_data: bytes


def signer_of(signed: bytes, signature: bytes, verifiers: Verifiers) -> tuple[bytes, KeyKind]:
    """The key that signed a digest, 20 bytes, and its kind.

    Args:
        signed: The digest (EIP-712), 32 bytes.
        signature: As a call carries it.
        verifiers: What is pinned.

    Raises:
        DecodeError: Nobody signed so; it says why.
    """
    if len(signature) <= SIGNER_BYTES:
        return recovered(signed, signature), KeyKind.WALLET
    signer, payload = signature[:SIGNER_BYTES], signature[SIGNER_BYTES:]
    verifier, point = signer[:VERIFIER_BYTES], signer[VERIFIER_BYTES:]
    if verifier == verifiers.p256:
        require_p256(signed, *halves(payload), point)
        return key_of(signer), KeyKind.P256
    if verifier == verifiers.passkey:
        _require_passkey(signed, read_assertion(payload), point, verifiers.domain)
        return key_of(signer), KeyKind.PASSKEY
    raise DecodeError(f"expected one of the two verifiers that are pinned, got 0x{verifier.hex()}")


def key_of(signer: bytes) -> bytes:
    """Name of a key that is no wallet, 20 bytes: the end of keccak256 of its signer."""
    return keccak(signer)[12:]


def read_assertion(payload: bytes) -> Assertion:
    """Reads what follows the signer: four words, and two byte strings that the fifth and the sixth word point to.

    Raises:
        DecodeError: It is too short, or points beyond its end.
    """
    if len(payload) < 6 * WORD:
        raise DecodeError(f"expected an assertion of at least {6 * WORD} bytes, got {len(payload)}")
    r, s, challenge_at, type_at, data_at, client_at = (_word(payload, i * WORD) for i in range(6))
    return Assertion(
        r=r,
        s=s,
        challenge_at=challenge_at,
        type_at=type_at,
        authenticator_data=_string(payload, data_at),
        client_data=_string(payload, client_at),
    )


def _require_passkey(signed: bytes, assertion: Assertion, point: bytes, domain: str | None) -> None:
    """Verifies an assertion (WebAuthn level 2, 7.2) as far as a chain can: not its origin, and no counter.

    Raises:
        DecodeError: It is not the pinned domain's, not of this digest, nobody was verified, or it is signed by another key.
    """
    data, client = assertion.authenticator_data, assertion.client_data
    if len(data) < AUTHENTICATOR_BYTES:
        raise DecodeError(
            f"expected at least {AUTHENTICATOR_BYTES} bytes of an authenticator, got {len(data)}"
        )
    if domain is None:
        raise DecodeError("the trust file names no passkey_domain")
    if data[:FLAGS_AT] != hashlib.sha256(domain.encode()).digest():
        raise DecodeError(f"expected a passkey of the domain {domain}, got that of another (rpIdHash)")
    _require_flags(data[FLAGS_AT])
    if client[assertion.type_at :][: len(TYPE)] != TYPE:
        raise DecodeError("expected the type webauthn.get where the signature says that it stands")
    challenge = b'"challenge":"' + base64.urlsafe_b64encode(signed).rstrip(b"=") + b'"'
    if client[assertion.challenge_at :][: len(challenge)] != challenge:
        raise DecodeError("expected the digest as the challenge, got another challenge")
    require_p256(
        hashlib.sha256(data + hashlib.sha256(client).digest()).digest(), assertion.r, assertion.s, point
    )


def _require_flags(flags: int) -> None:
    if not flags & PRESENT:
        raise DecodeError("expected that somebody was present (flag UP)")
    if not flags & VERIFIED:
        raise DecodeError("expected that the person was verified (flag UV)")
    if flags & BACKED_UP and not flags & BACKUP_ELIGIBLE:
        raise DecodeError("expected no backup of a passkey that may have none (flags BE and BS)")


def require_p256(signed: bytes, r: int, s: int, point: bytes) -> None:
    """Verifies ECDSA over P-256 (FIPS 186-5) of a digest.

    Raises:
        DecodeError: s is not in the lower half of the order, the point is none of the curve, or another key signed.
    """
    if s > P256_ORDER // 2:
        raise DecodeError("expected s in the lower half of the order of P-256")
    x, y = int.from_bytes(point[:WORD], "big"), int.from_bytes(point[WORD:], "big")
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise DecodeError("expected a point of P-256, got none") from None
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(utils.Prehashed(SHA256())))
    except InvalidSignature:
        raise DecodeError("expected a signature by the P-256 key that it names, got another") from None


def halves(payload: bytes) -> tuple[int, int]:
    """R and s; what follows them counts for nothing, as the verifier has it: whoever carries it may add some."""
    if len(payload) < 2 * WORD:
        raise DecodeError(f"expected r and s in {2 * WORD} bytes, got {len(payload)}")
    return _word(payload, 0), _word(payload, WORD)


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + WORD], "big")


def _string(data: bytes, at: int) -> bytes:
    """A byte string with its length before it, as OpenZeppelin's `tryDecodeAuth` takes it."""
    if at > len(data) - WORD or _word(data, at) > len(data) - WORD - at:
        raise DecodeError("expected an assertion whose parts lie within it")
    return data[at + WORD :][: _word(data, at)]
