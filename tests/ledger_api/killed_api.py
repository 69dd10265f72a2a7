"""An API that kills its process before or after the n-th commit of its database, while a draft is collected and sent."""

from __future__ import annotations

import asyncio
import os
import signal
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx2
from sqlalchemy import Connection

from contracts.deployment import Deployment
from ledger_api.app import create_app
from ledger_api.config import ApiConfig
from ledger_api.context import Context
from tests.ledger_api.client import PUBLIC_URL
from tests.ledger_api.draft_client import ENOUGH, approve, hand_in, send

if TYPE_CHECKING:
    from pathlib import Path


def kill_at(when: str, commits: int) -> None:
    """Makes one commit the last thing that happens."""
    real, numbers = Connection._commit_impl, count(1)

    def killing(self: Connection) -> None:
        last = next(numbers) == commits
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(self)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)

    Connection._commit_impl = killing  # type: ignore[method-assign] # for the life of this process


def work(settings: dict[str, Any]) -> None:
    """Collects and sends until it dies.

    Args:
        settings: The URLs, the folder of the town, the time, the signed request, the file that gets the name of each step that
            was acknowledged, and `kill`: ("before" or "after", n).
    """
    asyncio.run(_work(settings))


async def _work(settings: dict[str, Any]) -> None:
    folder: Path = settings["folder"]

    def acknowledged(step: str) -> None:
        with settings["file"].open("a") as file:
            file.write(f"{step}\n")

    config = ApiConfig(
        app_url=settings["app_url"], town_url=f"sqlite:///{folder}/town.db", mirror_url=settings["mirror_url"], rpc_urls=(settings["rpc_url"],), data_dir=folder,
        deployment=Deployment.load(folder / "deployment.json"), public_url=PUBLIC_URL, town_name="", desk_phone="",
    )  # fmt: skip
    app = create_app(Context.open(config, clock=lambda: settings["now"]))
    kill_at(*settings["kill"])
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=PUBLIC_URL) as http,
    ):
        house: Any = SimpleNamespace(app=app, http=http)
        await hand_in(house, "/v1/proposals/drafts", settings["typed_data"], settings["signature"])
        acknowledged("draft")
        for name in ENOUGH:
            await approve(house, settings["address"], name)
            acknowledged(name)
        await send(house, settings["address"], "requester")
        acknowledged("sent")
