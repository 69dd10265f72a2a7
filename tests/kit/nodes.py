"""Servers that answer as a node does, or as no node should."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(**answer: Any) -> AsyncIterator[str]:
    """A node that answers every call with the same result or error."""

    async def handle(request: web.Request) -> web.Response:
        calls = orjson.loads(await request.read())
        return web.json_response([{"jsonrpc": "2.0", "id": call["id"], **answer} for call in calls])

    async with served(handle) as url:
        yield url
