"""A town on a sealed network, run by its own supervisor, with a treasurer who coordinates and with devices."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2
from eth_account import Account

from contracts.acts import acts
from contracts.deployment import Deployment
from contracts.enums import DeviceClass, MemberKind, Role
from gongji.commands.office import do_for_office
from gongji.run.configs import iot_config
from gongji.settings import load
from iot.simulator.device import SimulatedDevice
from tests.gongji.running import free_ports
from tests.network.dress import Network
from wallets.intents import Domain
from wallets.possession import prove_possession
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gongji.settings import Settings

PROCESSES = ("indexer", "relayer", "portal", "ingest", "keeper")
NODES = ("node 1", "node 2")
EPOCH_BLOCKS = 50
READY_SECONDS = 300
RESTART_SECONDS = 1.0
DEVICES = 6
FOR_EVER = 4_070_908_800  # 2099
FOUNDING = (
    ("open-bank-account", "--bank", "1"),
    ("open-fund", "--fund", "1", "--parent", "0", "--level", "city", "--bank", "1"),
    ("set-service", "--service", "1", "--min-minutes", "10", "--max-minutes", "240", "--tariff-minutes", "0"),
)


@dataclass(kw_only=True)
class Town:
    """A running town.

    Attributes:
        folder: Its data directory.
        port: Port of its portal.
        node_ports: Ports of its nodes.
        network: The chain behind the nodes.
        coordinator: Opens tasks of its fund.
        devices: Send events; the first half over HTTPS, the others over MQTT.
    """

    folder: Path
    port: int
    node_ports: tuple[int, ...]
    network: Network
    coordinator: LocalSigner = field(default_factory=lambda: LocalSigner(Account.create()))
    devices: list[SimulatedDevice] = field(default_factory=list)
    _nodes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def founded(cls, folder: Path) -> AsyncIterator[Town]:
        """A town from its deployment on; it runs until the end of the block."""
        await asyncio.to_thread(folder.mkdir)
        async with Network.started(epoch_blocks=EPOCH_BLOCKS, block_seconds=1.0) as network:
            first = free_ports()
            town = cls(
                folder=folder, port=first, node_ports=tuple(free_ports() for _ in NODES), network=network
            )
            keeping = [
                asyncio.create_task(town._keep_node(n, p))
                for n, p in zip(NODES, town.node_ports, strict=True)
            ]
            try:
                await town._gongji("chain", "deploy")
                async with town._running():
                    await town._found()
                    yield town
            finally:
                for task in keeping:
                    task.cancel()
                for process in town._nodes.values():
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()

    @property
    def url(self) -> str:
        """Address of its portal."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return load(self.folder, port=self.port)

    @property
    def domain(self) -> Domain:
        """What its coordinator signs for."""
        return self._domain("TimeBank")

    def kill(self, name: str) -> None:
        """Kills a process, or a node, with signal 9."""
        if name in NODES:
            self._nodes[name].kill()
        else:
            with contextlib.suppress(ProcessLookupError, FileNotFoundError, ValueError):
                os.kill(int((self.folder / "run" / f"{name}.pid").read_text()), signal.SIGKILL)

    async def lie(self, kind: str) -> None:
        """Makes all nodes lie, or tell the truth again."""
        async with httpx2.AsyncClient(timeout=10) as http:
            for port in self.node_ports:
                (await http.put(f"http://127.0.0.1:{port}/lie", content=kind)).raise_for_status()

    async def wrong(self) -> list[str]:
        """What the portal says is wrong; nothing if all is well."""
        async with httpx2.AsyncClient(timeout=10) as http:
            answer = await http.get(f"{self.url}/health/ready")
        return [] if answer.is_success else list(answer.json()["detail"]["wrong"])

    async def audited(self, folder: Path) -> dict[str, Any]:
        """The verdict over all that it did."""
        await self._gongji("audit", "collect", "--out", str(folder))
        return dict(
            json.loads(
                await self._gongji(
                    "audit",
                    "verify",
                    str(folder),
                    "--trust",
                    str(self.folder / "trust.json"),
                    "--unanchored",
                    "--json",
                    status=(0, 1, 2),
                )
            )
        )

    def _domain(self, contract: str) -> Domain:
        deployment = Deployment.load(self.folder / "deployment.json")
        return Domain(contract=contract, chain_id=deployment.chain_id, address=deployment.address(contract))

    @property
    def _environment(self) -> dict[str, str]:
        urls = [f"http://127.0.0.1:{port}" for port in self.node_ports]
        return {
            "GONGJI_DATA_DIR": str(self.folder), "GONGJI_NETWORK": "permissioned", "GONGJI_RPC_URLS": json.dumps(urls),
            "GONGJI_PORT": str(self.port), "GONGJI_INDEXER__EPOCH_BLOCKS": str(EPOCH_BLOCKS), "GONGJI_EVENTS__RATE_PER_MINUTE": "6000",
        }  # fmt: skip

    async def _gongji(self, *arguments: str, status: tuple[int, ...] = (0,)) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongji", *arguments, env=os.environ | self._environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        if process.returncode not in status:
            raise RuntimeError(f"{arguments}: {out.decode()[-2000:]} {err.decode()[-2000:]}")
        return out.decode()

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongji", "up", env=os.environ | self._environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await self.ready()
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()

    async def ready(self) -> None:
        """Waits until all is well."""
        async with asyncio.timeout(READY_SECONDS):
            while True:
                with contextlib.suppress(httpx2.HTTPError):
                    if not await self.wrong():
                        return
                await asyncio.sleep(0.2)

    async def _found(self) -> None:
        os.environ |= self._environment
        for act in FOUNDING:
            await self._gongji("act", *act, "--yes")
        await asyncio.to_thread(self._register_coordinator)
        domain, now = iot_config(self.settings).domain, int(time.time())
        self.devices = [
            SimulatedDevice(secrets.token_hex(8), domain, DeviceClass.BRIDGE, valid_from_seconds=now)
            for _ in range(DEVICES)
        ]
        await asyncio.gather(*(asyncio.to_thread(self._enrol, device) for device in self.devices))

    def _register_coordinator(self) -> None:
        member, key = secrets.token_bytes(16), self.coordinator
        possession = prove_possession(key, member, self._domain("Members"))
        self._do("RegisterMember", member=member, kind=MemberKind.PERSON, household=bytes(16),
                 key=bytes.fromhex(key.address[2:]), possession=possession)  # fmt: skip
        self._do("GrantRole", member=member, role=Role.COORDINATOR, scope=1, validUntil=FOR_EVER)

    def _enrol(self, device: SimulatedDevice) -> None:
        names = (field.name for field in acts()["EnrolDevice"].fields[1].fields)
        record = dict(zip(names, device.registry_record(), strict=True))
        self._do("EnrolDevice", device=device.id, record=record)

    def _do(self, act: str, **values: Any) -> None:
        """Does an act of an office."""
        do_for_office(self.settings, act, values, yes=True, json=False)

    async def _keep_node(self, name: str, port: int) -> None:
        """Starts a node again whenever it ends, as a machine's own supervisor does."""
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.kills.node", str(port), self.network.url,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            self._nodes[name] = process
            await process.wait()
            await asyncio.sleep(RESTART_SECONDS)
