"""People do what is theirs on the pages: a volunteer, a coordinator, a foreman, a worker, a treasurer, each with their own key."""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from indexer.projections.campaign import GRACE_SECONDS
from ledger_api.statements.keys import open_bank_account
from register.nouns import HOMES
from tests.browser.busy import Busy, upload
from tests.browser.conftest import served
from tests.browser.test_acts import MILLISECONDS, sign, sign_until_recorded, write
from tests.browser.test_pages import CUT_TEXT, OVERFLOW
from tests.conftest import member_id
from tests.ledger_api.client import ACCOUNT, BANK, places_of_tasks, statement_csv
from tests.ledger_api.story import CARE, COMMUNITY, named_id
from tests.ledger_api.story_town import story_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page


STAFF = {"cashier": "出纳", "coordinator": "协调员", "foreman": "组长", "elder": "长者"}
# No campaign is shorter than a day.
CAMPAIGN_SECONDS = 26 * 3600
# No moment is written in more letters.
LONGEST_MOMENT = (
    "document.querySelectorAll('td.when').forEach(e => e.firstChild.data = '2026年12月28日 22:58')"
)


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    """The town of the story, in which people go on living."""
    folder = tmp_path_factory.mktemp("lived")
    async with story_house(folder, STAFF) as house, served(house) as site:
        open_bank_account(house.context.register, BANK, ACCOUNT, "steward")
        yield Busy(house, site, browser)


async def enter(town: Busy, name: str) -> Page:
    """A telephone of their own, signed in."""
    context = await town.browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = await context.new_page()
    await page.goto(f"{town.site.address}/demo")
    person = page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))
    await person.get_by_role("button").click()
    await page.wait_for_url(re.compile("/(volunteers|workers|committee)"))
    return page


async def fill(page: Page, **values: str) -> None:
    """Fills in what the sheet asks for, by the names of its fields."""
    for name, value in values.items():
        field = page.locator(f"form.asked [name='{name}']")
        if await field.evaluate("e => e.tagName") == "SELECT":
            await field.select_option(label=value)
        else:
            await field.fill(value)
    await page.get_by_role("button", name="下一步").click()


async def choose_line(page: Page, amount: str, name: str = "bankLine") -> None:
    """Chooses the bank line of an amount, among all that are free."""
    lines = page.locator(f"form.asked [name={name}]")
    value = await lines.locator("option", has_text=amount).first.get_attribute("value")
    await lines.select_option(value)
    await page.get_by_role("button", name="下一步").click()


def visit(name: str) -> str:
    return f"/visits/0x{named_id(name).hex()}"


async def test_a_volunteer_takes_a_task_and_gives_it_back(town: Busy) -> None:
    page = await enter(town, "volunteer")
    await page.goto(town.site.address + visit("waiting"))
    await page.get_by_role("link", name="接受任务").click()
    await expect(page.locator("dl.facts").first).to_contain_text("陪伴购物")
    await expect(page.locator(".lines")).to_contain_text(named_id("waiting").hex()[:8])
    await sign_until_recorded(page, "volunteer")
    await page.get_by_role("link", name="看这次服务").click()
    await expect(page.get_by_role("link", name="接受任务")).to_have_count(0)
    await page.get_by_role("link", name="退回任务").click()
    await sign_until_recorded(page, "volunteer")
    await page.goto(town.site.address + visit("waiting"))
    await expect(page.get_by_role("link", name="接受任务")).to_have_count(1)
    await page.context.close()


async def choose(town: Busy, page: Page, size: str, lang: str = "zh") -> None:
    """Chooses how all pages are shown from now on; one that leads to another forgets what its address says."""
    await page.goto(f"{town.site.address}/verify?size={size}&lang={lang}")


async def expect_nothing_is_cut(town: Busy, page: Page, *addresses: str) -> None:
    """On a telephone, in all sizes of text and both languages."""
    for size, lang in product(("huge", "large", "normal"), ("en", "zh")):
        await choose(town, page, size, lang)
        for address in addresses:
            await page.goto(address)
            await page.evaluate(LONGEST_MOMENT)
            assert (address, size, lang, await page.evaluate(OVERFLOW)) == (address, size, lang, 0)
            assert (address, size, lang, await page.evaluate(CUT_TEXT)) == (address, size, lang, [])


