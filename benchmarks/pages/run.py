"""Processor time of a page at one, twenty and two hundred times the demo town's history, beside the code before projections.

    .venv/bin/python -m benchmarks.pages.run [--times 1,20,200] [--rounds N] [--towns NEW OLD]

Both codes build a demo town of their own, write its history so many times over (`history` says what grows), and answer inside
a process of their own, in turns: no server, no client, SQLite, headers of a first visit. The figures are medians of the
processor time of the whole process. `--towns` takes data folders that `gongji demo --no-serve` of each code filled before.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.old_code import BEFORE_PROJECTIONS, ROOT, old_code
from benchmarks.targets import Target, show

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW, OLD = "this code", BEFORE_PROJECTIONS
MOST_GROWTH = 1.25
MOST_OF_OLD = {"home": 0.26, "committee": 0.25, "fund": 0.4, "request": 0.4}
WARM_UP_ANSWERS = 5
Figures = dict[tuple[str, int, str], float]


class Side:
    """One code with one length of history, in a process of its own.

    Attributes:
        pages: Addresses by name.
    """

    def __init__(self, code: Path, town: Path, mirror: Path, times: int) -> None:
        command = [sys.executable, "-m", "benchmarks.pages.side", str(town), str(mirror), str(times)]
        self._process = subprocess.Popen(
            command, cwd=code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pages: dict[str, str] = json.loads(self._line())

    def measure(self, page: str, count: int) -> list[float]:
        """Milliseconds of processor time of so many answers."""
        assert self._process.stdin
        self._process.stdin.write(f"{page} {count}\n")
        self._process.stdin.flush()
        return [float(took) for took in json.loads(self._line())]

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(map(str, self._process.args))} ended with {self._process.wait()}")  # type: ignore[arg-type]
        return line


def demo_town(code: Path, folder: Path) -> Path:
    """Builds a demo town with a code; its folder."""
    command = [sys.executable, "-m", "gongji", "demo", "--no-serve", "--data-dir", str(folder)]
    building = subprocess.run(command, cwd=code, capture_output=True, text=True, check=False)
    if building.returncode:
        raise SystemExit(f"expected a demo town of {code}, got: {building.stderr[-2000:]}")
    return folder


def measure(sides: dict[tuple[str, int], Side], rounds: int) -> Figures:
    """Median milliseconds by code, length of history and page; the sides take turns."""
    took: defaultdict[tuple[str, int, str], list[float]] = defaultdict(list)
    pages = next(iter(sides.values())).pages
    for page in pages:
        for side in sides.values():
            side.measure(page, WARM_UP_ANSWERS)
    for _ in range(rounds):
        for page in pages:
            for (code, times), side in sides.items():
                took[code, times, page] += side.measure(page, 1)
    return {place: statistics.median(values) for place, values in took.items()}


def show_figures(figures: Figures, pages: Sequence[str], times: Sequence[int]) -> None:
    """Milliseconds of each page in both codes, and how much the dearest is above the first."""
    columns = "".join(f"{f'{n}×':>9}" for n in times)
    print(f"\n{'CPU ms':12}{'':12}{columns}{'growth':>9}")
    for page in pages:
        for code in (NEW, OLD):
            values = [figures[code, n, page] for n in times]
            numbers = "".join(f"{value:9.1f}" for value in values)
            print(f"{page:12}{code:12}{numbers}{growth(figures, code, page, times):9.2f}")
    print()


def growth(figures: Figures, code: str, page: str, times: Sequence[int]) -> float:
    """What a page costs at the worst length of history, as a share of what it costs at the first."""
    return max(figures[code, n, page] for n in times) / figures[code, times[0], page]


def targets(figures: Figures, pages: Sequence[str], times: Sequence[int]) -> list[Target]:
    """How much pages may grow, and what they may cost of what they did."""
    first, lengths = times[0], ", ".join(f"{n}×" for n in times)
    of_growth = [
        Target(
            f"{page}: most of {lengths} / {first}×", growth(figures, NEW, page, times), at_most=MOST_GROWTH
        )
        for page in pages
    ]
    to_old = [
        Target(f"{page}: this code / {OLD}, {first}×", figures[NEW, first, page] / figures[OLD, first, page], at_most=most)
        for page, most in MOST_OF_OLD.items()
    ]  # fmt: skip
    return of_growth + to_old


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--times", default="1,20,200", help="Lengths of history, rising, with commas between."
    )
    parser.add_argument("--rounds", type=int, default=25, help="One answer of each page a round.")
    parser.add_argument("--towns", nargs=2, type=Path, metavar=("NEW", "OLD"), help="Towns built before.")
    options = parser.parse_args()
    times = [int(number) for number in options.times.split(",")]
    print(f"# {options}\n# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-")))
        codes = {NEW: ROOT, OLD: stack.enter_context(old_code())}
        towns = options.towns or [
            demo_town(code, folder / f"town{i}") for i, code in enumerate(codes.values())
        ]
        sides: dict[tuple[str, int], Side] = {}
        for (name, code), town in zip(codes.items(), towns, strict=True):
            for number in times:
                mirror = folder / f"{name.replace(' ', '-')}-{number}.db"
                sides[name, number] = Side(code, town.absolute(), mirror, number)
                stack.callback(sides[name, number].close)
                print(f"# {name}, {number}×: mirror of {mirror.stat().st_size / 1e6:.0f} MB", flush=True)
        pages = sides[NEW, times[0]].pages
        print(f"# {pages}", flush=True)
        figures = measure(sides, options.rounds)
    show_figures(figures, list(pages), times)
    show(targets(figures, list(pages), times))


if __name__ == "__main__":
    main()
