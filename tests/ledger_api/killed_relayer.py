"""A relayer that kills its process: before or after the n-th call of one of its steps."""

from __future__ import annotations

import asyncio
import os
import signal
from itertools import count
from typing import TYPE_CHECKING, Any

from contracts.deployment import Deployment
from ledger_api.chain import ChainClient
from ledger_api.relayer.config import RelayerConfig
from ledger_api.relayer.store import CommandStore
from ledger_api.relayer.worker import Worker
from tests.conftest import GENESIS_TIME, signer

if TYPE_CHECKING:
    from pathlib import Path

STEPS = {
    "store_signed": CommandStore,
    "settle": CommandStore,
    "send": ChainClient,
    "estimate_gas": ChainClient,
}


def kill_at(step: str, when: str, calls: int) -> None:
    """Makes one step of the relayer the last one."""
    real, numbers = getattr(STEPS[step], step), count(1)

    async def killing(self: Any, *args: Any, **kwargs: Any) -> Any:
        last = next(numbers) == calls
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await real(self, *args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(STEPS[step], step, killing)


def work(settings: dict[str, Any]) -> None:
    """Works until it dies.

    Args:
        settings: The URLs, the folder with the deployment, and `kill`: (step, "before" or "after", n).
    """
    kill_at(*settings["kill"])
    asyncio.run(_work(settings))


async def _work(settings: dict[str, Any]) -> None:
    folder: Path = settings["folder"]
    config = RelayerConfig(
        app_url=settings["app_url"], mirror_url=settings["mirror_url"], rpc_urls=(settings["rpc_url"],),
        deployment=Deployment.load(folder / "deployment.json"),
    )  # fmt: skip
    await (await Worker.open(config, {"verifier": signer("registrar")}, clock=lambda: GENESIS_TIME)).run()
