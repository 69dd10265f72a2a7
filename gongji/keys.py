"""Keys of a town: those of its processes, and the files of those who hold its offices.

Processes have keystore files under `keys/services/`, protected by a random password in `keys/password` (0600). What an office
does its holder signs; the holders' files stand under `keys/offices/`, which no process opens while the town runs. On a network
of organisations each organisation keeps its own; in a demo town one operator has them all, and the start-up banner says so.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING

from contracts.roles import PERSONS_OFFICES, AuthorityRole
from ledger_api.relayer.outbox import SENDERS
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key, key_address, open_key, read_key

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.settings import Settings
    from wallets.signer import LocalSigner

SERVICES = ("deployer", "duty", "receipts", *SENDERS)


def password_path(settings: Settings) -> Path:
    """The file with the password of the town's key files."""
    return settings.path("keys") / "password"


def password(settings: Settings) -> str:
    """The password of the town's key files; made at the first call."""
    path = password_path(settings)
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


def office_path(settings: Settings, office: AuthorityRole) -> Path:
    """The file of whoever holds an office."""
    return settings.path("keys") / "offices" / f"{office.name.lower()}.json"


def office_key(settings: Settings, office: AuthorityRole) -> LocalSigner:
    """The key of an office's holder, for the holder's own commands and the town's founding; made at the first call."""
    return _open_or_create(office_path(settings, office), password(settings))


def holder(settings: Settings, role: AuthorityRole) -> str:
    """Address of who is to hold a role: of a person's file for an office, else of a process."""
    if role not in PERSONS_OFFICES:
        return service_key(settings, role.name.lower()).address
    path = office_path(settings, role)
    return key_address(path) if path.exists() else office_key(settings, role).address


def shared_keys(settings: Settings) -> list[tuple[str, ...]]:
    """Offices and processes that have one key, where each should have its own: an office that is two cannot check itself.

    Returns:
        Their names, by key; none if each has its own.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for folder in ("services", "offices"):
        for path in sorted((settings.path("keys") / folder).glob("*.json")):
            names[key_address(path)].append(path.stem)
    return [tuple(one) for one in names.values() if len(one) > 1]


def offices_here(settings: Settings) -> list[str]:
    """The offices whose keys stand in the operator's folder, and not their addresses alone: whoever has that is all of them."""
    paths = (office_path(settings, office) for office in PERSONS_OFFICES)
    return [path.stem for path in paths if path.exists() and "crypto" in json.loads(path.read_text())]


def demo_key(settings: Settings, office: AuthorityRole) -> bytes:
    """The private key of an office of the demo town, 32 bytes, with which its visitors may be that office."""
    office_key(settings, office)
    return read_key(office_path(settings, office), password(settings))


def _open_or_create(path: Path, secret: str) -> LocalSigner:
    # The password has 256 random bits, so the cost of the password function protects nothing more.
    return open_key(path, secret) if path.exists() else create_key(path, secret, rounds=SCRYPT_ROUNDS_FAST)
