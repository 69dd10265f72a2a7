"""A running town whose processes are killed one after another: what was acknowledged happens, and happens once."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import create_engine, text

from contracts.deployment import Deployment
from gongji.town.seed import Seed
from wallets.intents import Domain, OpenTask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VICTIMS = ("chain", "indexer", "relayer", "portal", "keeper")
PATIENCE_SECONDS = 90


@pytest.fixture
def copy(folder: Path, summary: dict[str, Any], tmp_path: Path) -> Path:
    """A copy of the built town."""
    return shutil.copytree(folder, tmp_path / "town")


@pytest.fixture
def portal(copy: Path) -> Iterator[str]:
    """The running town's portal."""
    port = free_ports()
    command = [sys.executable, "-m", "gongji", "up", "--data-dir", str(copy), "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        patiently(lambda: httpx2.get(f"{url}/health/ready").is_success)
        yield url
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


def free_ports() -> int:
    """The first of eight free ports in a row."""
    while True:
        first = 20_000 + secrets.randbelow(20_000)
        try:
            for port in range(first, first + 8):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first


def patiently(attempt: Any) -> Any:
    """What an attempt gives once it works."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if told := attempt():
                return told
        except httpx2.HTTPError:
            pass
        assert time.monotonic() < end, "the town did not come back"
        time.sleep(0.2)


def kill(folder: Path, name: str) -> None:
    os.kill(int((folder / "run" / f"{name}.pid").read_text()), signal.SIGKILL)


def submission(folder: Path, seed: Seed, task: bytes) -> dict[str, Any]:
    """A coordinator's signed intent to open a task, in a lane of its own."""
    deployment = Deployment.load(folder / "deployment.json")
    domain = Domain(contract="TimeBank", chain_id=deployment.chain_id, address=deployment.address("TimeBank"))
    intent = OpenTask(
        task=task, fund=1, service=1, authorised_minutes=60, beneficiary=b"b" * 32,
        nonce=int.from_bytes(task, "big") << 64, deadline=int(time.time()) + 3600,
    )  # fmt: skip
    signature = seed.signer("coordinator").sign_intent(intent, domain).signature
    return {"typed_data": intent.typed_data(domain), "signatures": ["0x" + signature.hex()]}


def test_kill_9_of_any_process_loses_nothing_acknowledged_and_doubles_nothing(
    copy: Path, portal: str
) -> None:
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
                httpx2.get(f"{portal}/v1/commands/{command}").json().get("standing") == "final"
            )
        )
    engine = create_engine(f"sqlite:///{copy}/mirror.db")
    with engine.connect() as connection:
        found = [bytes(row[0]) for row in connection.execute(text("select task from task_opened"))]
    engine.dispose()
    assert [found.count(task) for task in tasks] == [1] * len(tasks)
