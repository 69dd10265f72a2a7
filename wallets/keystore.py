"""Key files: Web3 Secret Storage version 3, one key a file, readable by their owner only.

The demo town's passwords are weak on purpose and its files say so by their folder; everywhere else the password comes
from a prompt, a file or standard input, never from the command line or the environment.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from typing import TYPE_CHECKING

from eth_account import Account

from wallets.errors import KeystoreError
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from pathlib import Path

SCRYPT_ROUNDS = 2**18
# For throw-away keys of tests and the demo town: opening dozens of them must not take a minute.
SCRYPT_ROUNDS_FAST = 2**10


def create_key(
    path: Path, password: str, *, private_key: bytes | None = None, rounds: int = SCRYPT_ROUNDS
) -> LocalSigner:
    """Makes a key and writes its file.

    Args:
        path: File to write; it must not exist.
        password: Protects the key; at least one character.
        private_key: 32 bytes to import; None makes a random key.
        rounds: Cost of the password function (scrypt n), a power of two.

    Raises:
        KeystoreError: The file exists or the password is empty.
    """
    if not password:
        raise KeystoreError("密码不能为空 expected a password, got an empty one")
    account = Account.from_key(private_key or secrets.token_bytes(32))
    keyfile = Account.encrypt(account.key, password, kdf="scrypt", iterations=rounds)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeystoreError(
            f"{path} 已存在，密钥文件从不覆盖 exists; a key file is never overwritten"
        ) from None
    with os.fdopen(descriptor, "w") as file:
        json.dump(keyfile, file)
        file.flush()
        os.fsync(file.fileno())
    return LocalSigner(account)


def open_key(path: Path, password: str) -> LocalSigner:
    """Opens a key file.

    Raises:
        KeystoreError: As `read_key`.
    """
    return LocalSigner(Account.from_key(read_key(path, password)))


def read_key(path: Path, password: str) -> bytes:
    """The private key of a key file, 32 bytes; only for keys that are shown to everybody, as those of a demo town.

    Raises:
        KeystoreError: The file is missing, readable by others, malformed, or the password is wrong.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeystoreError(f"{path} 别人可读 is readable by others; 运行 run: chmod 600 {path}")
        return bytes(Account.decrypt(path.read_text(), password))
    except FileNotFoundError:
        raise KeystoreError(f"没有密钥文件 no key file at {path}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise KeystoreError(f"{path} 打不开 does not open: {error}") from None


def key_address(path: Path) -> str:
    """Address that a key file names, without opening it; lower-case, 0x and 40 hex digits.

    Raises:
        KeystoreError: The file is missing or malformed.
    """
    try:
        return "0x" + str(json.loads(path.read_text())["address"]).lower().removeprefix("0x")
    except (OSError, ValueError, KeyError) as error:
        raise KeystoreError(f"{path} 不是密钥文件 is no key file: {error}") from None
