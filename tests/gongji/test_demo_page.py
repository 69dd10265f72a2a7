"""The keys of demo people are shown by the demo alone, not by every town in whose register they stand."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2

from tests.gongji.running import Running, free_ports, patiently

if TYPE_CHECKING:
    from pathlib import Path


def test_a_town_that_is_started_as_any_other_shows_nobody_s_key(running: Running) -> None:
    keys = [person.key for person in running.people().values()]
    assert keys != []
    page = httpx2.get(f"{running.url}/demo", headers={"accept": "text/html"})
    assert (page.status_code, any(key in page.text for key in keys)) == (404, False)
    assert "/demo" not in httpx2.get(running.url).text


def test_the_demo_shows_its_people_by_each_name_of_this_machine(
    folder: Path, summary: dict[str, Any], tmp_path: Path
) -> None:
    assert summary["portal"].startswith("http")
    town, port = shutil.copytree(folder, tmp_path / "town"), free_ports()
    command = [sys.executable, "-m", "gongji", "demo", "--data-dir", str(town), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        (key, *_) = (person.key for person in Running(folder=town, url="").people().values())
        for name in ("127.0.0.1", "localhost"):
            page = patiently(lambda name=name: httpx2.get(f"http://{name}:{port}/demo"))
            assert (page.status_code, key in page.text) == (200, True)
        refused = httpx2.get(f"http://127.0.0.1:{port}/demo", headers={"host": "evil.test"})
        assert (refused.status_code, key in refused.text) == (421, False)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
