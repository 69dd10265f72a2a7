"""How many may be at it at once: for each key a number that must not be passed, and for all together one with a short queue."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from ledger_api.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator


class Concurrency:
    """How many of something each key has open at once. A key that has none takes no room."""

    def __init__(self, most: int, refusal: Callable[[], Exception]) -> None:
        """Nobody has any.

        Args:
            most: How many a key may have.
            refusal: What is raised where it has as many.
        """
        self._most, self._refusal, self._counts = most, refusal, Counter[bytes]()

    def __len__(self) -> int:
        """How many all together have."""
        return self._counts.total()

    @contextmanager
    def one(self, key: bytes) -> Iterator[None]:
        """Has one more for a while."""
        if self._counts[key] >= self._most:
            raise self._refusal()
        self._counts[key] += 1
        try:
            yield
        finally:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]


class Slots:
    """At most so many in work, and so many more that wait for a short time. Whoever comes first is next."""

    def __init__(self, parallel: int, *, waiting: int, max_wait_seconds: float) -> None:
        """All are free.

        Args:
            parallel: How many may be in work, at least 1.
            waiting: How many may wait.
            max_wait_seconds: How long.
        """
        self.free, self._parallel = asyncio.Semaphore(parallel), parallel
        self._max_waiting, self._max_wait_seconds = waiting, max_wait_seconds
        self.waiting = self.in_work = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Turn]:
        """Is in work for a while.

        Raises:
            OverloadedError: Too many wait, or it waited too long.
        """
        turn = Turn(self)
        if self.free.locked():
            await self._wait(turn)
        else:
            await turn.resume()
        try:
            yield turn
        finally:
            turn.pause()

    async def _wait(self, turn: Turn) -> None:
        if self.waiting >= self._max_waiting:
            raise OverloadedError(f"expected at most {self._parallel} requests in work, got more")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._max_wait_seconds):
                await turn.resume()
        except TimeoutError:
            raise OverloadedError(f"expected a turn within {self._max_wait_seconds} s, got none") from None
        finally:
            self.waiting -= 1


class Turn:
    """The place of one request among those in work."""

    def __init__(self, slots: Slots) -> None:
        self._slots, self._in_work = slots, False

    async def resume(self) -> None:
        """Goes on, as soon as there is a place; without a limit of time, for its work has begun."""
        await self._slots.free.acquire()
        self._slots.in_work += 1
        self._in_work = True

    def pause(self) -> None:
        """Lets others work, as long as it waits for its own client."""
        if self._in_work:
            self._in_work = False
            self._slots.in_work -= 1
            self._slots.free.release()
