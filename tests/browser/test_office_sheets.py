"""Offices act on the pages with their own keys: a registrar, a steward, a device registrar, each on a telephone."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.busy import Busy
from tests.browser.conftest import served
from tests.browser.passkeys import Device, here
from tests.browser.test_act_sheets import fill
from tests.browser.test_acts import sign_until_recorded
from tests.browser.test_pages import OVERFLOW
from tests.conftest import member_id, signer
from tests.ledger_api.client import FUND, Person, furnished_house
from tests.ledger_api.register_entries import write_names, write_people
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

OFFICES = {"steward": "街道经办", "registrar": "登记处", "device_registrar": "设备登记处"}
PHONE = "0x00112233445566aa"
ORDERED = {"committee": "2", "fund": "基金 2", "classes.0": "2", "classes.1": "2", "classes.2": "1"}
TIER = {
    "upToFen": "1000", "yesNumerator": "1", "yesDenominator": "2", "minDonor": "1", "minResident": "1", "minOfficial": "0",
    "minEnterprise": "0", "decideSeconds": "7天", "noticeSeconds": "72小时", "objectionsToSuspend": "2",
    "proofSeconds": "864000",
}  # fmt: skip


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    folder = tmp_path_factory.mktemp("offices")
    members = {f"0x{member_id('seat0').hex()}": ("海川公司", "Haichuan company")}
    write_names(
        folder, {"funds": {str(FUND): ("东城街道互助基金", "Dongcheng street fund")}, "members": members}
    )
    write_people(folder, OFFICES, dict.fromkeys(OFFICES, "/acts"))
    async with furnished_house(folder) as house, served(house) as site:
        yield Busy(house, site, browser)


async def enter(town: Busy, name: str) -> Page:
    """A telephone on which an office is signed in, at what it may do."""
    context = await town.browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = await context.new_page()
    await page.goto(f"{town.site.address}/demo")
    person = page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))
    await person.get_by_role("button").click()
    await page.wait_for_url("**/acts")
    return page


async def begin(town: Busy, page: Page, act: str) -> None:
    """Opens the sheet of an act from the list of the office's."""
    await page.goto(f"{town.site.address}/acts")
    await page.get_by_role("link", name=act, exact=True).click()


async def open_task(town: Busy) -> str:
    """A coordinator opens a task; gives its id."""
    task = "0x" + named_id("for the newcomer").hex()
    fields = {
        "task": task, "fund": FUND, "service": 1, "authorisedMinutes": 60, "beneficiary": "0x" + "ab" * 32,
        "expiresAt": town.house.town.chain.now() + 30 * 86_400,
    }  # fmt: skip
    command = await Person(town.house, signer("coordinator")).act("OpenTask", fields)
    while (await town.house.command(command["id"]))["status"] == "pending":  # noqa: ASYNC110 as people do
        await asyncio.sleep(0.1)
    return task


async def sign(page: Page) -> str:
    """Signs what stands on the sheet and waits until it is recorded; gives what was signed, word for word."""
    button = page.get_by_role("button", name=re.compile("签名并提交"))
    await expect(button).to_be_visible()
    # What is done stands above in names; an office may change names, so what is signed word for word can be unfolded.
    await expect(page.locator("dl.lines")).to_be_hidden()
    await page.get_by_text("要签的每一项原文").click()
    await expect(page.locator("dl.lines")).to_be_visible()
    signed = await page.locator("dl.lines").inner_text()
    assert await page.evaluate(OVERFLOW) <= 0
    await button.click()
    await expect(page.locator(".status.good")).to_contain_text("已入账")
    assert await page.evaluate(OVERFLOW) <= 0
    return signed.replace("\n", " ")


async def test_a_newcomer_registered_with_a_passkey_signs_in_and_signs_with_a_finger(town: Busy) -> None:
    page = await enter(town, "registrar")
    await begin(town, page, "登记成员")
    context = await town.browser.new_context(viewport={"width": 390, "height": 844})
    newcomer = await context.new_page()
    await Device.of(newcomer)
    await newcomer.goto(here(town.site.address) + await page.locator(".proof-page a").get_attribute("href"))
    await newcomer.get_by_role("button", name="用指纹或面容").click()
    await newcomer.get_by_role("button", name="签出持有证明").click()
    await expect(newcomer.get_by_label("持有证明")).to_be_visible()
    key, proof = [await newcomer.get_by_label(one).input_value() for one in ("密钥编号", "持有证明")]
    # Whoever enters it wrongly and again does it for the same member.
    await fill(page, kind="个人", household="", key="0x12", possession=proof)
    await page.get_by_role("link", name="重新填写").click()
    await fill(page, kind="个人", household="", key=key, possession=proof)
    await expect(page.locator("dl.facts").first).to_contain_text("个人")
    signed = await sign(page)
    assert "data.kind PERSON (1)" in signed
    member = re.findall("data.member (0x[0-9a-f]{32})", signed)[0]
    # The page after signing says whom it registered, and leads on with that.
    await expect(page.locator("dl.facts").first).to_contain_text(member)
    await page.get_by_role("link", name="添加密钥").click()
    assert member in (await page.locator(".proof-page a").get_attribute("href") or "")
    await page.context.close()

    await newcomer.goto(f"{here(town.site.address)}/me/day")
    await newcomer.get_by_role("button", name="用 指纹或面容 登录").click()
    await newcomer.wait_for_url(f"**/volunteers/{member}")
    task = await open_task(town)
    await newcomer.goto(f"{here(town.site.address)}/visits/{task}")
    await newcomer.get_by_role("link", name="接受任务").click()
    await sign_until_recorded(newcomer, "指纹或面容")
    assert (await town.house.http.get(f"/v1/tasks/{task}")).json()["task"]["state"] == "ACCEPTED"
    await newcomer.goto(f"{here(town.site.address)}/volunteers/{member}")
    await expect(newcomer.locator(f"a[href='/visits/{task}']")).to_be_visible()
    await context.close()


