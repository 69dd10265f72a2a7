"""Whoever holds a key: one small interface, interchangeable custody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from eth_utils import keccak

from wallets.intents.base import SignedIntent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eth_account.signers.local import LocalAccount

    from wallets.intents.base import Domain, Intent


class Signer(Protocol):
    """Signs with one key that never leaves it."""

    @property
    def address(self) -> str:
        """Checksummed address of the key."""

    def sign_intent(self, intent: Intent, domain: Domain) -> SignedIntent:
        """Signs an intent for one contract."""

    def sign_text(self, text: str) -> bytes:
        """Signs a text for people (EIP-191), such as a sign-in."""

    def sign_digest(self, digest: bytes) -> bytes:
        """Signs 32 bytes; the signature is one that the contract Members takes."""


def digest_of_text(text: str) -> bytes:
    """What is signed of a text for people (EIP-191), 32 bytes."""
    from eth_account.messages import encode_defunct

    signable = encode_defunct(text=text)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


class LocalSigner:
    """A key in the memory of this process."""

    def __init__(self, account: LocalAccount) -> None:
        self._account = account

    def __repr__(self) -> str:
        return f"LocalSigner({self.address})"

    @property
    def address(self) -> str:
        """Checksummed address of the key."""
        return str(self._account.address)

    def sign_intent(self, intent: Intent, domain: Domain) -> SignedIntent:
        """Signs an intent for one contract."""
        signature = bytes(self._account.sign_message(intent.signable(domain)).signature)
        return SignedIntent(intent=intent, signature=signature)

    def sign_text(self, text: str) -> bytes:
        """Signs a text for people (EIP-191), such as a sign-in; 65 bytes."""
        return self.sign_digest(digest_of_text(text))

    def sign_digest(self, digest: bytes) -> bytes:
        """Signs 32 bytes; r, s and v, 65 bytes."""
        return bytes(self._account.unsafe_sign_hash(cast("Any", digest)).signature)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Signs a chain transaction; its raw bytes."""
        return bytes(self._account.sign_transaction(dict(transaction)).raw_transaction)
