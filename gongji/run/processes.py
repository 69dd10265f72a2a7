"""The work of each process of a town. `gongji/commands/processes.py` has the commands that run them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gongji.run import configs
from kit.clock import system_clock

if TYPE_CHECKING:
    from gongji.settings import Settings

WAIT_SECONDS = 0.2
CONNECT_SECONDS = 5.0


async def index(settings: Settings) -> None:
    """Mirrors the chain."""
    from indexer.run import run

    await answering(settings)
    await run(configs.indexer_config(settings))


async def relay(settings: Settings) -> None:
    """Carries accepted commands to the chain."""
    from gongji.keys import sender_keys
    from ledger_api.relayer.worker import Worker

    await answering(settings)
    await mirrored(settings)
    worker = await Worker.open(configs.relayer_config(settings), sender_keys(settings))
    try:
        await worker.run()
    finally:
        await worker.close()


async def portal(settings: Settings) -> None:
    """Serves API, pages and device events over HTTPS."""
    from gongji.run.composition import Composition
    from gongji.run.http_server import server_of
    from gongji.run.process import settle_heap

    await mirrored(settings)
    async with AsyncExitStack() as stack:
        town = Composition.open(settings, stack)
        server = server_of(town.portal(town.context()), settings)
        settle_heap()
        await server.serve()


async def take_in(settings: Settings) -> None:
    """Takes in device events over MQTT; runs a broker of its own where there is no other."""
    from gongji.run.composition import Composition
    from iot.broker.broker import Broker
    from iot.ingest import housekeeping
    from iot.ingest.mqtt import MqttConfig, run

    await mirrored(settings)
    async with AsyncExitStack() as stack:
        town = Composition.open(settings, stack)
        if settings.mqtt_url is None:
            await stack.enter_async_context(Broker(settings.host, settings.port + 2))
        await asyncio.gather(
            run(town.ingest, MqttConfig.from_url(settings.broker_url)),
            housekeeping.run(town.ingest, town.events, clock=system_clock),
        )


async def keep(settings: Settings) -> None:
    """Makes the keeper's rounds."""
    from gongji.run.composition import Composition
    from kit.database import open_async_engine
    from kit.migrations import upgrade
    from ledger_api.schema import APP

    await mirrored(settings)
    async with AsyncExitStack() as stack:
        app_url = settings.database_url("app")
        await asyncio.to_thread(upgrade, app_url, APP)
        engine = open_async_engine(app_url, APP)
        stack.push_async_callback(engine.dispose)
        await Composition.open(settings, stack).keeper(engine).run()


async def answering(settings: Settings) -> None:
    """Waits until a node takes connections; the embedded chain replays its journal first."""
    while True:
        for url in settings.chain_urls:
            if await _takes_connections(url):
                return
        await asyncio.sleep(WAIT_SECONDS)


async def _takes_connections(url: str) -> bool:
    address = urlsplit(url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address.hostname, port), CONNECT_SECONDS)
    except OSError:
        return False
    writer.close()
    return True


async def mirrored(settings: Settings) -> None:
    """Waits until the indexer has made the mirror."""
    from indexer.errors import IndexerError
    from indexer.run import status

    config = configs.indexer_config(settings)
    while True:
        try:
            if (await status(config)).number >= config.deployment.start_block:
                return
        except IndexerError:
            pass
        await asyncio.sleep(WAIT_SECONDS)
