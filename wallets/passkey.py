"""Passkeys in this process, for tests and demo towns: authenticator and browser in one (Web Authentication Level 2, 6.3.3 and 5.8.1).

A real passkey never leaves its device, which shows nothing of what is signed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from eth_abi import encode

from wallets.p256 import P256Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

# Flags of the authenticator data: the user was there (bit 0), and was verified (bit 2).
USER_PRESENT, USER_VERIFIED = 0x01, 0x04
AUTH_TYPES = ("bytes32", "bytes32", "uint256", "uint256", "bytes", "string")


class PasskeySigner(P256Signer):
    """A passkey in the memory of this process.

    Args:
        private_key: 32 bytes, from 1 to the order less 1.
        verifier: Address of the chain's verifier for passkeys.
        domain: Domain that it is for, such as "localhost".
        flags: What the authenticator says of its user.
        changes: Other values for fields of the client data, for tests of what is refused.
    """

    def __init__(
        self,
        private_key: bytes,
        verifier: str,
        domain: str,
        *,
        flags: int = USER_PRESENT | USER_VERIFIED,
        changes: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(private_key, verifier)
        self._domain, self._flags, self._changes = domain, flags, dict(changes or {})

    def _payload(self, digest: bytes) -> bytes:
        client = self._client_data(digest)
        authenticator = sha256(self._domain.encode()).digest() + bytes([self._flags]) + bytes(4)
        signature = self._sign(sha256(authenticator + sha256(client.encode()).digest()).digest())
        challenge_index, type_index = client.index('"challenge":'), client.index('"type":')
        auth = (signature[:32], signature[32:], challenge_index, type_index, authenticator, client)
        return encode(AUTH_TYPES, auth)

    def _client_data(self, digest: bytes) -> str:
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        data = {
            "type": "webauthn.get",
            "challenge": challenge,
            "origin": f"http://{self._domain}",
        } | self._changes
        return json.dumps(data | {"crossOrigin": False}, separators=(",", ":"))
