"""Idle streams: one shared reader of the feed against a reader for each stream, as it was; same database, both in one run.

    .venv/bin/python -m benchmarks.streams.run [--streams N] [--seconds N] [--rounds N]

Each side has a server of its own with so many streams open, to which nothing happens. The figure is the share of one core that
the server takes; both are measured at the same time, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from benchmarks.streams.naive import polling
from benchmarks.targets import Target, show
from contracts.deployment import Deployment
from gongji.run.process import settle_heap
from indexer.schema import upgrade
from ledger_api.app import create_app
from ledger_api.config import ApiConfig
from ledger_api.context import Context
from ledger_api.limits import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

MOST_OF_CORE, MOST_OF_NAIVE = 0.05, 0.25
OPENED = b"event: position"
WARM_UP_SECONDS = 2.0
REQUEST = b"GET /v1/stream HTTP/1.1\r\nhost: bench\r\n\r\n"


def shared(folder: Path) -> FastAPI:
    """Our application, whole."""
    return create_app(_context(folder))


def naive(folder: Path) -> FastAPI:
    """The stream alone, each with a reader of its own."""
    return polling(_context(folder))


def _context(folder: Path) -> Context:
    deployment = Deployment(chain_id=1, genesis_hash="0x" + 64 * "0", contracts={})
    config = ApiConfig(
        app_url=f"sqlite:///{folder}/app.db", town_url=f"sqlite:///{folder}/town.db", mirror_url=f"sqlite:///{folder}/mirror.db", rpc_urls=("http://127.0.0.1:1",),
        deployment=deployment, data_dir=folder, public_url="http://bench", town_name="bench", desk_phone="0", limits=UNLIMITED,
    )  # fmt: skip
    return Context.open(config)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def open_streams(port: int, count: int) -> list[asyncio.StreamWriter]:
    """Streams that were answered."""
    opened = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        await reader.readuntil(OPENED)
        opened.append(writer)
    return opened


async def measure(ports: list[int], pids: list[int], options: argparse.Namespace) -> list[list[float]]:
    """Shares of a core by side and round."""
    streams = [await open_streams(port, options.streams) for port in ports]
    await asyncio.sleep(WARM_UP_SECONDS)
    shares: list[list[float]] = [[] for _ in pids]
    for _ in range(options.rounds):
        before, started = [cpu_seconds(pid) for pid in pids], time.perf_counter()
        await asyncio.sleep(options.seconds)
        took = time.perf_counter() - started
        for side, pid in enumerate(pids):
            shares[side].append((cpu_seconds(pid) - before[side]) / took)
    for writer in (one for side in streams for one in side):
        writer.transport.abort()
    return shares


def _serve(create: Callable[[Path], FastAPI], folder: Path, listening: socket.socket) -> None:
    config = uvicorn.Config(create(folder), log_level="error", access_log=False)
    settle_heap()
    uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10, help="Length of a round.")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"# {options}\n# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="streams-") as folder:
        upgrade(f"sqlite:///{folder}/mirror.db")
        processes, ports = [], []
        for create in (shared, naive):
            listening = socket.create_server(("127.0.0.1", 0), backlog=options.streams)
            ports.append(listening.getsockname()[1])
            serve = partial(_serve, create, Path(folder), listening)
            processes.append(multiprocessing.get_context("fork").Process(target=serve, daemon=True))
            processes[-1].start()
        measured = asyncio.run(measure(ports, [process.pid or 0 for process in processes], options))
        for process in processes:
            process.terminate()
    ours, theirs = (statistics.median(side) for side in measured)
    print(f"{options.streams} idle streams: {ours:.1%} of a core with one reader, {theirs:.1%} with one each")
    show([
        Target(f"{options.streams} idle streams: share of a core", ours, at_most=MOST_OF_CORE),
        Target("one reader / one each", ours / theirs, at_most=MOST_OF_NAIVE),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