async def test_what_is_signed_is_told_until_it_is_recorded_and_asked_for_once_only(town: Busy) -> None:
    page = await enter(town, "volunteer")
    sheet = f"{town.site.address}/acts/AcceptTask?task=0x{named_id('waiting').hex()}"
    await page.goto(sheet)
    town.site.at_work.clear()
    await sign(page, "volunteer")
    status = page.get_by_role("status")
    await expect(status).to_contain_text("几秒钟就会入账")
    await expect(page.locator(".known")).to_contain_text("陪伴购物")
    again = await page.context.new_page()
    await again.goto(sheet)
    await expect(again.get_by_role("heading", name="您刚签过这件事")).to_be_visible()
    await expect(again.locator("#sign")).to_have_count(0)
    town.site.at_work.set()
    # The page finds out by itself.
    await expect(status).to_contain_text("已入账", timeout=MILLISECONDS)
    signed = page.url
    await page.get_by_role("link", name="我签过的事").click()
    await expect(page.locator("#signed").get_by_role("row").nth(1)).to_contain_text("接受任务")
    redeeming = f"/acts/Redeem?provider=0x{member_id('elder').hex()}&service=1&heldMinutes=90"
    others = (town.site.address + path for path in ("/me/day", "/acts", redeeming))
    await expect_nothing_is_cut(town, page, signed, *others)
    await page.goto(town.site.address + visit("waiting"))
    await page.get_by_role("link", name="退回任务").click()
    await sign_until_recorded(page, "volunteer")
    await page.context.close()


async def test_a_volunteer_redeems_hours_and_cancels(town: Busy) -> None:
    page = await enter(town, "volunteer")
    await page.get_by_role("link", name="兑换服务").first.click()
    await fill(
        page, provider="海川公司", fund="春晖社区基金", service="陪伴购物", **{"heldMinutes.minutes": "15"}
    )
    await expect(page.locator("dl.facts").first).to_contain_text("15 分钟")
    await sign_until_recorded(page, "volunteer")
    await page.goto(f"{town.site.address}/me/day")
    row = page.get_by_role("row").filter(has_text="15 分钟")
    await row.get_by_role("link", name="取消").click()
    await sign_until_recorded(page, "volunteer")
    await page.goto(f"{town.site.address}/me/day")
    await expect(page.get_by_role("row").filter(has_text="15 分钟")).to_contain_text("兑换的人取消了")
    await page.context.close()


async def redeem(page: Page, minutes: str) -> None:
    """The volunteer asks a neighbour for a service."""
    await page.get_by_role("link", name="兑换服务", exact=True).first.click()
    provider = f"0x{member_id('elder').hex()}"
    await fill(
        page, provider=provider, fund="春晖社区基金", service="陪伴购物", **{"heldMinutes.minutes": minutes}
    )
    await sign_until_recorded(page, "volunteer")


def row_of(page: Page, minutes: str) -> Locator:
    """The row of a redemption, on the page of either side."""
    return page.get_by_role("row").filter(has=page.get_by_text(f"{minutes} 分钟", exact=True))


