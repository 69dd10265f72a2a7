"""One secret per demo town, from which its people's keys, ids and salts are derived.

So that a build that was killed goes on exactly where it was, and one small file is all that must be kept. Real members make
their own keys; nothing of this is used outside the demo town.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from eth_account import Account

from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from pathlib import Path


class Seed:
    """The secret of a demo town."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def open(cls, path: Path) -> Seed:
        """Reads the secret; makes it at the first call.

        Args:
            path: File of the secret, readable by the owner only.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(bytes.fromhex(path.read_text().strip()))
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        return cls(bytes.fromhex(path.read_text().strip()))

    def derive(self, kind: str, name: str) -> bytes:
        """32 bytes for one use (HMAC-SHA-256)."""
        return hmac.new(self._secret, f"{kind}/{name}".encode(), hashlib.sha256).digest()

    def id16(self, kind: str, name: str) -> bytes:
        """A random-looking id, 16 bytes."""
        return self.derive(kind, name)[:16]

    def member(self, name: str) -> bytes:
        """Member id of a person, 16 bytes."""
        return self.id16("member", name)

    def signer(self, name: str) -> LocalSigner:
        """Key of a person."""
        return LocalSigner(Account.from_key(self.derive("key", name)))
