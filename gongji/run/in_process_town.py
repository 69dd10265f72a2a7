"""All parts of a town in one process, on one clock: how the demo town is built and how tests run a whole town."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
from aiohttp import web

from gongji.errors import EventsRefusedError
from gongji.keys import sender_keys
from gongji.run import configs
from gongji.run.composition import Composition
from gongji.run.deploying import deploy_town
from gongji.sequencer.anvil import ChainConfig
from gongji.sequencer.chain import Chain
from gongji.sequencer.server import create_app as create_chain_app
from indexer.sync import Syncer
from iot.ingest.receipts import Outcome
from ledger_api.documents.service import NewDocument, store_document
from ledger_api.limits import UNLIMITED
from ledger_api.relayer.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gongji.settings import Settings


class InProcessTown:
    """One town, all in this process.

    Attributes:
        settings: Its settings, with the address of its chain.
        chain: The chain; its clock is everybody's.
        parts: Mirror, places and event log.
        context: What the endpoints of the API share.
        api: A client of the API, without a network between.
    """

    def __init__(self, settings: Settings, chain: Chain) -> None:
        self.settings, self.chain = settings, chain

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, genesis_time: int) -> AsyncIterator[InProcessTown]:
        """Opens a town; founds it if there is none.

        Args:
            settings: Settings of the town.
            genesis_time: When a new town's chain begins, seconds since 1970.
        """
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        config = ChainConfig(chain_id=settings.chain_id, genesis_time=genesis_time)
        chain = Chain(settings.path("chain.journal"), config, block_seconds=0)
        async with AsyncExitStack() as stack:
            await chain.start()
            stack.push_async_callback(chain.stop)
            chain.set_clock(genesis_time)
            url = await _served(stack, chain)
            api = replace(settings.api, limits=UNLIMITED)
            house = cls(settings.model_copy(update={"rpc_urls": (url,), "api": api}), chain)
            await house._found()
            await house._furnish(stack)
            yield house

    async def settle(self) -> None:
        """Has every accepted command carried out, mined, mirrored and settled."""
        while await self._worker.step():
            await self.chain.mine()
            await self.syncer.catch_up()

    @asynccontextmanager
    async def mining(self) -> AsyncIterator[None]:
        """Inside, the chain makes blocks by itself, for whoever sends to it and waits."""
        mining = asyncio.create_task(self.chain.run())
        try:
            yield
        finally:
            mining.cancel()
            with suppress(asyncio.CancelledError):
                await mining

    async def receive(self, messages: list[bytes]) -> None:
        """Takes in signed events of devices.

        Raises:
            EventsRefusedError: One was not accepted.
        """
        for receipt in await self.parts.ingest.receive_many(messages):
            if receipt.outcome not in (Outcome.ACCEPTED, Outcome.DUPLICATE):
                raise EventsRefusedError(receipt.outcome.name, receipt.why)

    async def store_document(self, text: str, salt: bytes, member: bytes, *, public: bool) -> None:
        """Stores a text under a salt of 32 bytes, for a member."""
        new = NewDocument(
            content=text.encode(),
            salt=salt,
            media_type="text/plain",
            name="document.txt",
            public=public,
            member=member,
        )
        await store_document(self.context.documents, new, self.chain.now())

    async def _found(self) -> None:
        if self.settings.path("deployment.json").exists():
            return
        async with self.mining():
            await deploy_town(self.settings)

    async def _furnish(self, stack: AsyncExitStack) -> None:
        clock = self.chain.now
        self.syncer = await Syncer.open(configs.indexer_config(self.settings))
        stack.push_async_callback(self.syncer.close)
        await self.syncer.catch_up()
        self._worker = await Worker.open(
            configs.relayer_config(self.settings), sender_keys(self.settings), clock=clock
        )
        stack.push_async_callback(self._worker.close)
        self.parts = Composition.open(self.settings, stack, clock)
        self.context = self.parts.context()
        self.keeper = self.parts.keeper(self.context.app_engine)
        app = self.parts.portal(self.context)
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app=app)
        self.api = await stack.enter_async_context(
            httpx2.AsyncClient(transport=transport, base_url=self.settings.portal_url)
        )


async def _served(stack: AsyncExitStack, chain: Chain) -> str:
    runner = web.AppRunner(create_chain_app(chain, automatic=False))
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
