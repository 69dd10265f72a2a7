"""Verified sync against itself without projections, against a plain loop and against Ponder: same chains, same node, one run.

The chains carry the mix of events of the demo town. Our sides and the loop run in turns, and their median runs are compared: a
shared machine changes its speed within minutes. All sides keep the same events.

.venv/bin/python -m benchmarks.index.run [--events N] [--scale N] [--peer FOLDER | --no-peer] [--shapes dense sparse]

`--scale N` also measures our own rate at N events against that at 10,000, and the memory at each; its targets are meant for a
million, whose chain takes 2 GB (dense) or 3 GB (sparse) of the temporary folder.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.index import peer
from benchmarks.index.paper_chain import DENSE, SPARSE, Shape
from benchmarks.index.sides import (
    Postgres,
    Result,
    Watch,
    ours_on_postgres,
    ours_on_sqlite,
    served,
    side,
)
from benchmarks.targets import Target, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.index.paper_chain import Chain

SMALL_EVENTS = 10_000
NAIVE_SHARE = 6  # The plain loop gets every sixth event, from the start: it would take too long otherwise.
SQLITE, PLAIN_SQLITE = "ours, SQLite", "ours, SQLite, without projections"
POSTGRES, PLAIN_POSTGRES = "ours, PostgreSQL", "ours, PostgreSQL, without projections"
LOOP = "get_logs loop + ORM, SQLite"
PLAIN = "--without-projections"
LEAST_PLAIN, LEAST_LOOP, LEAST_PEER, LEAST_SCALE, MOST_MB = 0.75, 8, {"dense": 5, "sparse": 20}, 0.75, 300


def against_others(
    shape: Shape, events: int, rounds: int, postgres: Postgres, peer_folder: Path | None
) -> list[Target]:
    """The ratios on one chain."""
    with served(shape, events, with_logs=True) as (url, chain), tempfile.TemporaryDirectory() as folder:
        sides: dict[str, Callable[[int], Result]] = {
            SQLITE: lambda _: ours_on_sqlite(url),
            PLAIN_SQLITE: lambda _: ours_on_sqlite(url, PLAIN),
            LOOP: lambda turn: side(
                "naive", url, f"sqlite:///{folder}/loop{turn}.db", str(chain.last_block // NAIVE_SHARE)
            ),
            POSTGRES: lambda _: ours_on_postgres(url, postgres),
            PLAIN_POSTGRES: lambda _: ours_on_postgres(url, postgres, PLAIN),
        }
        runs: dict[str, list[Result]] = {name: [] for name in sides}
        for turn in range(rounds):
            for name, run in sides.items():
                runs[name].append(run(turn))
                show_result(shape, name, runs[name][-1])
        medians = {name: median(results) for name, results in runs.items()}
        require_same(chain, [medians[name] for name in sides if name != LOOP])
        for name, plain in ((SQLITE, PLAIN_SQLITE), (POSTGRES, PLAIN_POSTGRES)):
            show_versions(shape, name, medians[name], medians[plain])
        targets = [
            Target(
                f"{shape.name}: {name} / without projections",
                medians[name].rate / medians[plain].rate,
                LEAST_PLAIN,
            )
            for name, plain in ((SQLITE, PLAIN_SQLITE), (POSTGRES, PLAIN_POSTGRES))
        ]
        targets.append(
            Target(f"{shape.name}: {SQLITE} / loop", medians[SQLITE].rate / medians[LOOP].rate, LEAST_LOOP)
        )
        if peer_folder:
            rate = peer_rate(shape, url, chain, medians[POSTGRES], postgres.database(), peer_folder)
            ratio = medians[POSTGRES].rate / rate
            targets.append(Target(f"{shape.name}: {POSTGRES} / Ponder", ratio, LEAST_PEER[shape.name]))
        return targets


def require_same(chain: Chain, ours: list[Result]) -> None:
    """Ends the run if the mirrors do not hold the same."""
    if {(result.events, result.amount) for result in ours} != {(chain.events, ours[0].amount)}:
        raise SystemExit(f"the mirrors differ: {chain} {ours}")


def peer_rate(shape: Shape, url: str, chain: Chain, ours: Result, uri: str, folder: Path) -> float:
    """Ponder's events per second; its start is not counted."""
    watches: list[Watch] = []
    times = peer.run(folder, url, uri, chain.last_block, chain.events, lambda pid: watches.append(Watch(pid)))
    with psycopg.connect(uri) as connection:
        row = connection.execute("SELECT sum(amount) FROM bench.transferred").fetchone()
    if row is None or int(row[0]) != ours.amount:
        raise SystemExit(f"Ponder has other events: {row}, ours {ours}")
    work_events = chain.events - times.first_events
    theirs = Result(times.work_seconds, work_events, ours.amount, watches[0].peak_mb, watches[0].cpu_seconds)
    show_result(shape, f"Ponder, PostgreSQL, after {times.start_seconds:.1f} s of start", theirs)
    return theirs.rate


