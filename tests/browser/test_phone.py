"""A volunteer's own browser as the phone that checks in and out: registered, enrolled, offline, in two tabs, and after a reload."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from contracts.enums import AssuranceLevel
from indexer.calendar import china_day, day_text
from iot.event.event import EventType, Method, encode, event_hash
from ledger_api.portal.static_files import static
from register.places import PlaceRegister
from tests.browser.busy import Busy
from tests.browser.conftest import served
from tests.browser.phone_town import event_log
from tests.browser.test_acts import sign_until_recorded
from tests.browser.test_pages import ELDER_TARGETS, OVERFLOW, at_each_width, violations
from tests.conftest import member_id, signer
from tests.ledger_api.client import Person
from tests.ledger_api.story import COMMUNITY, named_id
from tests.ledger_api.story_town import story_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

    from tests.browser.phone_town import EventLog

STAFF = {
    "coordinator": "协调员",
    "elder": "长者",
    "neighbour1": "邻居",
    "neighbour2": "邻居",
    "donor": "捐赠人",
}
PLACE, SALT = b"\x07" * 16, b"\x08" * 32
PATIENCE_SECONDS = 60
KEPT, IN_LOG = "已保存在这部手机上", "已记下"
COSE, PHONE = static("cose.js"), static("phone.js")
# Presses of one tab, as fast as it can: what its page would do, five times at once.
PRESSES = f"""async ([task, actor, chain, registry]) => {{
  const {{ unhexed }} = await import("{COSE}");
  const {{ record }} = await import("{PHONE}");
  const fields = {{ task: unhexed(task), actor: unhexed(actor), place: undefined, method: 9 }};
  await Promise.all([...Array(5)].map(() => record(102, fields, {{ chain, registry: unhexed(registry) }})));
}}"""
DELIVER = f'import("{PHONE}").then(({{ deliver }}) => deliver())'
EXPORTED = """async () => {
  const opened = await new Promise((done) => {
    const request = indexedDB.open("gongji.phone");
    request.onsuccess = () => done(request.result);
  });
  const key = await new Promise((done) => {
    const request = opened.transaction("phone").objectStore("phone").get("key");
    request.onsuccess = () => done(request.result);
  });
  const form = (name) => crypto.subtle.exportKey(name, key.privateKey).then(() => "exported", (error) => error.name);
  return [key.privateKey.extractable, ...await Promise.all(["jwk", "pkcs8"].map(form))];
}"""


@dataclass
class PhoneTown(Busy):
    """The town of the story with its event log, before a browser."""

    log: EventLog

    async def phone(self, name: str, *, bypass_csp: bool = False) -> Page:
        """A phone of somebody's own, at the town's time, signed in; its pages keep their policy unless a test reads them."""
        context = await self.browser.new_context(
            viewport={"width": 390, "height": 844}, bypass_csp=bypass_csp
        )
        await context.clock.install(time=datetime.fromtimestamp(self.house.town.chain.now(), UTC))
        page = await context.new_page()
        await page.goto(f"{self.site.address}/demo")
        person = page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))
        await person.get_by_role("button").click()
        await page.wait_for_url(re.compile("/(volunteers|committee)"))
        return page

    async def register(self, page: Page) -> str:
        """Makes the key; returns the command that enrols the phone."""
        await page.goto(f"{self.site.address}/me/phone")
        await page.get_by_role("button", name="登记这部手机").click()
        await page.wait_for_url("**/phones?key=*")
        return await self.command(page)

    async def command(self, page: Page) -> str:
        """The command that the page of a phone keeps folded."""
        return str(await page.locator("#command").text_content())

    async def enrol(self, page: Page, command: str) -> None:
        """The device registrar runs the command; the page says so."""
        await self.order(page, command, "可以签到")

    async def order(self, page: Page, command: str, expected: str) -> None:
        """The device registrar runs a command; the page of the phone tells something in the end."""
        await self.log.run(command)
        await self.look(page, expected)

    async def look(self, page: Page, expected: str) -> None:
        """Looks at the page of a phone again until it tells something."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await page.get_by_text(expected).count() == 0:
                await page.get_by_role("link", name="再看一次").click()

    async def task(self, name: str, volunteer: str | None = None, beneficiary: bytes = b"\xab" * 32) -> bytes:
        """A task that somebody has taken, or that is open."""
        fields = {
            "task": "0x" + named_id(name).hex(), "fund": COMMUNITY, "service": 1, "authorisedMinutes": 90,
            "beneficiary": "0x" + beneficiary.hex(), "expiresAt": self.house.town.chain.now() + 30 * 86_400,
        }  # fmt: skip
        await self._done(await Person(self.house, signer("coordinator")).act("OpenTask", fields))
        if volunteer:
            taken = {"task": fields["task"]}
            await self._done(await Person(self.house, signer(volunteer)).act("AcceptTask", taken))
        return named_id(name)

    async def open_visit(self, page: Page, task: bytes) -> None:
        await page.goto(f"{self.site.address}/visits/0x{task.hex()}")

    async def pass_minutes(self, page: Page, minutes: int) -> None:
        """Time passes, on the phone and in the town."""
        await page.clock.fast_forward(minutes * 60_000)
        chain = self.house.town.chain
        chain.set_clock(chain.now() + minutes * 60)

    async def _done(self, command: dict[str, str]) -> None:
        while (await self.house.command(command["id"]))["status"] == "pending":  # noqa: ASYNC110 as people do
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PhoneTown]:
    """The town of the story, whose portal takes in events."""
    folder = tmp_path_factory.mktemp("phones")
    async with (
        story_house(folder, STAFF) as house,
        event_log(house, folder) as log,
        served(house) as site,
    ):
        yield PhoneTown(house, site, browser, log)


