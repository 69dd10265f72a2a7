"""Keys of a town's services: who holds which role of the authority, and who carries intents to the chain.

Each key is a keystore file under `keys/services/`, protected by a random password in `keys/password` (0600). On a network of
organisations each organisation keeps its own; here one operator has them all, and the start-up banner says so.
"""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING

from ledger_api.relayer.outbox import SENDERS
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key, key_address, open_key, read_key

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.settings import Settings
    from wallets.signer import LocalSigner

SERVICES = ("deployer", "duty", "receipts", *SENDERS)


def password(settings: Settings) -> str:
    """The password of the town's key files; made at the first call."""
    path = settings.path("keys") / "password"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()


def service_key(settings: Settings, name: str) -> LocalSigner:
    """The key of a service; made at the first call.

    Args:
        settings: Settings of the town.
        name: One of `SERVICES`.
    """
    return _open_or_create(settings.path("keys") / "services" / f"{name}.json", password(settings))


def sender_keys(settings: Settings) -> dict[str, LocalSigner]:
    """The keys that the relayer sends transactions with, by sender."""
    return {name: service_key(settings, name) for name in SENDERS}


def service_address(settings: Settings, name: str) -> str:
    """Address of a service's key, 0x and 40 hex digits; without opening it, unless it must be made."""
    path = settings.path("keys") / "services" / f"{name}.json"
    return key_address(path) if path.exists() else service_key(settings, name).address


def shared_keys(settings: Settings) -> list[tuple[str, ...]]:
    """Services that have one key, where each should have its own: an office that is two cannot check itself.

    Returns:
        Names of the services, by key; none if each has its own.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for path in sorted((settings.path("keys") / "services").glob("*.json")):
        names[key_address(path)].append(path.stem)
    return [tuple(one) for one in names.values() if len(one) > 1]


def demo_key(settings: Settings, name: str) -> bytes:
    """The private key of a service of the demo town, 32 bytes, with which its visitors may be that office."""
    service_address(settings, name)
    return read_key(settings.path("keys") / "services" / f"{name}.json", password(settings))


def _open_or_create(path: Path, secret: str) -> LocalSigner:
    # The password has 256 random bits, so the cost of the password function protects nothing more.
    return open_key(path, secret) if path.exists() else create_key(path, secret, rounds=SCRYPT_ROUNDS_FAST)
