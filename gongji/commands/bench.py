"""`gongji bench`: runs the benchmarks. Each measures us and a peer, or us and the code before, in one go and prints ratios."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gongji.errors import NotFoundError
from gongji.output import tell

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def bench(
    topic: Annotated[
        str | None,
        typer.Argument(
            help="题目 Topic: api, events, gas, index, pages, startup or streams; all if not given."
        ),
    ] = None,
) -> None:
    """Runs one benchmark, or each in turn; ends with the status of the first that fails."""
    topics = sorted(path.parent.name for path in BENCHMARKS.glob("*/run.py"))
    if topic is not None and topic not in topics:
        raise NotFoundError("benchmark", topic, f"从中选一个 choose one of {', '.join(topics)}")
    for name in [topic] if topic else topics:
        tell(f"— {name}")
        ran = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}.run"], cwd=BENCHMARKS.parent, check=False
        )
        if ran.returncode:
            raise typer.Exit(ran.returncode)
