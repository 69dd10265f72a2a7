"""Money is asked for on a page, the committee approves on theirs, and all of it is sent at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.test_acts import MILLISECONDS, sign
from tests.ledger_api.draft_client import ENOUGH

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.busy import Busy

QUOTE = {"name": "报价单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF 600 yuan"}


async def ask(page: Page, busy: Busy) -> str:
    """The applicant asks for 600 yuan; gives the address of the draft's page."""
    await page.goto(f"{busy.site.address}/proposals")
    await page.get_by_role("link", name="申请拨款").click()
    await page.get_by_label("用途").select_option(index=1)
    await page.get_by_label("金额").fill("600")
    await page.get_by_role("button", name="下一步").click()
    await page.get_by_label("申请什么").fill("重阳节长者午餐")
    await page.get_by_label("为什么").fill("六十位老人，每人一份。\n食堂当天不收费。")
    await page.get_by_label("付给谁").fill("福满社区食堂")
    await page.get_by_label("报价单").set_input_files(QUOTE)
    await page.get_by_role("button", name="下一步").click()
    await expect(page.locator(".sum")).to_have_text("¥600.00")
    await sign(page, "requester")
    await page.wait_for_url("**/drafts/*")
    return page.url


async def approve(busy: Busy, name: str, address: str) -> Page:
    """A member of the committee reads the papers and signs."""
    page = await busy.enter(name)
    await page.goto(f"{busy.site.address}/committee")
    assert await page.locator(f'a[href$="{address.rsplit("/", 1)[1]}"]').count() == 1
    await page.goto(address)
    await expect(page.get_by_role("heading", name="重阳节长者午餐")).to_be_visible()
    await expect(page.get_by_text("六十位老人，每人一份。")).to_be_visible()
    paper = await page.get_by_role("link", name="申请材料").get_attribute("href")
    assert await (await page.request.get(f"{busy.site.address}{paper}")).body() == QUOTE["buffer"]
    await sign(page, name)
    await expect(page.get_by_role("heading", name="您已经批准")).to_be_visible()
    return page


async def test_a_request_collects_approvals_on_its_page_and_is_sent_at_once(busy: Busy) -> None:
    applicant = await busy.enter("requester")
    address = await ask(applicant, busy)
    await expect(applicant.get_by_text("征集批准")).to_be_visible()
    # Seat 1 changed hands in this town; seats 0, 2, 3 and 4 are enough.
    pages = [await approve(busy, name, address) for name in ENOUGH]
    taken_back = pages[-1]
    await taken_back.get_by_role("button", name="撤回我的批准").click()
    await expect(taken_back.locator(".words").first).to_be_visible()
    await sign(taken_back, ENOUGH[-1])
    await taken_back.get_by_role("button", name="批准够了，提交").click()
    await expect(taken_back.get_by_role("link", name="看这项申请")).to_be_visible(timeout=MILLISECONDS)
    await taken_back.get_by_role("link", name="看这项申请").click()
    await expect(taken_back.locator("main")).to_contain_text("公示")
    await expect(taken_back.get_by_role("heading", name="重阳节长者午餐")).to_be_visible()
    await applicant.reload()
    await expect(applicant.get_by_role("link", name="看这项申请")).to_be_visible()
    for page in (applicant, *pages):
        await page.context.close()