def at_scale(shape: Shape, events: int, postgres: Postgres) -> list[Target]:
    """Our rate and memory at both sizes; at the small one the median run, since it is over in a second."""
    sizes: list[dict[str, Result]] = []
    for size, runs in ((SMALL_EVENTS, 5), (events, 1)):
        with served(shape, size, with_logs=False) as (url, _):
            sqlite = median([ours_on_sqlite(url) for _ in range(runs)])
            on_postgres = median([ours_on_postgres(url, postgres) for _ in range(runs)])
            sizes.append({SQLITE: sqlite, POSTGRES: on_postgres})
    small, large = sizes
    for name in (SQLITE, POSTGRES):
        show_result(shape, f"{name}, small", small[name])
        show_result(shape, f"{name}, large", large[name])
    ratios = [
        Target(f"{shape.name}: {name}, rate at {events:,} / {SMALL_EVENTS:,}", large[name].rate / small[name].rate, LEAST_SCALE)
        for name in (SQLITE, POSTGRES)
    ]  # fmt: skip
    memory = [
        Target(f"{shape.name}: {name}, MB at {events:,}", large[name].peak_mb, at_most=MOST_MB)
        for name in (SQLITE, POSTGRES)
    ]
    return ratios + memory


def median(results: list[Result]) -> Result:
    """The run in the middle, by its rate."""
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]


def show_result(shape: Shape, name: str, result: Result) -> None:
    """One line for one run."""
    cpu = f"{result.cpu_seconds / result.events * 1e6:6,.0f} us CPU each"
    took = f"{result.events:>10,} events {result.seconds:8.2f} s {result.rate:>9,.0f}/s"
    print(f"{shape.name:7}{name:45}{took} {cpu} {result.peak_mb:6.0f} MB", flush=True)


def show_versions(shape: Shape, name: str, result: Result, plain: Result) -> None:
    """What the projections cost by row."""
    rows, cpu_us = result.versions, (result.cpu_seconds - plain.cpu_seconds) * 1e6
    each = f", {cpu_us / rows:.1f} us CPU each" if rows else ""
    share = result.cpu_seconds / plain.cpu_seconds
    print(
        f"{shape.name:7}{name}: {rows / result.events:.2f} version rows per event{each}; {share:.2f} of the CPU without"
    )


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument(
        "--peer", type=Path, help="Folder to install Ponder in, or where it is; a temporary one else."
    )
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--shapes", nargs="+", choices=["dense", "sparse"], default=["dense", "sparse"])
    options = parser.parse_args()
    print(f"# {options}")
    print(
        f"# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; node, databases and all sides share them"
    )
    shapes = [s for s in (DENSE, SPARSE) if s.name in options.shapes]
    targets: list[Target] = []
    with tempfile.TemporaryDirectory(prefix="pg-") as data, tempfile.TemporaryDirectory() as temporary:
        peer_folder = options.peer or Path(temporary)
        trouble = "not asked for" if options.no_peer else peer.install(peer_folder)
        if trouble:
            print(f"# no Ponder: {trouble}")
        postgres = Postgres(data)
        try:
            for shape in shapes if options.events else []:
                others = None if trouble else peer_folder
                targets += against_others(shape, options.events, options.rounds, postgres, others)
            for shape in shapes if options.scale else []:
                targets += at_scale(shape, options.scale, postgres)
        finally:
            postgres.stop()
    show(targets)


if __name__ == "__main__":
    main()