async def test_hours_are_spent_once_the_redeemer_was_served_and_come_back_if_the_provider_cannot(
    town: Busy,
) -> None:
    page, provider, day = (
        await enter(town, "volunteer"),
        await enter(town, "elder"),
        f"{town.site.address}/me/day",
    )
    for minutes in ("3", "2"):
        await page.goto(day)
        await redeem(page, minutes)
    await provider.goto(day)
    await expect(provider.get_by_role("heading", name="请您提供的服务")).to_be_visible()
    await expect(row_of(provider, "3").get_by_role("link")).to_have_text(["接受兑换", "谢绝兑换"])
    for act in ("接受兑换", "报告服务已做完"):
        await row_of(provider, "3").get_by_role("link", name=act).click()
        await sign_until_recorded(provider, "elder")
        await provider.goto(day)
    await expect(row_of(provider, "3")).to_contain_text("就算确认")
    await expect(row_of(provider, "3").get_by_role("link")).to_have_count(0)
    await page.goto(day)
    await expect(row_of(page, "3").get_by_role("link")).to_have_text(["确认已得到服务", "对服务提出争议"])
    served = row_of(page, "3").get_by_role("link", name="确认已得到服务")
    sheet = await served.get_attribute("href")
    await provider.goto(f"{town.site.address}{sheet}")
    await expect(provider.get_by_role("heading", name="这件事不归您做")).to_be_visible()
    await served.click()
    await expect(page.locator("dl.facts").first).to_contain_text("3 分钟")
    await sign_until_recorded(page, "volunteer")
    await provider.goto(day)
    await expect(row_of(provider, "3")).to_contain_text("已兑换")
    await expect(row_of(provider, "3").get_by_role("link")).to_have_count(0)
    await row_of(provider, "2").get_by_role("link", name="谢绝兑换").click()
    await expect(provider.get_by_role("heading", level=1)).to_have_text("谢绝兑换")
    await expect(provider.locator("#read")).to_contain_text("对方预留的时长马上退回对方的账户")
    await sign_until_recorded(provider, "elder")
    await page.goto(day)
    await expect(row_of(page, "2")).to_contain_text("服务的人谢绝了")
    await page.context.close()
    await provider.context.close()


async def test_what_a_row_says_stands_beside_or_below_and_never_upon_each_other(town: Busy) -> None:
    page = await enter(town, "volunteer")
    for size in ("normal", "large", "huge"):
        await choose(town, page, size)
        await page.goto(f"{town.site.address}/me/day")
        held = page.get_by_role("row").filter(has_text="等服务的人接受").first
        cells = await held.get_by_role("cell").all()
        for cell in cells:
            assert await cell.evaluate("e => e.scrollWidth <= e.clientWidth"), (size, await cell.inner_text())
        boxes = [box for cell in cells if (box := await cell.bounding_box())]
        for one, other in combinations(boxes, 2):
            below = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            assert below or beside, (size, one, other)
    await page.context.close()


async def test_a_sheet_that_is_no_longer_open_says_what_it_is_now(town: Busy) -> None:
    page = await enter(town, "volunteer")
    await page.goto(f"{town.site.address}/acts/AcceptTask?task=0x{named_id('visit').hex()}")
    await expect(page.get_by_role("heading", name="现在不能做")).to_be_visible()
    await expect(page.locator("#sign")).to_have_count(0)
    await page.context.close()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("登记一处住处", "保存", "发布任务", "下一步：看签名单")),
        ("en", ("Register a home", "Save", "Open a task", "Next: check the signing form")),
    ],
)
async def test_a_coordinator_registers_a_home_and_opens_a_visit_there(
    town: Busy, language: str, words: tuple[str, ...]
) -> None:
    one, save, open_task, show_sheet = words
    page, name = await enter(town, "coordinator"), f"58号楼302室 {language}"
    await page.goto(f"{town.site.address}/register/homes?lang={language}")
    await page.get_by_role("link", name=one).click()
    await page.locator("[name=name]").fill(name)
    await page.locator("[name=fund]").select_option(index=1)
    await page.get_by_role("button", name=save).click()
    await page.goto(f"{town.site.address}/funds/{COMMUNITY}")
    await page.get_by_role("link", name=open_task).click()
    await page.locator("[name=service]").select_option(index=1)
    await page.locator("[name='authorisedMinutes.hours']").fill("1")
    await page.locator("[name=beneficiary]").select_option(label=name)
    await page.locator("[name=expiresAt]").fill("2025-12-01")
    await page.locator("form.asked button").click()
    await expect(page.locator("dl.facts").first).to_contain_text(name)
    await page.get_by_role("button", name=show_sheet).click()
    # The home itself is in nothing that is signed.
    await expect(page.locator(".lines")).not_to_contain_text("58号楼")
    await page.get_by_role("button", name=re.compile("coordinator")).click()
    await expect(page.locator(".status.good")).to_be_visible(timeout=MILLISECONDS)
    register, visited = town.house.context.register, await places_of_tasks(town.house)
    assert name in {
        home.name for key, home in register.entries(HOMES).items() if bytes.fromhex(key[2:]) in visited
    }
    await page.context.close()


