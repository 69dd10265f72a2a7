"""Who starts a town where something listens already is told who that is, and where it would be free."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from gongji.errors import SettingsInvalidError
from gongji.run import ports
from gongji.run.ports import LAST_PORT, PORTS, PortTakenError, free_port, require_free, taken
from gongji.settings import Settings, load
from tests.gongji.running import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTENS = "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); print(flush=True); sys.stdin.read()"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(ports, "WAIT_SECONDS", 0.0)
    return load(tmp_path / "ours", port=free_ports())


@pytest.fixture
def listening(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A process on the last but one of the town's ports, called as the test says."""
    arguments = [str(settings.port + PORTS - 2), *request.param]
    command = [sys.executable, "-c", LISTENS, *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.communicate()


def refusal(settings: Settings) -> PortTakenError:
    with pytest.raises(PortTakenError) as error:
        require_free(settings, lambda _: None)
    return error.value


@pytest.mark.parametrize("listening", [("gongji", "portal", "--data-dir", "theirs")], indirect=True)
def test_another_town_is_named_by_its_folder(settings: Settings, listening: None, tmp_path: Path) -> None:
    assert (
        refusal(settings).why
        == f"另一个镇 {tmp_path / 'theirs'} 在那里运行 another town runs there: {tmp_path / 'theirs'}"
    )


@pytest.mark.parametrize("listening", [("gongji", "portal", "--data-dir", "ours")], indirect=True)
def test_the_same_town_started_twice_is_told_that_it_runs_already(
    settings: Settings, listening: None
) -> None:
    assert refusal(settings).why == "本镇已在运行 this town is already running"


@pytest.mark.parametrize("listening", [(), ("--data-dir", "theirs"), ("gongji", "--data-dir")], indirect=True)
def test_a_program_that_is_no_town_is_named(settings: Settings, listening: None) -> None:
    assert f"the program {psutil.Process().name()} listens there" in refusal(settings).why


def test_a_listener_that_cannot_be_seen_is_said_to_be_another_users(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "listeners", lambda _: {})
    with socket.create_server((settings.host, settings.port)):
        assert refusal(settings).why.endswith("another user's program listens there")


def test_the_proposed_ports_are_free_from_the_first_to_the_last(settings: Settings) -> None:
    with (
        socket.create_server((settings.host, settings.port)),
        socket.create_server((settings.host, settings.port + 2 * PORTS - 1)),
    ):
        proposed = free_port(settings)
        assert proposed is not None
        assert proposed >= settings.port + 2 * PORTS
        assert not taken(load(settings.data_dir, port=proposed))
        assert refusal(settings).remedy.endswith(f"use ports that are free: --port {proposed}")


def test_a_town_may_have_the_last_ports_but_none_is_proposed_above_them(tmp_path: Path) -> None:
    settings = load(tmp_path, port=LAST_PORT - PORTS + 1)
    assert LAST_PORT not in taken(settings)
    assert free_port(settings) is None
    with pytest.raises(SettingsInvalidError, match="out of range"):
        load(tmp_path, port=settings.port + 1)


def test_this_process_is_found_on_its_own_port(settings: Settings) -> None:
    with socket.create_server((settings.host, settings.port)):
        assert ports.listeners([settings.port])[settings.port].pid == os.getpid()
