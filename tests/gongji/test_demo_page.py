"""The keys of demo people are shown by the demo alone, not by every town in whose register they stand; with one, a resident objects."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from playwright.async_api import expect

from tests.chromium import chromium
from tests.gongji.running import Running, free_ports, patiently

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ON_NOTICE = 20260023
REASON = "周末加餐应先问问老人想吃什么"


def test_a_town_that_is_started_as_any_other_shows_nobody_s_key(running: Running) -> None:
    keys = [person.key for person in running.people().values()]
    assert keys != []
    page = httpx2.get(f"{running.url}/demo", headers={"accept": "text/html"})
    assert (page.status_code, any(key in page.text for key in keys)) == (404, False)
    assert "/demo" not in httpx2.get(running.url).text


@pytest.fixture(scope="module")
def demo(
    folder: Path, summary: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The town as `gongji demo` serves it."""
    assert summary["portal"].startswith("http")
    town, port = shutil.copytree(folder, tmp_path_factory.mktemp("demo") / "town"), free_ports()
    command = [sys.executable, "-m", "gongji", "demo", "--data-dir", str(town), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        running = Running(folder=town, url=f"http://127.0.0.1:{port}")
        patiently(lambda: httpx2.get(f"{running.url}/health/ready").is_success)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_the_demo_shows_its_people_by_each_name_of_this_machine(demo: Running) -> None:
    (key, *_) = (person.key for person in demo.people().values())
    for url in (demo.url, demo.url.replace("127.0.0.1", "localhost")):
        page = httpx2.get(f"{url}/demo")
        assert (page.status_code, key in page.text) == (200, True)
    refused = httpx2.get(f"{demo.url}/demo", headers={"host": "evil.test"})
    assert (refused.status_code, key in refused.text) == (421, False)


async def test_a_resident_objects_with_reasons_that_everybody_can_read(demo: Running) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(f"{demo.url}/demo")
        resident = page.get_by_role("listitem").filter(has_text="朝晖街道居民")
        await resident.get_by_role("button").click()
        await page.wait_for_url(lambda url: not url.endswith("/demo"))
        await page.goto(f"{demo.url}/proposals/{ON_NOTICE}")
        await page.get_by_role("link", name="提出异议").click()
        await page.get_by_role("textbox").fill(REASON)
        await page.get_by_role("button", name="下一步").click()
        await page.locator(".signers button").first.click()
        await expect(page.locator(".status")).to_contain_text("已入账", timeout=30_000)
        await page.goto(f"{demo.url}/proposals/{ON_NOTICE}")
        await expect(page.locator(".timeline")).to_contain_text("居民提出异议")
    # Whoever reads the page, signed in or not, reads why.
    assert REASON in httpx2.get(f"{demo.url}/proposals/{ON_NOTICE}").text