async def test_a_coordinator_acknowledges_a_visit_and_nobody_else_may(town: Busy) -> None:
    stranger = await enter(town, "elder")
    await stranger.goto(f"{town.site.address}/acts/Acknowledge?task=0x{named_id('phoned').hex()}")
    await expect(stranger.get_by_role("heading", name="这件事不归您做")).to_be_visible()
    page = await enter(town, "coordinator")
    await expect(page.locator(f'a[href="{visit("phoned")}"]')).to_be_visible()
    await page.goto(town.site.address + visit("phoned"))
    await page.get_by_role("link", name="认可时长").click()
    await sign_until_recorded(page, "coordinator")
    await page.goto(town.site.address + visit("phoned"))
    await expect(page.locator(".notice")).to_have_text(re.compile("答复：认可这次服务"))
    await expect(page.get_by_role("link", name="认可时长")).to_have_count(0)
    await page.goto(f"{town.site.address}/me/day")
    await expect(page.get_by_role("heading", name="等您判断的服务")).to_have_count(0)
    await stranger.context.close()
    await page.context.close()


async def expect_a_refusal_that_keeps_what_was_written(foreman: Page) -> None:
    """A lot of twelve is settled with thirteen pieces: told in sentences, the code small at the end, and nothing typed is lost."""
    await expect(foreman.locator(".written")).to_contain_text("十二件里一件线头没剪。")
    await foreman.get_by_role("button", name="用 foreman 签名并提交").click()
    refused = foreman.locator(".status.bad")
    await expect(refused.locator("small")).to_contain_text("CooperativeCountMismatch")
    sentences = (await refused.inner_text()).split("\n")[:3]
    assert not [one for one in sentences if re.search("[A-Za-z]", one)], sentences
    await expect(foreman.locator(".written")).to_be_visible()
    await foreman.get_by_role("button", name="改一改").click()
    await expect(foreman.get_by_role("textbox")).to_have_value("十二件里一件线头没剪。")
    await foreman.get_by_role("textbox").fill("十二件里一件线头没剪，已退回。")
    await foreman.get_by_role("button", name="下一步").click()
    await expect(foreman.locator(".written")).to_have_text(re.compile("已退回。$"))
    await expect(foreman.get_by_role("button", name="签名并提交")).to_have_count(1)


async def expect_two_lots_settled_by_one_signature(town: Busy, foreman: Page, worker: Page) -> None:
    """One protocol is written for both, and one of three that wait is left alone."""
    factory = f"{town.site.address}/enterprises/1"
    for pieces in ("3", "4", "5"):
        await worker.goto(factory)
        await (
            worker.get_by_role("row").filter(has_text="40").get_by_role("link", name="领取计件").first.click()
        )
        await fill(worker, pieces=pieces)
        await sign_until_recorded(worker, "worker0")
    await foreman.goto(factory)
    await foreman.get_by_role("row").filter(has_text="40").get_by_role("link", name="一起验收并结算").click()
    for pieces in ("3", "5"):
        await foreman.get_by_role("checkbox", name=f"领了 {pieces} 件").check()
    await foreman.get_by_role("group").filter(has_text="领了 5 件").get_by_role("spinbutton").fill("4")
    await foreman.get_by_role("button", name="下一步").click()
    await expect(foreman.locator("#read")).to_contain_text("工钱一共 ¥10.50")
    await write(foreman, "一件线头没剪，其他都好。")
    await sign_until_recorded(foreman, "foreman")
    await foreman.goto(factory)
    await foreman.get_by_role("row").filter(has_text="40").get_by_role("link", name="一起验收并结算").click()
    await expect(foreman.get_by_role("checkbox")).to_have_count(1)
    await expect(foreman.get_by_role("checkbox", name="领了 4 件")).to_be_visible()


