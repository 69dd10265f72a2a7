"""A terminal beside a furnished house, where people with key files type commands."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.roles import PERSONS_OFFICES
from tests.audit.audited import served
from tests.conftest import signer
from tests.forked import gongji
from tests.ledger_api.client import House, furnished_house
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Where the commands are typed.

    Attributes:
        house: The town behind the portal.
        folder: Its data directory.
        command: What all commands begin with.
    """

    house: House
    folder: Path
    command: str

    async def gongji(self, *arguments: str, by: str | None = None, says: str = "") -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command."""
        key = ("--key", self._key(by), "--password-file", str(self.folder / "password")) if by else ()
        typed = (self.command, *arguments, *key, "--data-dir", str(self.folder))
        result = await asyncio.to_thread(gongji, *typed, says=says)
        return result.returncode, result.stdout, result.stderr

    async def run_json(self, *arguments: str, by: str | None = None) -> dict[str, Any]:
        """What a command that must work prints as JSON."""
        status, out, err = await self.gongji(*arguments, "--json", by=by)
        assert status == 0, err
        return dict(json.loads(out))

    async def carried(self, *arguments: str, by: str | None = None) -> tuple[int, str, str]:
        """As `gongji`, while the relayer, the chain and the mirror work."""
        command = asyncio.create_task(self.gongji(*arguments, by=by))
        while not command.done():
            await self.house.settle()
            await asyncio.sleep(0.1)
        return await command

    def _key(self, name: str) -> str:
        path = self.folder / "people" / f"{name}.json"
        if not path.exists():
            key = bytes(signer(name)._account.key)
            create_key(path, "throw-away", private_key=key, rounds=SCRYPT_ROUNDS_FAST)
        return str(path)


@contextlib.asynccontextmanager
async def open_terminal(folder: Path, command: str) -> AsyncIterator[Terminal]:
    """A terminal for the tests of one file, with a house of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with furnished_house(folder, public_url=url) as house, served(house.app, port):
        (folder / "gongji.toml").write_text(f'public_url = "{url}"\nrpc_urls = ["{house.town.url}"]\n')
        (folder / "password").write_text("throw-away\n")
        _keep_offices(folder)
        house.town.deployment.save(folder / "deployment.json")
        yield Terminal(house=house, folder=folder, command=command)


def _keep_offices(folder: Path) -> None:
    """Puts the key files of the offices into the folder of the town, as a demo town has them."""
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "keys" / "password").write_text("throw-away")
    for office in PERSONS_OFFICES:
        name = office.name.lower()
        key = bytes(signer(name)._account.key)
        path = folder / "keys" / "offices" / f"{name}.json"
        create_key(path, "throw-away", private_key=key, rounds=SCRYPT_ROUNDS_FAST)
