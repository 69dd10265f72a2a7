"""One reader of the feed for all streams of an application: it asks once, and tells everybody.

It reads as long as somebody listens. Whoever is too slow to take what happens is let go, and continues after the last event that
was taken, as after any other end (`Last-Event-ID`).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from ledger_api.stream.feed import Position, StreamEvent

    Now = Callable[[], Awaitable[Position]]
    After = Callable[[Position], Awaitable[list[StreamEvent]]]

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
# More than one visit of the feed gives.
MAX_QUEUED = 1000


class Listener:
    """One stream's share of what happens."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        self._is_over = False

    def tell(self, event: StreamEvent) -> None:
        """Puts an event after those that wait; if too many do, the stream ends after them."""
        if self._queue.qsize() >= MAX_QUEUED:
            self.end()
        elif not self._is_over:
            self._queue.put_nowait(event)

    def end(self) -> None:
        """Ends the stream after what waits."""
        if not self._is_over:
            self._is_over = True
            self._queue.put_nowait(None)

    async def next(self, end: float) -> StreamEvent | None:
        """The next event as it happens; None if there will be none.

        Args:
            end: Time of the event loop after which it is not waited for.
        """
        try:
            async with asyncio.timeout_at(end):
                return await self._queue.get()
        except TimeoutError:
            return None


class Hub:
    """The listeners of one application."""

    def __init__(self, now: Now, after: After) -> None:
        """Nobody listens.

        Args:
            now: Gives the position of what happens next.
            after: Gives the events after a position.
        """
        self._now, self._after = now, after
        self._round: _Round | None = None

    @asynccontextmanager
    async def listener(self) -> AsyncIterator[Listener]:
        """Listens for a while, to all that happens from when it begins."""
        current = self._round
        if current is None or current.is_over:
            current = self._round = _Round(self._now, self._after)
        one = Listener()
        current.listeners.add(one)
        try:
            await current.has_begun.wait()
            yield one
        finally:
            current.listeners.discard(one)
            if not current.listeners:
                current.reading.cancel()


class _Round:
    """Reading from when the first listens until the last has left, or until a database does not answer."""

    def __init__(self, now: Now, after: After) -> None:
        self._now, self._after = now, after
        self.listeners: set[Listener] = set()
        self.has_begun = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    @property
    def is_over(self) -> bool:
        return self.reading.done() or self.reading.cancelling() > 0

    async def _read(self) -> None:
        try:
            await self._tell_all()
        except SQLAlchemyError as error:
            log.warning("feed_unread", reason=type(error).__name__)
        finally:
            self.has_begun.set()
            for listener in self.listeners:
                listener.end()

    async def _tell_all(self) -> None:
        seen = await self._now()
        self.has_begun.set()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for event in await self._after(seen):
                seen = seen.with_event(event)
                for listener in self.listeners:
                    listener.tell(event)
