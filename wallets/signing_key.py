"""Whose key signed a digest: the one place that tells the kinds of keys apart, as the contract Members does.

A signature of 65 bytes is ECDSA on secp256k1. A longer one begins with an ERC-7913 signer of 84 bytes: the address of its
verifier, x and y; of verifiers there are two, for P-256 keys and for passkeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from eth_utils import keccak, to_canonical_address, to_checksum_address

from wallets.errors import IntentSignatureInvalidError
from wallets.intents.signature import WALLET_BYTES, recover
from wallets.p256 import ORDER
from wallets.webauthn import signed_hash

if TYPE_CHECKING:
    from contracts.deployment import Deployment

SIGNER_BYTES = 84
# A passkey's has some 650 bytes; extensions of browsers may add some.
MAX_BYTES = 2048


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifiers:
    """What the keys of a chain are verified by.

    Attributes:
        p256: Address of the verifier for P-256 keys, 20 bytes.
        passkey: Address of the verifier for passkeys, 20 bytes.
        domain: Domain for which passkeys count.
    """

    p256: bytes
    passkey: bytes
    domain: str

    @classmethod
    def of(cls, deployment: Deployment) -> Verifiers:
        """Those of a chain."""
        return cls(
            p256=to_canonical_address(deployment.address("P256Verifier")),
            passkey=to_canonical_address(deployment.address("PasskeyVerifier")),
            domain=deployment.passkey_domain,
        )


def signing_key(digest: bytes, signature: bytes, verifiers: Verifiers) -> str:
    """Checksummed address or id of the key that signed.

    Args:
        digest: 32 bytes.
        signature: As the module says.
        verifiers: Those of the chain.

    Raises:
        IntentSignatureInvalidError: Nobody signed; the message says what is wrong.
    """
    if len(signature) <= SIGNER_BYTES:
        return recover(digest, signature)
    verifier, payload = signature[:20], signature[SIGNER_BYTES:]
    if verifier == verifiers.p256:
        if len(payload) < 2 * 32:
            raise IntentSignatureInvalidError(f"expected r and s of 32 bytes each, got {len(payload)} bytes")
        signed, r, s = digest, payload[:32], payload[32:64]
    elif verifier == verifiers.passkey:
        signed, r, s = signed_hash(digest, payload, sha256(verifiers.domain.encode()).digest())
    else:
        raise IntentSignatureInvalidError(f"expected a verifier of this chain, got 0x{verifier.hex()}")
    _verify(signature[20:SIGNER_BYTES], signed, r, s)
    return _key_of(signature)


def named_key(digest: bytes, signature: bytes) -> str:
    """Checksummed address or id of the key that a signature names; only that of a wallet is verified, which needs no chain.

    Args:
        digest: 32 bytes.
        signature: As the module says.

    Raises:
        IntentSignatureInvalidError: It is a wallet's, and nobody signed; or it is none.
    """
    return recover(digest, signature) if len(signature) <= SIGNER_BYTES else _key_of(signature)


def is_signature(signature: bytes) -> bool:
    """Whether bytes have the length of a signature by a key of any kind."""
    return len(signature) == WALLET_BYTES or SIGNER_BYTES < len(signature) <= MAX_BYTES


def _key_of(signature: bytes) -> str:
    return to_checksum_address(keccak(signature[:SIGNER_BYTES])[12:])


def _verify(point: bytes, signed: bytes, r: bytes, s: bytes) -> None:
    if int.from_bytes(s, "big") > ORDER // 2:
        raise IntentSignatureInvalidError("expected s in the lower half of the order")
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(point[:32], "big"), int.from_bytes(point[32:], "big"), ec.SECP256R1()
    )
    signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        numbers.public_key().verify(signature, signed, ec.ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, ValueError):
        raise IntentSignatureInvalidError("the key did not sign this") from None
