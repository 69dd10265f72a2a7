"""A town stops while it starts, and starts without its mirror. Then its processes are killed one after another: what was
acknowledged happens, and happens once."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import create_engine, text

from contracts.deployment import Deployment
from gongji.commands.status import pid_of
from gongji.settings import load
from gongji.town.seed import Seed
from tests.gongji.running import PATIENCE_SECONDS, free_ports, patiently, run_town
from wallets.intents import Domain, OpenTask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.gongji.running import Running

VICTIMS = ("chain", "indexer", "relayer", "portal", "keeper")


def test_a_town_that_is_told_to_stop_while_it_starts_stops(
    folder: Path, summary: dict[str, Any], tmp_path: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "town")
    command = [sys.executable, "-m", "gongji", "up", "--data-dir", str(copy), "--port", str(free_ports())]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("等待 waiting: ")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == 0, said
    assert "按 Ctrl-C 停止" not in said
    assert not [name for name in VICTIMS if pid_of(load(copy), name)]


@pytest.fixture(scope="module")
def town_to_kill(
    folder: Path, summary: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    with run_town(folder, tmp_path_factory.mktemp("kill"), "mirror.db*") as town:
        yield town


def kill(folder: Path, name: str) -> None:
    os.kill(int((folder / "run" / f"{name}.pid").read_text()), signal.SIGKILL)


def submission(folder: Path, seed: Seed, task: bytes) -> dict[str, Any]:
    """A coordinator's signed intent to open a task, in a lane of its own."""
    deployment = Deployment.load(folder / "deployment.json")
    domain = Domain(contract="TimeBank", chain_id=deployment.chain_id, address=deployment.address("TimeBank"))
    intent = OpenTask(
        task=task, fund=1, service=1, authorised_minutes=60, beneficiary=b"b" * 32, expires_at=int(time.time()) + 86_400,
        nonce=int.from_bytes(task, "big") << 64, deadline=int(time.time()) + 3600,
    )  # fmt: skip
    signature = seed.signer("coordinator").sign_intent(intent, domain).signature
    return {"typed_data": intent.typed_data(domain), "signatures": ["0x" + signature.hex()]}


def test_a_town_that_is_started_as_any_other_shows_nobody_s_key(town_to_kill: Running) -> None:
    keys = [person.key for person in town_to_kill.people().values()]
    assert keys != []
    page = httpx2.get(f"{town_to_kill.url}/demo", headers={"accept": "text/html"})
    assert (page.status_code, any(key in page.text for key in keys)) == (404, False)
    assert "/demo" not in httpx2.get(town_to_kill.url).text


def test_a_town_that_lost_its_mirror_starts_and_has_all_of_it_again(
    town_to_kill: Running, summary: dict[str, Any]
) -> None:
    with sqlite3.connect(town_to_kill.folder / "mirror.db") as mirror:
        [(blocks,)] = mirror.execute("select count(*) from blocks")
    assert blocks >= summary["blocks"]


def test_kill_9_of_any_process_loses_nothing_acknowledged_and_doubles_nothing(town_to_kill: Running) -> None:
    copy, portal = town_to_kill.folder, town_to_kill.url
    seed = Seed.open(copy / "keys" / "demo-seed")
    tasks = [secrets.token_bytes(16) for _ in range(3 * len(VICTIMS))]
    commands = []
    for i, task in enumerate(tasks):
        body = submission(copy, seed, task)
        if i % 3 == 1:
            kill(copy, VICTIMS[i // 3])

        def accepted(body: dict[str, Any] = body) -> Any:
            answer = httpx2.post(f"{portal}/v1/intents", json=body)
            return answer.json()["id"] if answer.status_code == 202 else None

        commands.append(patiently(accepted))
    for command in commands:
        patiently(
            lambda command=command: (
                httpx2.get(f"{portal}/v1/commands/{command}").json().get("status") == "final"
            )
        )
    engine = create_engine(f"sqlite:///{copy}/mirror.db")
    with engine.connect() as connection:
        found = [bytes(row[0]) for row in connection.execute(text("select task from task_opened"))]
    engine.dispose()
    assert [found.count(task) for task in tasks] == [1] * len(tasks)