def check_in(page: Page) -> Locator:
    return page.get_by_role("button", name="签到")


def check_out(page: Page) -> Locator:
    return page.get_by_role("button", name="签退")


def signed(page: Page) -> Locator:
    return page.locator("#check-in .signed li")


async def no_network(context: BrowserContext) -> None:
    await context.route("**/v1/events", lambda route: route.abort())


async def answered_with(context: BrowserContext, body: str) -> None:
    await context.route("**/v1/events", lambda route: route.fulfill(body=body))


async def test_a_volunteer_registers_a_phone_takes_a_task_and_checks_in_and_out(town: PhoneTown) -> None:
    beneficiary = PlaceRegister(town.house.context.register).bind(PLACE, SALT)
    task = await town.task("phone visit", beneficiary=beneficiary)
    page = await town.phone("volunteer")
    await page.get_by_role("link", name="我的手机").click()
    await page.get_by_role("button", name="登记这部手机").click()
    await expect(page.locator("main")).to_contain_text("还没有登记")
    await page.get_by_role("link", name="登记自己的手机").click()
    await sign_until_recorded(page, "volunteer")
    await page.get_by_role("link", name="看这部手机").click()
    await town.look(page, "可以签到")
    assert await page.evaluate(EXPORTED) == [False, "InvalidAccessError", "InvalidAccessError"]
    await town.open_visit(page, task)
    await expect(page.locator("#check-in")).to_have_count(0)
    await page.get_by_role("link", name="接受任务").click()
    await sign_until_recorded(page, "volunteer")

    await town.open_visit(page, task)
    await check_in(page).click()
    await expect(signed(page)).to_contain_text(["签到"])
    await expect(signed(page)).to_contain_text([IN_LOG])
    await expect(check_in(page)).to_be_disabled()
    await town.pass_minutes(page, 1)
    await check_out(page).click()
    await expect(page.locator("#check-in .status")).to_contain_text("不满 1 分钟，不记时长")
    assert len(await signed(page).all()) == 1
    await town.pass_minutes(page, 44)
    await page.context.set_offline(offline=True)
    await check_out(page).click()
    await expect(page.locator("#check-in .status")).to_contain_text("现在没有网络")
    await expect(signed(page).nth(1)).to_contain_text(KEPT)
    assert [event.type for event in town.log.events(task)] == [EventType.CHECK_IN]
    await page.context.set_offline(offline=False)
    await expect(signed(page).nth(1)).to_contain_text(IN_LOG)
    await expect(page.locator("#check-in .status")).to_be_hidden()

    first, last = town.log.events(task)
    assert (first.type, last.type) == (EventType.CHECK_IN, EventType.CHECK_OUT)
    for event in (first, last):
        assert (event.actor, event.place) == (member_id("volunteer"), PLACE)
        assert (event.clock_class, event.clock_uncertainty_seconds) == (1, 30)
        assert (event.measurements, event.location) == ({1: Method.MANUAL}, None)
    assert (first.seq, first.prev, last.seq, last.prev) == (0, None, 1, event_hash(encode(first)))
    visit = town.log.visit(task)
    assert (visit.served_minutes, visit.level, visit.holds) == (45, AssuranceLevel.A1, ())
    await page.reload()
    for words in ("签名的记录", "手机的密钥由软件保管", "没有位置记录"):
        await expect(page.locator("main")).to_contain_text(words)
    await expect(signed(page)).to_contain_text([f"{IN_LOG}，编号 {n}。" for n in town.log.numbers(task)])
    await page.context.close()


