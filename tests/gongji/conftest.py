"""The demo town, built once per run for all tests that look at a whole year."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.gongji.running import Running, run_town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLED_AFTER_MOMENTS = 100


def demo(folder: Path) -> list[str]:
    return [sys.executable, "-m", "gongji", "demo", "--no-serve", "--data-dir", str(folder), "--json"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where the town of this run is. Nobody writes there but its building: who changes the town copies it."""
    root = tmp_path_factory.getbasetemp()
    return (root if worker_id == "master" else root.parent) / "town"


@pytest.fixture(scope="session")
def summary(folder: Path) -> dict[str, Any]:
    """What the town's building told. Whichever process of the tests comes first builds it, and the others wait."""
    path = folder.with_suffix(".json")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_bytes(build(folder))
    summary: dict[str, Any] = json.loads(path.read_bytes())
    return summary


def build(folder: Path) -> bytes:
    """Builds the town; the building is killed in the middle and called again."""
    first = subprocess.Popen(
        demo(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while first.poll() is None and finished_moments(folder) < KILLED_AFTER_MOMENTS:
        time.sleep(0.1)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    again = subprocess.run(demo(folder), capture_output=True, check=False, timeout=600)
    assert again.returncode == 0, again.stderr.decode()[-2000:]
    return again.stdout


def finished_moments(folder: Path) -> int:
    path = folder / "town.json"
    return json.loads(path.read_text())["finished"] if path.exists() else 0


@pytest.fixture(scope="package")
def running(
    folder: Path, summary: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The built town as `gongji demo` serves it; until the next test is of another folder, since even idle it takes its time."""
    assert summary["portal"].startswith("http")
    with run_town(folder, tmp_path_factory.mktemp("running"), by="demo") as town:
        yield town