async def test_a_foreman_publishes_and_orders_a_worker_takes_and_the_foreman_settles(town: Busy) -> None:
    foreman, worker = await enter(town, "foreman"), await enter(town, "worker0")
    factory = f"{town.site.address}/enterprises/1"
    await foreman.goto(factory)
    await foreman.get_by_role("link", name="公布计件单价").click()
    shares = {"workerBps": "60", "reserveBps": "5", "fundBps": "30"}
    await fill(foreman, product="8", version="1", pieceFen="2.50", **shares)
    await expect(foreman.locator("dl.facts").first).to_contain_text("¥2.50")
    await sign_until_recorded(foreman, "foreman")
    await foreman.goto(factory)
    await foreman.get_by_role("link", name="发布加工单").click()
    await fill(foreman, product="8", pieces="40", workerPieces="40", dueAt="2026-01-31")
    await sign_until_recorded(foreman, "foreman")
    await worker.goto(factory)
    await worker.get_by_role("row").filter(has_text="40").get_by_role("link", name="领取计件").first.click()
    await fill(worker, pieces="12")
    await sign_until_recorded(worker, "worker0")
    await foreman.goto(factory)
    await foreman.get_by_role("link", name="验收并结算", exact=True).first.click()
    settling = foreman.url
    await fill(foreman, acceptedPieces="11", rejectedPieces="2")
    await write(foreman, "十二件里一件线头没剪。")
    await expect_a_refusal_that_keeps_what_was_written(foreman)
    await foreman.goto(settling)
    await fill(foreman, acceptedPieces="11", rejectedPieces="1")
    for text in (member_id("worker0").hex()[:6], "12", "¥2.50", "¥27.50", "¥16.50"):
        await expect(foreman.locator("#read dl")).to_contain_text(text)
    await write(foreman, "十二件里一件线头没剪。")
    await sign_until_recorded(foreman, "foreman")
    await expect(foreman.locator(".known")).to_contain_text("¥16.50")
    await worker.goto(factory)
    await expect(worker.get_by_role("row").filter(has_text="40").first).to_contain_text("11")
    await expect_two_lots_settled_by_one_signature(town, foreman, worker)
    await foreman.context.close()
    await worker.context.close()


async def test_a_treasurer_attests_proceeds_and_proves_wages_by_bank_lines(town: Busy) -> None:
    page = await enter(town, "treasurer")
    await upload(page, statement_csv(("FIRM-9", 150_000), ("WAGE-9", -2_000)))
    await page.wait_for_url("**/statements/*")
    await page.goto(f"{town.site.address}/enterprises/1")
    await page.get_by_role("link", name="确认货款到账").click()
    await fill(page, bank="银行账户 1")
    await choose_line(page, "1,500.00")
    await expect(page.locator(".lines")).to_contain_text("CNY 1,500.00")
    await sign_until_recorded(page, "treasurer")
    await page.goto(f"{town.site.address}/enterprises/1")
    await page.get_by_role("link", name="确认工钱已付").click()
    await fill(page, bank="银行账户 1", worker=f"0x{member_id('worker0').hex()}")
    await expect(page.locator("#read dl")).to_contain_text("还没付的工钱")
    await choose_line(page, "20.00")
    await expect(page.locator(".lines")).to_contain_text("CNY 20.00")
    await sign_until_recorded(page, "treasurer")
    # Who pays sees what was paid; the worker's page is the worker's otherwise.
    await page.goto(f"{town.site.address}/workers/0x{member_id('worker0').hex()}")
    await expect(page.locator("main")).to_contain_text("¥20.00")
    await page.context.close()


