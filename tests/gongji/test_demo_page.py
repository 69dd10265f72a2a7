"""The demo shows the keys of its people, as no other town does (`test_kill.py` has one); with one, a resident objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
from playwright.async_api import expect

from tests.chromium import chromium

if TYPE_CHECKING:
    from tests.gongji.running import Running

ON_NOTICE = 20260023
REASON = "周末加餐应先问问老人想吃什么"


def test_the_demo_shows_its_people_by_each_name_of_this_machine(running: Running) -> None:
    (key, *_) = (person.key for person in running.people().values())
    for url in (running.url, running.url.replace("127.0.0.1", "localhost")):
        page = httpx2.get(f"{url}/demo")
        assert (page.status_code, key in page.text) == (200, True)
    refused = httpx2.get(f"{running.url}/demo", headers={"host": "evil.test"})
    assert (refused.status_code, key in refused.text) == (421, False)


async def test_a_resident_objects_with_reasons_that_everybody_can_read(running: Running) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(f"{running.url}/demo")
        resident = page.get_by_role("listitem").filter(has_text="朝晖街道居民")
        await resident.get_by_role("button").click()
        await page.wait_for_url(lambda url: not url.endswith("/demo"))
        await page.goto(f"{running.url}/proposals/{ON_NOTICE}")
        await page.get_by_role("link", name="提出异议").click()
        await page.get_by_role("textbox").fill(REASON)
        await page.get_by_role("button", name="下一步").click()
        await page.locator(".signers button").first.click()
        await expect(page.locator(".status")).to_contain_text("已入账", timeout=30_000)
        await page.goto(f"{running.url}/proposals/{ON_NOTICE}")
        await expect(page.locator(".timeline")).to_contain_text("居民提出异议")
    # Whoever reads the page, signed in or not, reads why.
    assert REASON in httpx2.get(f"{running.url}/proposals/{ON_NOTICE}").text


def test_a_change_that_was_stopped_says_whether_the_guardian_or_a_committee_did(running: Running) -> None:
    page = httpx2.get(f"{running.url}/changes").text
    assert page.count("由资金守护叫停，没有生效") == page.count("因管委会过半数席位反对被叫停，没有生效") == 1
