"""Processor time of `gongji --help`, beside the code before projections; the two take turns.

.venv/bin/python -m benchmarks.startup.run [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.old_code import BEFORE_PROJECTIONS, ROOT, old_code
from benchmarks.targets import Target, show

if TYPE_CHECKING:
    from pathlib import Path

MOST_OF_OLD = 0.3


def help_cpu_ms(code: Path) -> float:
    """Processor time of one `gongji --help`, the interpreter's start included."""
    before = os.times()
    command = [sys.executable, "-m", "gongji", "--help"]
    subprocess.run(command, cwd=code, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return (user + system) * 1000


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    print(f"# {options}\n# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with old_code() as old:
        for code in (ROOT, old):
            help_cpu_ms(code)  # Compiles the modules.
        turns = [(help_cpu_ms(ROOT), help_cpu_ms(old)) for _ in range(options.rounds)]
    ours_ms, old_ms = (statistics.median(side) for side in zip(*turns, strict=True))
    print(f"gongji --help: {ours_ms:.0f} ms of CPU; at {BEFORE_PROJECTIONS} {old_ms:.0f} ms")
    show([Target(f"gongji --help: this code / {BEFORE_PROJECTIONS}", ours_ms / old_ms, at_most=MOST_OF_OLD)])


if __name__ == "__main__":
    main()
