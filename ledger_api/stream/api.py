"""Server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import orjson
from fastapi import APIRouter, Header, Query
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent

from ledger_api.context import AppContext, Context
from ledger_api.stream import feed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

router = APIRouter(prefix="/v1/stream", tags=["stream"])

POLL_SECONDS = 0.5
MAX_SECONDS = 3600


@router.get("", response_class=EventSourceResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def stream(
    context: AppContext,
    last_event_id: Annotated[
        str | None, Header(max_length=40, description="Continue after this event.")
    ] = None,
    seconds: Annotated[
        int, Query(ge=1, le=MAX_SECONDS, description="Ends after so many seconds; a browser then reconnects.")
    ] = MAX_SECONDS,
) -> EventSourceResponse:
    """New blocks (`block`) and commands that changed (`command`), as they happen."""
    seen = (
        feed.Position.parse(last_event_id)
        if last_event_id
        else await feed.now(context.app_engine, context.mirror)
    )
    return EventSourceResponse(_events(context, seen, seconds))


async def _events(context: Context, seen: feed.Position, seconds: int) -> AsyncIterator[ServerSentEvent]:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    # A first event gives the reader an id to come back with, even if nothing happens for long.
    yield ServerSentEvent(event="position", id=str(seen), data="{}", retry=2000)
    while loop.time() < end:
        try:
            events = await feed.after(context.app_engine, context.mirror, seen)
        except SQLAlchemyError:
            return
        for event in events:
            data = orjson.dumps(event.data).decode()
            yield ServerSentEvent(event=event.kind, id=str(event.position), data=data)
            seen = event.position
        await asyncio.sleep(POLL_SECONDS)
