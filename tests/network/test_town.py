"""A whole town on a network: deployed, run, ordered, mirrored, collected and verified, seals and all, by its own commands."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.gongji.running import free_ports
from tests.network.dress import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

EPOCH_BLOCKS = 50
PATIENCE_SECONDS = 300
NEW_FUND = ("open-fund", "--parent", "0", "--level", "city", "--bank", "1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """A town whose chain is a network.

    Attributes:
        network: Its chain.
        folder: Its data directory.
        port: Port of its portal.
    """

    network: Network
    folder: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """Its settings."""
        return {
            "GONGJI_DATA_DIR": str(self.folder), "GONGJI_NETWORK": "permissioned", "GONGJI_RPC_URLS": json.dumps([self.network.url]),
            "GONGJI_PORT": str(self.port), "GONGJI_INDEXER__EPOCH_BLOCKS": str(EPOCH_BLOCKS),
        }  # fmt: skip

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Starts a command."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongji", *arguments, env=os.environ | self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def gongji(self, *arguments: str) -> str:
        """What a command that must work prints."""
        process = await self.start(*arguments)
        out, err = await process.communicate()
        assert process.returncode == 0, (arguments, out.decode()[-3000:], err.decode()[-3000:])
        return out.decode()

    async def ask(self, path: str) -> Any:
        """What the portal answers."""
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as http:
            answer = await http.get(path)
        return answer.json() if answer.is_success else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It runs until the end of the block."""
        process = await self.start("up")
        # Nobody may wait for a pipe that nobody reads.
        readers = [asyncio.create_task(pipe.read()) for pipe in (process.stdout, process.stderr) if pipe]
        try:
            await patiently(lambda: self.ask("/health/ready"))
            yield
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            status = await asyncio.wait_for(process.wait(), 30)
            assert status == 0, await asyncio.gather(*readers)


async def patiently(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """What an attempt gives once it works."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                if result := await attempt():
                    return result
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(0.2)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with its contracts on a network of its own."""
    async with Network.started(epoch_blocks=EPOCH_BLOCKS) as network:
        town = Town(network=network, folder=tmp_path / "town", port=free_ports())
        town.folder.mkdir()
        await town.gongji("chain", "deploy")
        yield town


async def test_a_town_on_a_network_works_and_its_auditor_finds_everything_proven_and_sealed(
    town: Town, tmp_path: Path
) -> None:
    async with town.running():
        await town.gongji("act", "open-bank-account", "--bank", "1")
        await town.gongji("act", *NEW_FUND, "--fund", "1")
        town.network.behaviour.null_heads = 5
        key = "0x" + "11" * 20
        await town.gongji(
            "act", "register-member", "--member", "new", "--kind", "person", "--household", "0x" + "00" * 16, "--key", key
        )  # fmt: skip
        town.network.sealer.vote = (4, True)
        await town.network.make(4)
        assert len(town.network.sealer.members) == 5
        await town.gongji("act", *NEW_FUND, "--fund", "2")
        funds = (await town.ask("/v1/funds"))["items"]
        assert [fund["fund"] for fund in funds] == [1, 2]
        await town.gongji("audit", "collect", "--out", str(tmp_path / "bundle"))
    report = json.loads(
        await town.gongji(
            "audit", "verify", str(tmp_path / "bundle"), "--trust", str(town.folder / "trust.json"), "--json"
        )
    )
    states = {check["check"]: check["state"] for check in report["checks"]}
    assert states["C03"] == states["C04"] == "passed", report
