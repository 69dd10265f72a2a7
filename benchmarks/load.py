"""The load generator: HTTP/1.1 over kept connections, written for little cost of its own.

`closed` asks again as soon as it is answered, which gives the highest rate; `open_loop` asks at a fixed rate whatever the
answers take, which gives honest latencies.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SPLIT = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer, self._answered = b"", asyncio.get_running_loop().create_future()

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
            self._answered.set_result(head.startswith(b"HTTP/1.1 200"))

    def connection_lost(self, error: Exception | None) -> None:
        """Tells whoever waits."""
        if not self._answered.done():
            self._answered.set_exception(error or ConnectionError("the server closed the connection"))

    async def ask(self, path: str) -> None:
        """Asks and waits for the whole answer."""
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        if not await self._answered:
            raise RuntimeError(f"expected 200 for {path}")


async def connect(port: int, count: int) -> list[Connection]:
    """Opens connections."""
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in opened]


async def closed(port: int, paths: Sequence[str], seconds: float, count: int = 16) -> tuple[int, float]:
    """Answers at full load, and the seconds they took."""
    connections, ends, answered = await connect(port, count), time.perf_counter() + seconds, 0

    async def work(connection: Connection, place: int) -> None:
        nonlocal answered
        while time.perf_counter() < ends:
            await connection.ask(paths[place % len(paths)])
            place += count
            answered += 1

    started = time.perf_counter()
    await asyncio.gather(*(work(c, i * 7919) for i, c in enumerate(connections)))
    return answered, time.perf_counter() - started


async def open_loop(port: int, paths: Sequence[str], rate: int, seconds: float) -> list[float]:
    """Milliseconds from when each request was due to its answer, sorted."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in await connect(port, 64):
        free.put_nowait(connection)
    took: list[float] = []

    async def one(path: str, due: float) -> None:
        connection = await free.get()
        await connection.ask(path)
        took.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    started, tasks = time.perf_counter(), set()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        tasks.add(asyncio.create_task(one(paths[number % len(paths)], due)))
    await asyncio.gather(*tasks)
    return sorted(took)
