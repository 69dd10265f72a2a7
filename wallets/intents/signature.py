"""Whose key signed a digest."""

from __future__ import annotations

from coincurve import PublicKey
from eth_utils import keccak, to_checksum_address

from wallets.errors import IntentSignatureInvalidError

# Half the order of secp256k1: a signature with a higher s is a twin of a valid one and is refused (EIP-2).
WALLET_BYTES = 65
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def recover(digest: bytes, signature: bytes) -> str:
    """Checksummed address of the key that signed a digest.

    Args:
        digest: 32 bytes.
        signature: r, s and v, 65 bytes; v is 27 or 28, s in the lower half.

    Raises:
        IntentSignatureInvalidError: The signature is none of that.
    """
    if len(signature) != WALLET_BYTES or signature[64] not in (27, 28):
        raise IntentSignatureInvalidError(f"expected 65 bytes ending in 27 or 28, got {len(signature)} bytes")
    if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
        raise IntentSignatureInvalidError("expected s in the lower half of the order")
    try:
        key = PublicKey.from_signature_and_message(
            signature[:64] + bytes([signature[64] - 27]), digest, hasher=None
        )
    except Exception as error:  # noqa: BLE001 coincurve raises bare exceptions
        raise IntentSignatureInvalidError(f"the signature recovers to no key: {error}") from None
    return to_checksum_address(keccak(key.format(compressed=False)[1:])[12:])
