"""A town that starts says what it waits for, and gives up only when one of its processes cannot run."""

from __future__ import annotations

import asyncio
import itertools
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gongji.run.supervisor import MOST_RESTARTS, READY, NotReadyError, Supervisor
from gongji.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    await town.ready(lines.append, asyncio.Event())
    assert lines == [f"等待 waiting: the mirror is {lag} blocks behind" for lag in (9, 6, 3)]


async def test_on_a_busy_machine_the_same_wait_is_said_again_with_its_time_and_never_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongji.run.supervisor.TELL_AGAIN_SECONDS", 0.25)
    lines: list[str] = []
    states = [*["the portal starts"] * 7, READY]
    await starting(tmp_path, iter(states), monkeypatch).ready(lines.append, asyncio.Event())
    assert lines[0] == "等待 waiting: the portal starts"
    assert len(lines) > 1
    assert all(re.fullmatch(r"等待 waiting: the portal starts（\d+ s）", line) for line in lines[1:])


async def test_a_portal_that_is_too_busy_to_answer_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongji.run.supervisor.ANSWER_SECONDS", 0.2)
    connections = itertools.count()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if next(connections) == 0:
            await reader.read()  # Until the asker gives up.
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as portal:
        port = portal.sockets[0].getsockname()[1]
        town = Supervisor(load(tmp_path, port=port))
        for child in town._children:
            child.process = object()  # type: ignore[assignment]
        lines: list[str] = []
        await town.ready(lines.append, asyncio.Event())
    assert lines == ["等待 waiting: 门户启动中 the portal is starting"]


async def test_a_process_that_ends_each_time_ends_the_start_with_its_name_and_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = starting(tmp_path, itertools.repeat("the chain does not answer"), monkeypatch)
    town._children[1].restarts = MOST_RESTARTS
    with pytest.raises(NotReadyError, match=r"keep ending: indexer.*still waiting: the chain") as error:
        await town.ready(lambda _: None, asyncio.Event())
    assert "indexer.log" in error.value.remedy


async def test_a_process_that_does_not_run_yet_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    town = starting(tmp_path, itertools.repeat(READY), monkeypatch)
    process, town._children[-1].process = town._children[-1].process, None

    def started(line: str) -> None:
        lines.append(line)
        town._children[-1].process = process

    await town.ready(started, asyncio.Event())
    assert lines == ["等待 waiting: 进程启动中 processes are starting: keeper"]


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
