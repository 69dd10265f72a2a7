"""A browser's device with passkeys (the virtual authenticator of its DevTools), and what its signatures come to."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from eth_abi import decode

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

DOMAIN = "localhost"
# SEC 2, 2.4.2: the order of P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
AUTH = ("bytes32", "bytes32", "uint256", "uint256", "bytes", "string")
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A device with a screen lock, of one page."""

    devtools: CDPSession
    id: str

    @classmethod
    async def of(cls, page: Page, *, has_lock: bool = True) -> Device:
        """A device for a page."""
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        lock = {"hasUserVerification": has_lock, "isUserVerified": has_lock}
        added = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | lock})
        return cls(devtools=devtools, id=added["authenticatorId"])

    async def recognise(self, *, person: bool) -> None:
        """Whether the finger is the person's from now on."""
        options = {"authenticatorId": self.id, "isUserVerified": person}
        await self.devtools.send("WebAuthn.setUserVerified", options)

    async def lose_passkeys(self) -> None:
        """All its passkeys are deleted."""
        await self.devtools.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


def here(address: str) -> str:
    """An address of the tests' portal by the name for which its passkeys are."""
    return address.replace("127.0.0.1", DOMAIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """What a page's passkey signed, as it goes to the chain.

    Attributes:
        signer: Verifier, x and y, 84 bytes.
        auth: The fields of OpenZeppelin's WebAuthnAuth.
    """

    signer: bytes
    auth: tuple[bytes, bytes, int, int, bytes, str]

    @classmethod
    def read(cls, text: str) -> Signature:
        """Reads one."""
        signature = bytes.fromhex(text[2:])
        return cls(signer=signature[:84], auth=decode(AUTH, signature[84:]))

    def verify(self, digest: bytes) -> None:
        """Makes sure that the device signed a digest, for this domain, and had verified the person."""
        r, s, challenge_index, type_index, data, client = self.auth
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert client[challenge_index:].startswith(f'"challenge":"{challenge}"')
        assert client[type_index:].startswith('"type":"webauthn.get"')
        assert json.loads(client)["challenge"] == challenge
        assert data[:32] == hashlib.sha256(DOMAIN.encode()).digest()
        assert data[32] & 0b101 == 0b101
        x, y = (int.from_bytes(self.signer[at : at + 32]) for at in (20, 52))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        assert int.from_bytes(s) <= ORDER // 2
        der = utils.encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        key.verify(der, data + hashlib.sha256(client.encode()).digest(), ec.ECDSA(hashes.SHA256()))
