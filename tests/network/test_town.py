"""A whole town on a network: deployed, run, ordered, mirrored, collected and verified, seals and all, by its own commands."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.gongji.running import free_ports
from tests.network.dress import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

GUIDE = Path("docs/operate/permissioned.md")
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

    async def start(self, *arguments: str, folder: Path | None = None) -> asyncio.subprocess.Process:
        """Starts a command in a folder."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongji", *arguments, env=os.environ | self.environment, cwd=folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def gongji(self, *arguments: str, folder: Path | None = None) -> str:
        """What a command that must work prints, in a folder."""
        process = await self.start(*arguments, folder=folder)
        out, err = await process.communicate()
        assert process.returncode == 0, (arguments, out.decode()[-3000:], err.decode()[-3000:])
        return out.decode()

    async def ask(self, path: str) -> Any:
        """What the portal answers."""
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as http:
            answer = await http.get(path)
        return answer.json() if answer.is_success else None

    async def wait_until_ready(self) -> None:
        """Waits, and says at the end what was not as it should be."""
        try:
            await patiently(lambda: self.ask("/health/ready"))
        except TimeoutError:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as http:
                raise AssertionError((await http.get("/health/ready")).text) from None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It runs until the end of the block."""
        process = await self.start("up")
        # Nobody may wait for a pipe that nobody reads.
        readers = [asyncio.create_task(pipe.read()) for pipe in (process.stdout, process.stderr) if pipe]
        try:
            await self.wait_until_ready()
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
    """A town that has a network, and nothing on it."""
    async with Network.started(epoch_blocks=EPOCH_BLOCKS) as network:
        town = Town(network=network, folder=tmp_path / "data", port=free_ports())
        town.folder.mkdir()
        yield town


def commands() -> list[list[str]]:
    """The commands of `docs/operate/permissioned.md`, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    lines = [shlex.split(line) for line in "".join(blocks).splitlines()]
    return [words[1:] for words in lines if words[0] == "gongji"]


async def test_the_guide_founds_a_town_on_a_network_runs_it_and_verifies_it_with_its_seals(
    town: Town, tmp_path: Path
) -> None:
    founding, up, *orders, collect, first, pin, verify = commands()
    assert (founding, up) == (["chain", "deploy"], ["up"])
    await town.gongji(*founding)
    async with town.running():
        for order in orders:
            await town.gongji(*order, *(("--yes",) if order[0] == "act" else ()))
        town.network.behaviour.null_heads = 5
        town.network.sealer.vote = (4, True)
        # Within an epoch: its end would forget the votes.
        await town.network.make(8)
        assert len(town.network.sealer.members) == 5
        # Who signs before is told to try again in a little while.
        while town.network.behaviour.null_heads:  # noqa: ASYNC110 - the town's processes ask
            await asyncio.sleep(0.1)
        await town.gongji("act", *NEW_FUND, "--fund", "2", "--yes")
        assert [fund["fund"] for fund in (await town.ask("/v1/funds"))["items"]] == [1, 2]
        await town.gongji(*collect, folder=tmp_path)
    assert first == [*verify, "--unanchored"]
    await town.gongji(*first, folder=tmp_path)
    await town.gongji(*pin, folder=tmp_path)
    report = json.loads(await town.gongji(*verify, "--json", folder=tmp_path))
    states = {check["check"]: check["state"] for check in report["checks"]}
    assert states["C03"] == states["C04"] == states["C06"] == "passed", report
