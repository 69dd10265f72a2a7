"""Server-sent events."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent

from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.context import AppContext, Context
from ledger_api.stream import feed
from ledger_api.stream.hub import Hub, Listener

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

router = APIRouter(prefix="/v1/stream", tags=["stream"])

STREAMS = KindOfAddress(kind=Kind.STREAM, method="GET", addresses=(router.prefix,))
MAX_SECONDS = 3600


async def hub_of(request: Request) -> Hub:
    """The hub of the application that answers a request."""
    hub: Hub = request.app.state.hub
    return hub


@router.get("", response_class=EventSourceResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def stream(
    context: AppContext,
    hub: Annotated[Hub, Depends(hub_of)],
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
    return EventSourceResponse(_events(context, hub, seen, seconds))


async def _events(
    context: Context, hub: Hub, seen: feed.Position, seconds: int
) -> AsyncIterator[ServerSentEvent]:
    end = asyncio.get_running_loop().time() + seconds
    # A first event gives the reader an id to come back with, even if nothing happens for long.
    yield ServerSentEvent(event="position", id=str(seen), data="{}", retry=2000)
    async with hub.listener() as listener, aclosing(_happening(context, listener, seen, end)) as happening:
        async for event in happening:
            if not seen.includes(event):
                seen = seen.with_event(event)
                yield ServerSentEvent(event=event.kind, id=str(seen), data=event.data)


async def _happening(
    context: Context, listener: Listener, seen: feed.Position, end: float
) -> AsyncGenerator[feed.StreamEvent]:
    """What the reader missed, and then what happens; some of it may come twice."""
    try:
        while missed := await feed.after(context.app_engine, context.mirror, seen):
            if asyncio.get_running_loop().time() >= end:
                return
            for one in missed:
                seen = seen.with_event(one)
                yield one
    except SQLAlchemyError:
        return
    while (event := await listener.next(end)) is not None:
        yield event
