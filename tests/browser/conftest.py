"""The portal served over HTTP with everything behind it running, and a real browser before it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.async_api import expect

from tests.browser.busy import Busy
from tests.chromium import chromium
from tests.ledger_api.portal_town import busy_house
from tests.ledger_api.story_town import story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.ledger_api.client import House

__all__ = ["story"]

# A page may take its time where two test processes share a small machine; what never comes is still missed.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
async def site(story: House) -> AsyncIterator[str]:
    """Address of the portal; relayer, chain and mirror work while it is up, and end with this folder's tests."""
    async with served(story) as site:
        yield site.address


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
async def busy(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    """The busy town, fresh for each file."""
    async with busy_house(tmp_path_factory.mktemp("busy")) as house, served(house) as site:
        yield Busy(house, site, browser)


@dataclass
class Site:
    """A portal over HTTP.

    Attributes:
        address: Where it is.
        at_work: While it is not set, nothing that was accepted is carried out.
    """

    address: str
    at_work: asyncio.Event


@asynccontextmanager
async def served(house: House) -> AsyncIterator[Site]:
    """Serves a house, with relayer, chain and mirror working."""
    config = uvicorn.Config(house.app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    at_work, leaving = asyncio.Event(), asyncio.Event()
    at_work.set()
    working = asyncio.create_task(_work(house, at_work, leaving))
    yield Site(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", at_work)
    leaving.set()
    at_work.set()
    await working
    server.should_exit = True
    await serving


async def _work(house: House, at_work: asyncio.Event, leaving: asyncio.Event) -> None:
    while await at_work.wait() and not leaving.is_set():
        await house.worker.step()
        await house.town.chain.mine()
        await house.syncer.catch_up()
        await asyncio.sleep(0.1)