async def test_a_phone_that_nobody_enrolled_is_told_so_and_its_events_count_once_it_is(
    town: PhoneTown,
) -> None:
    task = await town.task("parked", "elder")
    page = await town.phone("elder")
    await town.open_visit(page, task)
    await expect(page.locator("#check-in")).to_contain_text("先登记才能签到")
    await expect(check_in(page)).to_be_hidden()
    command = await town.register(page)
    await town.open_visit(page, task)
    await expect(page.locator("#check-in")).to_contain_text("这项任务的地点还没有登记")
    await check_in(page).click()
    await expect(signed(page)).to_contain_text(["还没有登记好，登记好以后会自动记下"])
    assert town.log.events(task) == []

    other = await page.context.new_page()
    await other.goto(f"{town.site.address}/me/phone")
    await town.enrol(other, command)
    await page.reload()
    await expect(signed(page)).to_contain_text([IN_LOG])
    # Too early to earn anything, which is asked about once.
    await check_out(page).click()
    await expect(page.locator("#check-in .status")).to_contain_text("请再按一次")
    await check_out(page).click()
    await expect(signed(page).nth(1)).to_contain_text(IN_LOG)
    assert [(event.boot, event.seq) for event in town.log.events(task)] == [(1, 0), (2, 1)]
    # Nobody knows the place, so the phone cannot tell it; a coordinator decides.
    assert "V_WRONG_PLACE" in [hold.code for hold in town.log.visit(task).holds]
    await page.context.close()


async def test_what_was_signed_outlives_its_page_and_answers_of_others(town: PhoneTown) -> None:
    task = await town.task("outlives", "neighbour1")
    page = await town.phone("neighbour1")
    await town.enrol(page, await town.register(page))
    context = page.context
    await no_network(context)
    await town.open_visit(page, task)
    # What a page that is closed had asked for is let through.
    async with page.expect_event("requestfailed"):
        await check_in(page).click()
    await expect(signed(page)).to_contain_text([KEPT])
    await page.close()
    for body in ("<p>Welcome to the hotel", '{"receipts": [{"message_hash": "0x00", "may_forget": true}]}'):
        # The later route counts.
        await answered_with(context, body)
        page = await context.new_page()
        async with page.expect_response("**/v1/events"):
            await town.open_visit(page, task)
        await expect(signed(page)).to_contain_text([KEPT])
    assert town.log.events(task) == []
    await context.unroute_all()
    # Any page of theirs sends it.
    await page.goto(f"{town.site.address}/funds")
    await town.open_visit(page, task)
    await expect(signed(page)).to_contain_text([IN_LOG])
    assert len(town.log.events(task)) == 1
    await context.close()


async def test_two_tabs_never_use_one_number_twice(town: PhoneTown) -> None:
    task = await town.task("two tabs", "neighbour2")
    first = await town.phone("neighbour2")
    await town.enrol(first, await town.register(first))
    second = await first.context.new_page()
    for tab in (first, second):
        await town.open_visit(tab, task)
        await expect(check_in(tab)).to_be_enabled()
    deployment = town.house.config.deployment
    actor, registry = f"0x{member_id('neighbour2').hex()}", deployment.address("DeviceRegistry")
    arguments = [f"0x{task.hex()}", actor, deployment.chain_id, registry]
    await asyncio.gather(*(tab.evaluate(PRESSES, arguments) for tab in (first, second)))
    await asyncio.gather(*(tab.evaluate(DELIVER) for tab in (first, second)))
    events = town.log.events(task)
    assert [event.seq for event in events] == list(range(10))
    for before, after in pairwise(events):
        assert after.prev == event_hash(encode(before))
        assert after.boot >= before.boot
    assert {hold.code for hold in town.log.visit(task).holds} == {"V_NO_IN", "V_WRONG_PLACE"}
    await first.context.close()


