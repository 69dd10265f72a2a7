"""Balance by account: our endpoint against a plain ORM endpoint, same database, same load, both in one run.

    .venv/bin/python -m benchmarks.api.run [postgresql+psycopg://… of an empty database]

Both servers run all the time and take turns under load, so that a busy machine slows both alike. The processor time is that
of the server alone.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import uvicorn
import uvloop

from benchmarks import load
from benchmarks.api import orm
from benchmarks.api.fill import ACCOUNTS, BLOCKS, CHANGES_PER_BLOCK, accounts, fill
from contracts.deployment import Deployment
from gongji.run.process import settle_heap
from ledger_api.app import create_app
from ledger_api.config import ApiConfig
from ledger_api.context import Context
from ledger_api.limits import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

RATE, ROUNDS, SECONDS = 500, 4, 1.5
CONNECTIONS = 64
QUESTIONS = [load.get(f"/v1/accounts/0x{account.hex()}") for account in accounts()]


@dataclass
class Side:
    """One of the two servers, and what was measured.

    Attributes:
        answered: Answers per second, by round.
        cpu_us: Microseconds of processor time per answer, by round.
        took_ms: Milliseconds per answer at the fixed rate.
    """

    name: str
    port: int
    pid: int
    answered: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)

    async def full_load(self) -> None:
        """A round of questions as fast as they are answered."""
        before = cpu_seconds(self.pid)
        answers, seconds = await load.closed(self.port, QUESTIONS, SECONDS)
        self.answered.append(answers / seconds)
        self.cpu_us.append((cpu_seconds(self.pid) - before) / answers * 1e6)

    async def fixed_rate(self) -> None:
        """A round at the fixed rate."""
        requests = itertools.islice(itertools.cycle(QUESTIONS), int(RATE * SECONDS))
        self.took_ms += await load.open_loop(self.port, requests, RATE, CONNECTIONS, orjson.loads)

    def line(self) -> str:
        """The figures; of the rounds, the middle one."""
        took = sorted(self.took_ms)
        p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
        at_rate = f"at {RATE}/s p50 {p50:.2f} ms, p99 {p99:.2f} ms"
        return f"{self.name}: {middle(self.answered):.0f}/s, {middle(self.cpu_us):.0f} us of processor each; {at_rate}"


def ours(mirror_url: str, folder: Path) -> FastAPI:
    """Our application, whole: guard, metrics, problems, all addresses and pages."""
    deployment = Deployment(chain_id=1, genesis_hash="0x" + 64 * "0", contracts={})
    config = ApiConfig(
        app_url=f"sqlite:///{folder}/app.db", town_url=f"sqlite:///{folder}/town.db", mirror_url=mirror_url, rpc_urls=("http://127.0.0.1:1",), deployment=deployment,
        data_dir=folder, public_url="http://bench", town_name="bench", desk_phone="0", limits=UNLIMITED,
    )  # fmt: skip
    return create_app(Context.open(config))


def peer(mirror_url: str, folder: Path) -> FastAPI:
    """The ORM endpoint, alone."""
    del folder
    return orm.create_app(mirror_url)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def middle(values: list[float]) -> float:
    """The median."""
    return sorted(values)[len(values) // 2]


async def compare(mirror_url: str, folder: Path) -> None:
    """Measures both sides on one database and prints the figures."""
    processes, sides = [], []
    for create in (ours, peer):
        listening = socket.create_server(("127.0.0.1", 0))
        arguments = (create, mirror_url, folder, listening)
        process = multiprocessing.get_context("fork").Process(target=_serve, args=arguments, daemon=True)
        process.start()
        processes.append(process)
        sides.append(Side(create.__name__, listening.getsockname()[1], process.pid or 0))
    for _ in range(ROUNDS):
        for side in sides:
            await side.full_load()
        for side in sides:
            await side.fixed_rate()
    for process in processes:
        process.terminate()
    ours_, peer_ = sides
    rate, cpu = middle(ours_.answered) / middle(peer_.answered), middle(peer_.cpu_us) / middle(ours_.cpu_us)
    print(
        ours_.line(),
        peer_.line(),
        f"ratio: {rate:.2f} in answers per second, {cpu:.2f} in processor time",
        sep="\n",
    )


def _serve(
    create: Callable[[str, Path], FastAPI], mirror_url: str, folder: Path, listening: socket.socket
) -> None:
    config = uvicorn.Config(create(mirror_url, folder), log_level="error", access_log=False)
    settle_heap()  # As the portal does; the other side gets it too.
    uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    """Runs on SQLite, and on PostgreSQL if its address is given."""
    print(f"{ACCOUNTS:,} accounts, {BLOCKS * CHANGES_PER_BLOCK:,} balances")
    with tempfile.TemporaryDirectory() as folder:
        for url in (f"sqlite:///{folder}/mirror.db", *sys.argv[1:]):
            print(url.partition(":")[0])
            fill(url)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(compare(url, Path(folder)))


if __name__ == "__main__":
    main()
