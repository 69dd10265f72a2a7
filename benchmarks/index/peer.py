"""The other side as an indexing framework does it: Ponder, the newest version that installs, on PostgreSQL.

It keeps the same events in a table each (`ponder_source` writes its program), verifies nothing and keeps no states. It also
keeps blocks, transactions and raw logs, and tables to take back forks with.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.index import ponder_source
from benchmarks.index.paper_chain import CHAIN_ID
from contracts.events import EVENTS
from indexer.names import table_name

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(__file__).with_name("ponder")
PORT, LONGEST_SECONDS = 42169, 600


@dataclass(frozen=True, slots=True)
class PeerTimes:
    """How long it took.

    Attributes:
        start_seconds: Until the first rows could be seen.
        work_seconds: From then to the last row.
        first_events: Rows there when the first could be seen.
    """

    start_seconds: float
    work_seconds: float
    first_events: int


def install(folder: Path) -> str | None:
    """Installs it; why it could not be installed, or None."""
    npx = shutil.which("npm")
    if npx is None:
        return "no npm on PATH"
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    ponder_source.write(folder)
    if (folder / "node_modules" / "ponder").exists():
        return None
    ran = subprocess.run(
        [npx, "install", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
    )
    return None if ran.returncode == 0 else ran.stderr[-500:]


def run(
    folder: Path, rpc_url: str, postgres_uri: str, last_block: int, events: int, watch: Callable[[int], None]
) -> PeerTimes:
    """Runs it until all events are in its table.

    Args:
        folder: Where it is installed.
        rpc_url: The node.
        postgres_uri: An empty database.
        last_block: Where to stop.
        events: How many there are.
        watch: Gets its process id.
    """
    environment = {
        "DATABASE_URL": postgres_uri,
        "RPC_URL": rpc_url,
        "CHAIN_ID": str(CHAIN_ID),
        "END_BLOCK": str(last_block),
    }
    command = [
        str(folder / "node_modules" / ".bin" / "ponder"),
        "start",
        "--schema",
        "bench",
        "--port",
        str(PORT),
    ]
    with (folder / "ponder.log").open("w") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment | {"PONDER_TELEMETRY_DISABLED": "1"}, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    watch(process.pid)
    try:
        return _wait(postgres_uri, events, began)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait(postgres_uri: str, events: int, began: float) -> PeerTimes:
    first: tuple[float, int] | None = None
    while time.perf_counter() - began < LONGEST_SECONDS:
        now, count = time.perf_counter() - began, _count(postgres_uri)
        if count and first is None:
            first = now, count
        if first and count >= events:
            return PeerTimes(first[0], now - first[0], first[1])
        time.sleep(0.1)
    raise TimeoutError(
        f"expected {events} events within {LONGEST_SECONDS} seconds, got {_count(postgres_uri)}"
    )


def _count(postgres_uri: str) -> int:
    counts = " + ".join(f"(SELECT count(*) FROM bench.{table_name(event)})" for event in EVENTS)
    try:
        with psycopg.connect(postgres_uri) as connection:
            row = connection.execute(f"SELECT {counts}".encode()).fetchone()
            return int(row[0]) if row else 0
    except psycopg.errors.UndefinedTable:
        return 0