async def test_a_treasurer_attests_a_gift_to_a_campaign_and_refunds_it_when_the_target_is_missed(
    town: Busy,
) -> None:
    chain = town.house.town.chain
    closes_at = chain.now() + CAMPAIGN_SECONDS
    terms = (CARE, 900_000, 0, bytes(16), closes_at, 0, 0, 0, 0, False)
    await town.order("Campaigns", "openCampaign", 3, terms)
    page, campaign = await enter(town, "treasurer"), f"{town.site.address}/campaigns/3"
    await upload(
        page, statement_csv(("PARK-1", 4_321), ("PARK-2", -4_321), ("PARK-3", -1_000), opening_fen=9_000)
    )
    await page.wait_for_url("**/statements/*")
    await page.goto(campaign)
    await page.get_by_role("link", name="确认收到众筹款").click()
    await fill(page, bank="银行账户 1", donor="不公开姓名", household="")
    await choose_line(page, "43.21")
    await expect(page.locator("dl.facts").first).to_contain_text("2025年6月16日 ¥43.21 王某")
    await write(page, "王先生")
    await expect(page.locator(".lines")).to_contain_text("CNY 43.21")
    await sign_until_recorded(page, "treasurer")
    await page.goto(campaign)
    gift = page.get_by_role("row").filter(has_text="¥43.21")
    await expect(gift).to_contain_text("不公开")
    await expect(gift.get_by_role("link")).to_have_count(0)
    await page.context.close()
    chain.set_clock(closes_at + GRACE_SECONDS + 1)
    await town.order("Campaigns", "settle", 3, by="relayer")
    # A day later everybody signs in anew.
    page = await enter(town, "treasurer")
    await page.goto(campaign)
    gift = page.get_by_role("row").filter(has_text="¥43.21")
    await expect(page.locator("h1 + .huge")).to_contain_text("没有达到目标，捐款退还")
    await gift.get_by_role("link", name="退回众筹款").click()
    returned = page.locator("form.asked [name=outgoingBankLine] option")
    await expect(returned).to_contain_text(["请选择", "¥43.21"])
    for text in ("不公开", "¥43.21"):
        await expect(page.locator("#read dl")).to_contain_text(text)
    await choose_line(page, "43.21", "outgoingBankLine")
    await expect(page.locator("dl.facts").first).to_contain_text("2025年6月16日 ¥43.21 王某")
    await sign_until_recorded(page, "treasurer")
    await page.goto(campaign)
    await expect(gift).to_contain_text("已退还")
    await expect(gift.get_by_role("link")).to_have_count(0)
    await expect(page.locator("main")).to_contain_text("已退还捐款 ¥43.21")
    await page.context.close()


async def test_another_treasurer_takes_back_a_gift_that_was_attested_by_mistake(town: Busy) -> None:
    page = await enter(town, "treasurer")
    await upload(page, statement_csv(("GIFT-9", 7_700)))
    await page.wait_for_url("**/statements/*")
    await page.get_by_role("link", name="确认收到捐赠").first.click()
    await page.get_by_label("用途").select_option(label="楼道更新")
    await page.get_by_role("button", name="下一步").click()
    await write(page, "王先生")
    await sign_until_recorded(page, "treasurer")
    await page.context.close()
    page = await enter(town, "cashier")
    await page.goto(f"{town.site.address}/ledger?reason=DONATION")
    await page.locator("table.rows a").first.click()
    await page.get_by_role("link", name="撤销捐赠").click()
    await fill(page, outgoingBankLine="没有", newPurpose="没有")
    await write(page, "是捐给别的基金的，由那边重新登记。")
    await sign_until_recorded(page, "cashier")
    await page.goto(f"{town.site.address}/ledger?reason=DONATION_REVERSAL")
    await expect(page.get_by_role("row").nth(1)).to_be_visible()
    await page.context.close()


async def test_what_is_entered_wrongly_is_said_beside_its_field_and_the_rest_stays(town: Busy) -> None:
    page = await enter(town, "foreman")
    await page.goto(f"{town.site.address}/acts/OpenWorkOrder?enterprise=1")
    await fill(page, product="8", pieces="a dozen", workerPieces="8", dueAt="2026-01-31")
    await expect(page.locator("form.asked")).to_contain_text("请填一个整数")
    await expect(page.locator("form.asked [name=product]")).to_have_value("8")
    await expect(page.locator("form.asked [name=pieces]")).to_have_value("a dozen")
    await page.context.close()