async def test_a_steward_opens_a_fund_with_committee_seats_and_budget_line(town: Busy) -> None:
    page = await enter(town, "steward")
    await begin(town, page, "设立基金")
    await fill(page, fund="2", parent="东城街道互助基金", level="社区基金", bank="银行账户 1")
    await sign(page)
    await begin(town, page, "设立用途")
    await fill(page, purpose="2-1")
    assert "data.purpose 131073 (fund 2, purpose 1)" in await sign(page)
    await begin(town, page, "设立管委会")
    await fill(page, **ORDERED)
    await expect(page.locator("dl.facts").first).to_contain_text(
        "捐赠人代表 2 席、居民代表 2 席和社区代表 1 席"
    )
    assert "data.classes 5 OFFICIAL (2)" in await sign(page)
    await begin(town, page, "设定表决规则")
    await page.get_by_text("第 2 档").click()
    second = {f"{name}.2": value for name, value in TIER.items()} | {
        "upToFen.2": "50000",
        "yesNumerator.2": "2",
        "yesDenominator.2": "3",
    }
    await fill(page, committee="管委会 2", **TIER, **second)
    await expect(page.locator("dl.facts").first).to_contain_text(
        "第 2 档不超过 ¥50,000.00：5 席里至少 4 席同意。其中至少要有捐赠人代表 1 票和居民代表 1 票。"
        "表决 7 天，通过后公示 3 天。公示时有 2 人异议就暂停。付款后 10 天内交凭证。"
    )
    assert "data.tiers 2.upToFen CNY 50,000.00 (5000000 fen)" in await sign(page)
    await begin(town, page, "任命委员")
    await fill(page, committee="管委会 2", member="海川公司", validUntil="2035-01-31")
    # The seats are asked for once the committee is known; people count them from one.
    await fill(page, seat="第 1 席（捐赠人代表）：空缺")
    await expect(page.locator("dl.facts").first).to_contain_text("第 1 席（捐赠人代表）")
    await sign(page)
    await begin(town, page, "设定预算项")
    await fill(page, budgetLine="201", purpose="基金 2（用途 2-1）", limitFen="4000")
    await sign(page)
    await page.goto(f"{town.site.address}/funds/2")
    await expect(page.locator("main")).to_contain_text("¥4,000.00")
    await page.context.close()


async def test_a_device_registrar_enrols_a_phone(town: Busy) -> None:
    page = await enter(town, "device_registrar")
    await begin(town, page, "登记设备")
    device = {
        "device": PHONE,
        "deviceClass": "手机",
        "algorithm": "P-256（ESP256）",
        "keyClass": "谁也拿不出来",
    }
    keys = {"keyX": "0x" + "12" * 32, "keyY": "0x" + "34" * 32, "owner": f"0x{member_id('volunteer').hex()}"}
    await fill(page, **device, **keys, place="", validFrom="2030-01-01", validUntil="2030-05-31")
    signed = await sign(page)
    assert "record.deviceClass PHONE (2)" in signed
    assert re.search("record.validFrom [0-9]+ .2029-12-31 16:00:00 UTC", signed)
    assert await town.house.town.read("DeviceRegistry", "recordHash", bytes.fromhex(PHONE[2:])) != bytes(32)
    await page.context.close()


async def test_a_device_registrar_enrols_the_phone_that_a_volunteer_brings(town: Busy) -> None:
    phone = f"{town.site.address}/phones?key=0x{'56' * 64}&owner=0x{member_id('volunteer').hex()}"
    other, page = await enter(town, "registrar"), await enter(town, "device_registrar")
    await other.goto(phone)
    await expect(other.get_by_text("登记员先当面核对")).to_be_visible()
    await expect(other.get_by_role("link", name="登记设备")).to_have_count(0)
    await page.goto(phone)
    await page.get_by_role("link", name="登记设备").click()
    signed = await sign(page)
    for text in ("record.deviceClass PHONE (2)", "record.algorithm ESP256 (1)", "record.keyClass K2 (2)"):
        assert text in signed
    assert f"record.owner 0x{member_id('volunteer').hex()}" in signed
    await page.get_by_role("link", name="看这部手机").click()
    await expect(page.get_by_text("可以签到")).to_be_visible()
    await other.context.close()
    await page.context.close()


async def test_what_is_wrong_is_said_beside_its_field_and_a_rule_before_anything_is_sent(town: Busy) -> None:
    page = await enter(town, "steward")
    await begin(town, page, "设定预算项")
    await fill(page, budgetLine="one", purpose="东城街道互助基金（用途 1-1）", limitFen="1")
    await expect(page.locator("form.asked")).to_contain_text("请填一个整数")
    await begin(town, page, "登记银行账户")
    await fill(page, bank="1")
    await page.get_by_role("button", name=re.compile("签名并提交")).click()
    await expect(page.locator(".status.bad")).to_contain_text("FundsIdTaken")
    await page.goto(f"{town.site.address}/acts/RegisterMember")
    await expect(page.get_by_role("heading", name="这件事不归您做")).to_be_visible()
    await page.context.close()
