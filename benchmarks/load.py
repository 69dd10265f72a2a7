"""The load generator: HTTP/1.1 over kept connections, written for little cost of its own.

`closed` asks again as soon as it is answered, which gives the highest rate; `open_loop` asks at a fixed rate whatever the
answers take, which gives honest latencies.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SPLIT = b"\r\n\r\n"


def get(path: str) -> bytes:
    """A request for something."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def post(path: str, kind: str, body: bytes) -> bytes:
    """A request that brings something, with its content type."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Takes a piece of an answer."""
        self._buffer += data
        head, split, body = self._buffer.partition(SPLIT)
        if not split:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length and not self._answered.done():
            self._buffer = b""
            if head.startswith(b"HTTP/1.1 200"):
                self._answered.set_result(body)
            else:
                self._answered.set_exception(RuntimeError(f"expected 200, got {head[:60]!r}: {body[:500]!r}"))

    def connection_lost(self, error: Exception | None) -> None:
        """Tells whoever waits."""
        if not self._answered.done():
            self._answered.set_exception(error or ConnectionError("the server closed the connection"))

    async def ask(self, request: bytes) -> bytes:
        """Asks, and gives the body of the whole answer."""
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered


async def connect(port: int, count: int) -> list[Connection]:
    """Opens connections."""
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in opened]


async def closed(port: int, requests: Sequence[bytes], seconds: float, count: int = 16) -> tuple[int, float]:
    """Answers at full load, and the seconds they took."""
    connections, ends, answered = await connect(port, count), time.perf_counter() + seconds, 0

    async def work(connection: Connection, place: int) -> None:
        nonlocal answered
        while time.perf_counter() < ends:
            await connection.ask(requests[place % len(requests)])
            place += count
            answered += 1

    started = time.perf_counter()
    await asyncio.gather(*(work(c, i * 7919) for i, c in enumerate(connections)))
    return answered, time.perf_counter() - started


async def open_loop(
    port: int, requests: Iterable[bytes], rate: float, connections: int, check: Callable[[bytes], None]
) -> list[float]:
    """Milliseconds from when each request was due to its answer, sorted.

    Args:
        port: Of the server.
        requests: What to ask. They begin in this order, also when the server is slow.
        rate: Requests a second, whether or not those before are answered.
        connections: How many wait for answers at the same time; a request that finds none free waits.
        check: Raises if a body is not what was to be answered.
    """
    waiting = enumerate(requests)
    took: list[float] = []

    async def work(connection: Connection) -> None:
        for number, request in waiting:
            due = started + number / rate
            await asyncio.sleep(due - time.perf_counter())
            check(await connection.ask(request))
            took.append((time.perf_counter() - due) * 1000)

    opened = await connect(port, connections)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection in opened:
            group.create_task(work(connection))
    return sorted(took)
