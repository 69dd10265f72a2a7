"""The portal served over HTTP with everything behind it running, and a real browser before it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.async_api import async_playwright

from tests.ledger_api.story_town import story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.ledger_api.client import House

__all__ = ["story"]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="package")
async def site(story: House) -> AsyncIterator[str]:
    """Address of the portal; relayer, chain and mirror work while it is up, and end with this folder's tests."""
    config = uvicorn.Config(story.app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    async with _at_work(story):
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def _at_work(story: House) -> AsyncIterator[None]:
    async def work() -> None:
        while True:
            await story.worker.step()
            await story.town.chain.mine()
            await story.syncer.catch_up()
            await asyncio.sleep(0.1)

    task = asyncio.create_task(work())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
