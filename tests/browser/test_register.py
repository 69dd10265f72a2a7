"""An office renames a fund on a telephone, and everybody reads the new name at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.busy import Busy
from tests.browser.conftest import served
from tests.browser.test_pages import CUT_TEXT, OVERFLOW
from tests.ledger_api.client import furnished_house
from tests.ledger_api.register_entries import write_names, write_people

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    folder = tmp_path_factory.mktemp("renamed")
    write_names(folder, {"funds": {"1": ("东城街道互助基金", "Dongcheng street fund")}})
    write_people(folder, {"steward": "街道经办"}, {"steward": "/register"})
    async with furnished_house(folder) as house, served(house) as site:
        yield Busy(house, site, browser)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", ["normal", "large", "huge"])
async def test_the_register_fits_a_telephone(town: Busy, lang: str, size: str) -> None:
    context = await town.browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{town.site.address}/demo")
    await page.get_by_role("button", name="steward：以此身份登录").click()
    await page.wait_for_url("**/register")
    for address in ("/register", "/register/funds", "/register/words", "/register/funds/1"):
        await page.goto(f"{town.site.address}{address}?lang={lang}&size={size}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (address, await page.evaluate(OVERFLOW) <= 0) == (address, True)
        assert (address, await page.evaluate(CUT_TEXT)) == (address, [])
    await context.close()


async def test_the_steward_renames_a_fund_and_the_home_page_says_so(town: Busy) -> None:
    context = await town.browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{town.site.address}/demo")
    await page.get_by_role("button", name="以此身份登录").click()
    await page.wait_for_url("**/register")
    await page.get_by_role("button", name="菜单", exact=True).click()
    await expect(page.get_by_role("link", name="您好，街道经办")).to_be_visible()
    await page.get_by_role("button", name="关闭菜单").click()
    await page.get_by_role("list").get_by_role("link", name="基金", exact=True).click()
    await page.get_by_role("link", name="修改 1", exact=True).click()
    await page.get_by_label("中文").fill("甲\u202e乙")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_label("英文")).to_have_value("Dongcheng street fund")
    await expect(page.locator("#wrong-zh")).to_contain_text("看不见的字符")
    await page.get_by_label("中文").fill("东城邻里基金")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("status")).to_contain_text("已保存")
    history = page.get_by_role("row").filter(has_text="东城邻里基金")
    await expect(history).to_contain_text("东城街道互助基金")
    await expect(history).to_contain_text("街道经办")
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    await page.goto(town.site.address)
    await expect(page.locator("main")).to_contain_text("东城邻里基金")
    await context.close()
