"""A town that starts says what it waits for, and gives up only when nothing changes any more."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gongji.run.supervisor import READY, NotReadyError, Supervisor
from gongji.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 0.35


def starting(tmp_path: Path, states: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    """A supervisor whose portal says one state after the other, and whose processes all run."""

    async def health(*_: Any) -> str:
        return next(states)

    supervisor = Supervisor(load(tmp_path))
    for child in supervisor._children:
        child.process = object()  # type: ignore[assignment]
    monkeypatch.setattr(supervisor, "_health", health)
    return supervisor


async def test_a_slow_start_that_gets_on_is_waited_for_and_says_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog = [f"the mirror is {lag} blocks behind" for lag in (9, 6, 3) for _ in range(3)]
    lines: list[str] = []
    town = starting(tmp_path, iter([*backlog, READY]), monkeypatch)
    await town.ready(lines.append, within_seconds=PATIENCE_SECONDS)
    assert lines == [f"等待 waiting: the mirror is {lag} blocks behind" for lag in (9, 6, 3)]


async def test_a_start_that_stands_still_ends_with_what_it_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = starting(tmp_path, itertools.repeat("the chain does not answer"), monkeypatch)
    with pytest.raises(NotReadyError, match="still waiting: the chain does not answer"):
        await town.ready(lambda _: None, within_seconds=PATIENCE_SECONDS)


async def test_a_process_that_does_not_run_yet_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    town = starting(tmp_path, itertools.repeat(READY), monkeypatch)
    town._children[-1].process = None
    with pytest.raises(NotReadyError):
        await town.ready(lines.append, within_seconds=PATIENCE_SECONDS)
    assert lines == ["等待 waiting: 进程启动中 processes start: keeper"]


def test_what_setting_up_says_is_no_data(tmp_path: Path) -> None:
    script = Path("run").read_text("utf-8")
    step = script[script.index("step() {") : script.index("install_python()")]
    (tmp_path / ".venv").mkdir()
    said = subprocess.run(
        ["bash", "-c", f'say() {{ echo "$*" >&2; }}\n{step}\nstep node /dev/null -- echo added 21 packages'],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not said.stdout
    assert "added 21 packages" in said.stderr
