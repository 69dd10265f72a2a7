"""Encrypts personal data: AES-256-GCM (NIST SP 800-38D) under one key per subject, each wrapped by the register's key.

Who is to be forgotten loses the key, and with it all values that it encrypted, wherever they stand.

A sealed value is the first 8 bytes of the key's SHA-256, 12 random bytes of nonce, ciphertext and tag. Where it stands is
authenticated with it, so that no value can be put in another's place. One subject has few values, far below the 2^32 that
random nonces allow a key.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from register.errors import RegisterAlteredError, RegisterKeyError
from register.tables import subject_keys

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 8


class Vault:
    """Seals and opens values of subjects.

    Args:
        path: File of the register's key, 32 bytes.
        key: Its content.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._wrapping = path, AESGCM(key)

    @classmethod
    def open(cls, path: Path, connection: Connection) -> Vault:
        """Opens the vault; a register that has encrypted nothing yet gets its key here.

        Args:
            path: File of the register's key.
            connection: A transaction of the schema `town`.

        Raises:
            RegisterKeyError: The file is missing though something is encrypted, or is no key.
        """
        if not path.exists():
            if connection.scalar(select(subject_keys.c.subject).limit(1)) is not None:
                raise RegisterKeyError(str(path), "is missing")
            _create(path)
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise RegisterKeyError(str(path), f"has {len(key)} bytes instead of {KEY_BYTES}")
        return cls(path, key)

    def seal(self, connection: Connection, subject: str, place: str, value: bytes) -> bytes:
        """Encrypts a value.

        Args:
            connection: A writing transaction, for a subject that has no key yet.
            subject: Whose it is.
            place: Where it stands, such as noun and key.
            value: What to encrypt.
        """
        key = self._key(connection, subject)
        if key is None:
            key = secrets.token_bytes(KEY_BYTES)
            wrapped = _encrypt(self._wrapping, subject, key)
            connection.execute(insert(subject_keys), {"subject": subject, "wrapped": wrapped})
        return _id(key) + _encrypt(AESGCM(key), place, value)

    def unseal(self, connection: Connection, subject: str, place: str, sealed: bytes) -> bytes | None:
        """A value as it was before `seal`; None if its subject was forgotten since.

        Raises:
            RegisterAlteredError: It is not what was sealed in this place.
            RegisterKeyError: The register's key is another one.
        """
        key = self._key(connection, subject)
        if key is None or sealed[:ID_BYTES] != _id(key):
            return None
        try:
            return _decrypt(AESGCM(key), place, sealed[ID_BYTES:])
        except InvalidTag:
            raise RegisterAlteredError(place) from None

    @staticmethod
    def forget(connection: Connection, subject: str) -> bool:
        """Destroys the key of a subject.

        Returns:
            Whether there was one.
        """
        ended = connection.execute(delete(subject_keys).where(subject_keys.c.subject == subject))
        return ended.rowcount > 0

    def _key(self, connection: Connection, subject: str) -> bytes | None:
        wrapped = connection.scalar(select(subject_keys.c.wrapped).where(subject_keys.c.subject == subject))
        try:
            return None if wrapped is None else _decrypt(self._wrapping, subject, wrapped)
        except InvalidTag:
            raise RegisterKeyError(str(self._path), "is not the one that they were encrypted with") from None


def _encrypt(cipher: AESGCM, place: str, value: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value, place.encode())


def _decrypt(cipher: AESGCM, place: str, sealed: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())


def _id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:ID_BYTES]


def _create(path: Path) -> None:
    """Writes a new key, whole or not at all; of two processes that do so at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
