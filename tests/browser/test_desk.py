"""A clerk of the service desk acts for a neighbour without a phone, on a telephone; the neighbour's own page says so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from contracts.enums import Area, Role
from contracts.roles import AuthorityRole
from tests.browser.busy import Busy
from tests.browser.conftest import served
from tests.browser.test_acts import sign_until_recorded
from tests.browser.test_pages import OVERFLOW
from tests.conftest import member_id
from tests.ledger_api.story import COMMUNITY, DAY, FOREVER, Story, line, named_id, proposal
from tests.ledger_api.story_town import story_house
from wallets.intents import SubmitProposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

CLERK, WHOM, WORKER = "supervisor", "volunteer", "worker5"
REQUEST = proposal(20250605, 50_000)


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    """A copy of the town of the story, in which the clerk may act."""
    folder = tmp_path_factory.mktemp("desk")
    async with story_house(folder, {CLERK: "服务台经办员"}) as house, served(house) as site:
        await entrust(Story(house.town, count(1_000)))
        await house.syncer.catch_up()
        yield Busy(house, site, browser)


async def entrust(story: Story) -> None:
    """A worker without a phone, who lives in the community, wants the desk to take work and to object; then a request is on notice."""
    registrar, worker = AuthorityRole.REGISTRAR, member_id(WORKER)
    await story.role(registrar, "Members", "grantRole", worker, Role.RESIDENT, COMMUNITY, FOREVER)
    until = story.town.chain.now() + 360 * DAY
    for name, area in (("work", Area.WORK), ("objections", Area.OBJECTIONS)):
        await story.role(
            registrar, "Delegations", "openDelegation", named_id(name), worker, COMMUNITY, area, 5, until,
            member_id("neighbour1"), line(name),
        )  # fmt: skip
    await story.town.wait(7 * DAY + 3600)
    await story.intend("requester", SubmitProposal, proposal=REQUEST)
    await story.approve(REQUEST, ("seat0", "seat2", "seat3", "seat4"), 1)


async def open_sheet(town: Busy, page: Page, delegation: str, link: str) -> None:
    """The clerk finds the person among those in their care, and what is to be done."""
    await page.goto(f"{town.site.address}/desk")
    await page.locator(f'a.cover[href$="{named_id(delegation).hex()}"]').click()
    assert await page.evaluate(OVERFLOW) == 0
    await page.get_by_role("link", name=link).first.click()
    assert await page.evaluate(OVERFLOW) == 0


async def test_a_clerk_redeems_hours_for_a_neighbour_and_prints_the_slip(town: Busy) -> None:
    page = await town.enter(CLERK)
    await page.get_by_role("link", name="服务台", exact=True).click()
    await page.locator(f'a.cover[href$="{named_id("delegation").hex()}"]').click()
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


async def test_a_clerk_takes_work_for_a_neighbour_and_returns_it(town: Busy) -> None:
    page = await town.enter(CLERK)
    await open_sheet(town, page, "work", "领取计件")
    await page.get_by_label("件数").fill("20")
    await page.get_by_role("button", name="下一步").click()
    await sign_until_recorded(page, CLERK)
    await open_sheet(town, page, "work", "退回领的活")
    await sign_until_recorded(page, CLERK)
    await page.goto(f"{town.site.address}/desk/0x{named_id('work').hex()}")
    done = page.locator(".desk-acts")
    await expect(done).to_contain_text("退回领的活")
    await expect(done).to_contain_text("领取计件")
    await expect(page.get_by_text("没有可以退回或者争议的活。")).to_be_visible()


async def test_a_clerk_objects_for_a_neighbour_in_the_neighbours_words(town: Busy) -> None:
    page = await town.enter(CLERK)
    await open_sheet(town, page, "objections", "提出异议")
    await page.get_by_role("textbox").fill("太贵了，应当先问三家")
    await page.get_by_role("button", name="下一步").click()
    await sign_until_recorded(page, CLERK)
    await page.goto(f"{town.site.address}/proposals/{REQUEST.number}")
    await expect(page.locator(".timeline")).to_contain_text("太贵了，应当先问三家")
