"""The stream as it was: each asks the databases for itself, twice a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import FastAPI
from sse_starlette import EventSourceResponse, ServerSentEvent

from ledger_api.stream import feed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ledger_api.context import Context

POLL_SECONDS = 0.5


def polling(context: Context) -> FastAPI:
    """An application with nothing but the stream.

    Args:
        context: Its databases.
    """
    app = FastAPI()

    async def stream() -> EventSourceResponse:
        return EventSourceResponse(_events(context, await feed.now(context.app_engine, context.mirror)))

    app.add_api_route("/v1/stream", stream, response_model=None)
    return app


async def _events(context: Context, seen: feed.Position) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="position", id=str(seen), data="{}")
    while True:
        for event in await feed.after(context.app_engine, context.mirror, seen):
            seen = seen.with_event(event)
            yield ServerSentEvent(event=event.kind, id=str(seen), data=event.data)
        await asyncio.sleep(POLL_SECONDS)
