"""A clerk of the service desk acts for a neighbour without a phone, on a telephone; the neighbour's own page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.busy import Busy
from tests.browser.conftest import served
from tests.browser.test_acts import sign_until_recorded
from tests.browser.test_pages import OVERFLOW
from tests.ledger_api.story import named_id
from tests.ledger_api.story_town import story_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

CLERK, WHOM = "supervisor", "volunteer"


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    """A copy of the town of the story, in which the clerk may act."""
    folder = tmp_path_factory.mktemp("desk")
    async with story_house(folder, {CLERK: "服务台经办员"}) as house, served(house) as site:
        yield Busy(house, site, browser)


async def test_a_clerk_redeems_hours_for_a_neighbour_and_prints_the_slip(town: Busy) -> None:
    page = await town.enter(CLERK)
    await page.get_by_role("link", name="服务台", exact=True).click()
    await page.locator("a.cover").click()
    await expect(page.get_by_text("可用时长")).to_be_visible()
    assert await page.evaluate(OVERFLOW) == 0
    card = page.get_by_role("listitem").filter(has_text="等服务的人接受")
    await card.get_by_role("link", name="取消兑换").click()
    await expect(page.locator("#read")).to_contain_text("替")
    assert await page.evaluate(OVERFLOW) == 0
    await sign_until_recorded(page, CLERK)
    await expect(page.locator("#slip")).to_contain_text("取消兑换")
    person = await town.enter(WHOM)
    await expect(person.locator(".desk-acts").first).to_contain_text("取消兑换")
    await person.goto(f"{town.site.address}/v1/delegations/0x{named_id('delegation').hex()}")
    assert '"acts":2' in await person.content()
