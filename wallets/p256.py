"""P-256 keys in this process: of tests, of demo towns, and of programs. What they sign, a card or chip would sign as well.

A key is an ERC-7913 signer: the address of its verifier (20 bytes), x and y (32 bytes each).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from eth_utils import keccak, to_canonical_address, to_checksum_address

from wallets.signer import digest_of_text

if TYPE_CHECKING:
    from wallets.intents.base import Domain, Intent, SignedIntent

# Order of P-256 (FIPS 186-5, SEC 2). A signature with s above its half is the twin of a valid one.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class P256Signer:
    """A P-256 key in the memory of this process.

    Args:
        private_key: 32 bytes, from 1 to the order less 1.
        verifier: Address of the chain's verifier for keys of this kind.
    """

    def __init__(self, private_key: bytes, verifier: str) -> None:
        self._key = ec.derive_private_key(int.from_bytes(private_key, "big"), ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        point = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        self._signer = to_canonical_address(verifier) + point

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    @property
    def address(self) -> str:
        """Checksummed id of the key: the last 20 bytes of the hash of its signer."""
        return to_checksum_address(keccak(self._signer)[12:])

    def sign_digest(self, digest: bytes) -> bytes:
        """Signs 32 bytes: signer, then what the verifier takes."""
        return self._signer + self._payload(digest)

    def sign_intent(self, intent: Intent, domain: Domain) -> SignedIntent:
        """Signs an intent for one contract."""
        from wallets.intents.base import SignedIntent

        return SignedIntent(intent=intent, signature=self.sign_digest(intent.digest(domain)))

    def sign_text(self, text: str) -> bytes:
        """Signs a text for people (EIP-191), such as a sign-in."""
        return self.sign_digest(digest_of_text(text))

    def _payload(self, digest: bytes) -> bytes:
        return self._sign(digest)

    def _sign(self, sha256_or_digest: bytes) -> bytes:
        """R and s, 32 bytes each, s in the lower half of the order; the same for the same bytes (RFC 6979)."""
        scheme = ec.ECDSA(Prehashed(SHA256()), deterministic_signing=True)
        r, s = decode_dss_signature(self._key.sign(sha256_or_digest, scheme))
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")
