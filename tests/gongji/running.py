"""A copy of the demo town, running as a user runs it."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2

from gongji.run.configs import api_config
from gongji.run.ports import PORTS
from gongji.settings import load
from register.nouns import DEMO_PEOPLE
from register.register import Register
from tests.forked import gongji
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from register.nouns import DemoPerson

PATIENCE_SECONDS = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A running town.

    Attributes:
        folder: Its data directory.
        url: Address of its portal.
    """

    folder: Path
    url: str

    def gongji(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on it."""
        return gongji(*arguments, "--data-dir", str(self.folder))

    def typed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on it from the beginning, as a terminal does."""
        command = [sys.executable, "-m", "gongji", *arguments, "--data-dir", str(self.folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    def key_of(self, person: str) -> tuple[str, ...]:
        """Options that sign in as somebody of the demo town, by member id or the name of an office."""
        path, password = self.folder.parent / f"{person}.key.json", self.folder.parent / "password"
        if not path.exists():
            key = self.people()[person].key
            password.write_text("throw-away\n")
            create_key(path, "throw-away", private_key=bytes.fromhex(key[2:]), rounds=SCRYPT_ROUNDS_FAST)
        return "--key", str(path), "--password-file", str(password)

    def people(self) -> dict[str, DemoPerson]:
        """Whom one can be in the demo town, by member id or the name of an office."""
        config = api_config(load(self.folder))
        with contextlib.closing(Register.open(config.town_url, config.register_key)) as register:
            return dict(register.entries(DEMO_PEOPLE))

    def verify(self, bundle: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Verifies a bundle against the town's trust file."""
        trust = str(self.folder / "trust.json")
        command = [
            sys.executable,
            "-m",
            "gongji",
            "audit",
            "verify",
            str(bundle),
            "--trust",
            trust,
            "--json",
            *options,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@contextlib.contextmanager
def run_town(built: Path, parent: Path, *lost: str, by: str = "up") -> Iterator[Running]:
    """Runs a copy of a built town until the end of the block.

    Args:
        built: Data directory of the town.
        parent: Folder for the copy.
        lost: Names of files that the copy lacks.
        by: The command that starts it.
    """
    folder, port = shutil.copytree(built, parent / "town", ignore=shutil.ignore_patterns(*lost)), free_ports()
    command = [sys.executable, "-m", "gongji", by, "--data-dir", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        running = Running(folder=folder, url=url)
        patiently(lambda: httpx2.get(f"{url}/health/ready").is_success)
        # A copied mirror is at the head from the beginning: the portal may be ready while others still start.
        patiently(lambda: all(json.loads(running.gongji("status", "--json").stdout)["processes"].values()))
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def free_ports() -> int:
    """The first of eight free ports in a row."""
    while True:
        first = 20_000 + secrets.randbelow(10_000)
        try:
            for port in range(first, first + PORTS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first


def patiently(attempt: Any) -> Any:
    """What an attempt gives once it works."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(httpx2.HTTPError):
            if result := attempt():
                return result
        assert time.monotonic() < end, "the town did not come back"
        time.sleep(0.2)
