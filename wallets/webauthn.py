"""What a passkey signed: reads and checks an assertion as the contract PasskeyVerifier does (Web Authentication Level 2, 7.2)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from eth_abi import decode
from eth_abi.exceptions import DecodingError

from wallets.errors import IntentSignatureInvalidError
from wallets.passkey import AUTH_TYPES, USER_PRESENT, USER_VERIFIED

# Whether it may be backed up (bit 3), and is (bit 4).
BACKUP_ELIGIBLE, BACKED_UP = 0x08, 0x10


def signed_hash(digest: bytes, payload: bytes, rp_id_hash: bytes) -> tuple[bytes, bytes, bytes]:
    """The hash that the device signed, 32 bytes, with r and s.

    Args:
        digest: What it was to sign, 32 bytes.
        payload: ABI encoding of r, s, index of the challenge, index of the type, authenticator data and client data.
        rp_id_hash: SHA-256 of the domain for which passkeys count.

    Raises:
        IntentSignatureInvalidError: It is malformed, or for another challenge, type or domain, or of a user not verified.
    """
    try:
        r, s, challenge_index, type_index, authenticator, client = decode(AUTH_TYPES, payload)
    # An index beyond all memory overflows.
    except (DecodingError, UnicodeDecodeError, OverflowError) as error:
        raise IntentSignatureInvalidError(f"expected what a passkey signs: {error}") from None
    if len(authenticator) < 37:
        raise IntentSignatureInvalidError(
            f"expected 37 bytes of authenticator data, got {len(authenticator)}"
        )
    if authenticator[:32] != rp_id_hash:
        raise IntentSignatureInvalidError("expected a passkey of the town's domain, got one of another")
    challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
    _require_at(client, type_index, '"type":"webauthn.get"')
    _require_at(client, challenge_index, f'"challenge":"{challenge}"')
    _require_flags(authenticator[32])
    return sha256(authenticator + sha256(client.encode()).digest()).digest(), r, s


def _require_at(client: str, index: int, expected: str) -> None:
    """Compares bytes, since the index counts these."""
    if client.encode()[index : index + len(expected)] != expected.encode():
        raise IntentSignatureInvalidError(f"expected {expected} at {index} of the client data")


def _require_flags(flags: int) -> None:
    needed = USER_PRESENT | USER_VERIFIED
    if flags & needed != needed:
        raise IntentSignatureInvalidError("expected that the device verified its user")
    if flags & BACKED_UP and not flags & BACKUP_ELIGIBLE:
        raise IntentSignatureInvalidError("expected flags that agree, got a backup of what has none")
