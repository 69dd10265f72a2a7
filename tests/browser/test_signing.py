"""A committee member signs in the browser, with a throw-away key and with a browser wallet."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from eth_account.messages import encode_typed_data
from playwright.async_api import expect

from ledger_api.portal.static_files import static
from tests.conftest import signer
from tests.ledger_api.story import VOTING
from wallets.show import show

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from tests.ledger_api.client import House

SHEET = f"/proposals/0x{VOTING.proposal_id().hex()}/sign"
# A wallet as EIP-6963 has it, whose keys are the test's.
WALLET = """
const provider = { request: ({ method, params }) => window.askTheTest(method, JSON.stringify(params ?? [])) };
const info = { uuid: "1", name: "TestWallet", icon: "", rdns: "test" };
const announce = () =>
  window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
window.addEventListener("eip6963:requestProvider", announce);
"""


async def vote_of(story: House, seat: int) -> str:
    detail = (await story.http.get(f"/v1/proposals/0x{VOTING.proposal_id().hex()}")).json()
    return str(detail["tally"]["seats"][seat]["vote"])


async def approvals_of(story: House) -> int:
    detail = (await story.http.get(f"/v1/proposals/0x{VOTING.proposal_id().hex()}")).json()
    return int(detail["tally"]["approvals"])


async def enter(site: str, browser: Browser, name: str, home: str) -> Page:
    """A page, signed in as somebody, where that person's work is."""
    page = await browser.new_page()
    await page.goto(f"{site}/demo")
    await page.get_by_role("listitem").filter(has_text=name).get_by_role("button").click()
    await page.wait_for_url(home)
    return page


async def expect_the_saved_message_to_read_the_same(page: Page) -> None:
    await page.get_by_text("要签的每一项原文").click()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="要签的内容").click()
    saved = show(json.loads((await (await saving.value).path()).read_text()))
    assert "".join(saved.words_zh) == await page.locator(".words").first.inner_text()


async def expect_the_sheet(page: Page) -> None:
    await expect(page.locator(".sign .title")).to_contain_text("批准付款")
    for name in ("助浴椅采购", "春晖基金管委会", "长者关怀", "2025 年长者关怀预算", "¥1,500.00"):
        await expect(page.locator(".named")).to_contain_text(name)
    await expect(page.locator(".lines")).to_contain_text("proposal.payee")
    await expect(page.locator(".lines")).to_be_hidden()
    visible = await page.locator("main").inner_text()
    assert re.findall(r"0x[0-9a-f]{12,}|[0-9]{20,}", visible) == []
    await expect(page.locator(".sum")).to_have_text("¥1,500.00")
    assert len((await page.locator(".words").first.inner_text()).strip()) == 8


async def test_a_member_signs_in_and_approves_with_a_demo_key(
    site: str, browser: Browser, story: House
) -> None:
    approvals = await approvals_of(story)
    page = await enter(site, browser, "seat2", "**/committee")
    await expect(page.locator("main")).to_contain_text("等您表态：1 项")
    await page.goto(site + SHEET)
    await expect_the_sheet(page)
    await expect(page.locator("#read")).to_contain_text(f"已有 {approvals} 票，需要 4 票")
    await expect_the_saved_message_to_read_the_same(page)
    await page.get_by_role("button", name="用 seat2 签名并提交").click()
    await expect(page.locator(".status")).to_contain_text("已入账", timeout=20_000)
    assert await vote_of(story, 2) == "approved"
    # The sheet is left behind: the way back leads past it.
    await page.go_back()
    await expect(page.locator("main")).to_contain_text("等您表态：0 项")
    await page.go_forward()
    await page.get_by_role("link", name="看这份用款申请").click()
    await expect(page.locator("main")).to_contain_text(f"已有 {approvals + 1} 票")
    await page.go_back()
    await page.get_by_role("link", name="办理编号").first.click()
    await expect(page.locator("main")).to_contain_text("查到了")
    await page.close()


async def test_a_member_approves_with_a_browser_wallet(site: str, browser: Browser, story: House) -> None:
    page, key = await browser.new_page(), signer("seat3")

    async def ask_the_test(method: str, params: str) -> Any:
        if method == "eth_requestAccounts":
            return [key.address]
        address, typed_data = json.loads(params)
        assert (method, address) == ("eth_signTypedData_v4", key.address)
        signable = encode_typed_data(full_message=json.loads(typed_data))
        return "0x" + key._account.sign_message(signable).signature.hex().removeprefix("0x")

    await page.expose_function("askTheTest", ask_the_test)
    await page.add_init_script(WALLET)
    await page.goto(site + SHEET)
    await expect_the_sheet(page)
    await page.get_by_role("button", name="用 TestWallet 签名并提交").click()
    await expect(page.locator(".status")).to_contain_text("已入账", timeout=20_000)
    assert await vote_of(story, 3) == "approved"
    await page.close()


async def later(route: Route) -> None:
    await asyncio.sleep(1)
    await route.continue_()


async def test_whoever_signs_out_leaves_neither_session_nor_key(site: str, browser: Browser) -> None:
    page = await enter(site, browser, "seat4", "**/committee")
    # On a slow line the page is there before its script; who presses too early must not be ignored.
    await page.route(f"**{static('sign_out.js')}", later)
    await page.goto(f"{site}/me/day", wait_until="commit")
    await expect(page.locator("nav [aria-current=page]")).to_have_text("我的")
    await page.get_by_role("button", name="退出登录").click()
    await page.wait_for_url(f"{site}/")
    await expect(page.get_by_text("您好")).to_have_count(0)
    await page.goto(f"{site}/me/day")
    await expect(page.get_by_role("heading", name="先登录")).to_be_visible()
    await expect(page.get_by_role("button", name="登录")).to_have_count(0)
    await page.close()


async def test_the_way_back_after_signing_out_greets_nobody(site: str, browser: Browser) -> None:
    page = await enter(site, browser, "seat4", "**/committee")
    for address in ("/", "/me/day"):
        await page.goto(site + address)
        await expect(page.get_by_text("您好")).to_be_visible()
    await page.get_by_role("button", name="退出登录").click()
    await page.wait_for_url(f"{site}/")
    for address in ("/volunteers/", "/"):
        await page.go_back()
        assert page.url.startswith(site + address)
        await expect(page.get_by_text("您好")).to_have_count(0)
    await page.close()


async def test_a_refusal_is_told_in_the_readers_words(site: str, browser: Browser) -> None:
    page = await enter(site, browser, "volunteer", "**/volunteers/**")
    await page.goto(site + SHEET)
    await page.get_by_role("button", name="用 volunteer 签名并提交").click()
    await expect(page.locator(".status.bad")).to_contain_text("CommitteeSeatMissing")
    await expect(page.locator(".status.bad")).to_contain_text("规则不允许")
    await page.close()
