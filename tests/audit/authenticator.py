"""A software authenticator: P-256 keys that sign as the browser's passkeys do, each field of which a test may spoil."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from eth_abi import encode

from audit.rules.signatures import P256_ORDER

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP = 1, 4, 8, 16


@dataclass(frozen=True, kw_only=True)
class SoftKey:
    """A P-256 key.

    Attributes:
        verifier: Address of the contract that verifies what it signs, 20 bytes.
        number: The secret.
    """

    verifier: bytes
    number: int = 7
    _of: ec.EllipticCurvePrivateKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_of", ec.derive_private_key(self.number, ec.SECP256R1()))

    @property
    def signer(self) -> bytes:
        """Verifier and point, 84 bytes (ERC-7913)."""
        point = self._of.public_key().public_numbers()
        return self.verifier + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")

    def halves(self, digest: bytes, *, low: bool = True) -> tuple[int, int]:
        """r and s over a digest, s in the lower half or in the upper one."""
        der = self._of.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
        r, s = utils.decode_dss_signature(der)
        return r, min(s, P256_ORDER - s) if low else max(s, P256_ORDER - s)

    def sign(self, digest: bytes, *, low: bool = True) -> bytes:
        """A signature by a bare P-256 key."""
        r, s = self.halves(digest, low=low)
        return self.signer + r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def vouch(self, digest: bytes, **how: Any) -> bytes:
        """A signature by a passkey.

        Args:
            digest: What is signed, 32 bytes.
            how: What is otherwise: see `client_data` and `payload`.
        """
        return self.signer + self.payload(digest, **how)

    def payload(
        self,
        digest: bytes,
        *,
        domain: str = "localhost",
        flags: int = PRESENT | VERIFIED,
        type_: str = "webauthn.get",
        challenge: bytes | None = None,
        low: bool = True,
        shift: tuple[int, int] = (0, 0),
        data: bytes | None = None,
        spoil_client: bytes = b"",
    ) -> bytes:
        """The assertion as `WebAuthn.tryDecodeAuth` reads it."""
        authenticator = (
            hashlib.sha256(domain.encode()).digest() + bytes([flags]) + bytes(4) if data is None else data
        )
        client = client_data(digest if challenge is None else challenge, type_, domain)
        r, s = self.halves(hashlib.sha256(authenticator + hashlib.sha256(client).digest()).digest(), low=low)
        at = client.index(b'"challenge"') + shift[0], client.index(b'"type"') + shift[1]
        return encode(
            ["bytes32", "bytes32", "uint256", "uint256", "bytes", "bytes"],
            [r.to_bytes(32, "big"), s.to_bytes(32, "big"), *at, authenticator, client + spoil_client],
        )


def client_data(challenge: bytes, type_: str, domain: str) -> bytes:
    """The JSON that a browser makes."""
    text = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    fields = {"type": type_, "challenge": text, "origin": f"https://{domain}", "crossOrigin": False}
    return json.dumps(fields, separators=(",", ":")).encode()