async def test_a_counter_that_stood_still_while_the_phone_slept_is_not_trusted(town: PhoneTown) -> None:
    task = await town.task("slept", "donor")
    page = await town.phone("donor")
    await town.enrol(page, await town.register(page))
    await town.open_visit(page, task)
    await check_in(page).click()
    await expect(signed(page)).to_contain_text([IN_LOG])
    chain = town.house.town.chain
    chain.set_clock(chain.now() + 30 * 60)
    woken = datetime.fromtimestamp(town.log.events(task)[0].captured_ms / 1000, UTC) + timedelta(minutes=30)
    await page.clock.set_system_time(woken)
    await check_out(page).click()
    await expect(signed(page).nth(1)).to_contain_text(IN_LOG)
    first, last = town.log.events(task)
    assert (first.boot, last.boot) == (1, 2)
    # Half an hour by the wall clock, less twice its uncertainty at both ends.
    assert town.log.visit(task).served_minutes == 28
    await page.context.close()


async def test_a_phone_of_somebody_else_and_one_that_was_stopped_say_so(town: PhoneTown) -> None:
    page = await town.phone("coordinator")
    command = await town.register(page)
    others = command.replace(member_id("coordinator").hex(), member_id("elder").hex())
    await town.order(page, others, "登记在别人名下")
    anybody = await town.house.http.get(page.url + "&lang=zh")
    assert anybody.status_code == 200
    for text in (await page.content(), anybody.text):
        assert member_id("elder").hex() not in text
    assert "登记在别人名下" not in anybody.text
    bare, device = command.split(" --valid-from")[0], command.split()[4]
    today = day_text(china_day(town.house.town.chain.now()))
    await town.order(page, f"{bare} --valid-from 2090-01-01 --valid-until 2090-02-01", "还没有生效")
    await town.order(page, f"{bare} --valid-from {today} --valid-until {today}T23:59:59", "可以签到")
    await town.pass_minutes(page, 24 * 60)
    # A page is as of the last block.
    await town.task("a day later")
    await town.look(page, "已经到期")
    for order, expected in (
        (f"gongji act suspend-device --device {device} --suspended yes", "暂停使用"),
        (f"gongji act revoke-device --device {device} --compromised-from 2025-01-01", "已注销"),
    ):
        await town.order(page, order, expected)
    await expect(page.locator("main")).to_contain_text("再重新登记")
    await expect(page.locator("#command")).to_have_count(0)
    wrong = await town.house.http.get(f"/phones?key=0x12&owner=0x{member_id('elder').hex()}")
    assert wrong.status_code == 422
    await page.context.close()


async def test_what_the_town_refuses_is_told_in_words(town: PhoneTown) -> None:
    task = await town.task("refused", "seat0")
    page = await town.phone("seat0")
    command = await town.register(page)
    await town.enrol(page, command)
    revoked = f"gongji act revoke-device --device {command.split()[4]} --compromised-from 2025-01-01"
    await town.order(page, revoked, "已注销")
    await town.open_visit(page, task)
    await check_in(page).click()
    await expect(signed(page)).to_contain_text(["没有记下：这部手机已注销。请找服务台。"])
    await page.reload()
    await expect(signed(page)).to_contain_text(["没有记下"])
    assert town.log.events(task) == []
    await page.context.close()


async def test_the_pages_of_a_phone_shut_nobody_out(town: PhoneTown) -> None:
    task = await town.task("read", "seat1")
    page = await town.phone("seat1", bypass_csp=True)
    visit = f"{town.site.address}/visits/0x{task.hex()}"
    await page.goto(f"{town.site.address}/me/phone")
    await shuts_nobody_out(page)
    await town.register(page)
    await shuts_nobody_out(page)
    await page.goto(visit)
    await check_in(page).click()
    await expect(signed(page)).to_contain_text(["还没有登记好"])
    await shuts_nobody_out(page)
    await page.goto(f"{visit}?size=huge&lang=en")
    await expect(signed(page)).to_contain_text(["not registered yet"])
    await expect(signed(page).locator("time")).to_have_text(
        re.compile(r"^[0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2}, [0-9]{2}:[0-9]{2}$")
    )
    await shuts_nobody_out(page)
    assert await page.evaluate(ELDER_TARGETS) == []
    await page.context.close()


async def shuts_nobody_out(page: Page) -> None:
    async for width in at_each_width(page):
        assert (width, await page.evaluate(OVERFLOW)) == (width, 0)
        assert (width, await violations(page)) == (width, [])
