"""People act on the pages: the treasurer with bank lines, applicant and supervisor with words, and what is pending shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect
from sqlalchemy import select

from register.tables import documents
from tests.browser.busy import file, upload
from tests.ledger_api.client import statement_csv
from tests.ledger_api.portal_town import (
    HOSTILE,
    NOTICE,
    PAYABLE,
    REGRETTED,
    SUSPENDED,
    UNPROVEN,
    VOTING,
    hostile_csv,
)

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.busy import Busy

PAID = UNPROVEN["amountFen"]
MILLISECONDS = 20_000


async def sign(page: Page, name: str) -> None:
    """Reads the eight words and signs."""
    await expect(page.locator(".words").first).to_be_visible()
    assert len((await page.locator(".words").first.inner_text()).strip()) == 8
    await page.get_by_role("button", name=f"用 {name} 签名并提交").click()


async def sign_until_recorded(page: Page, name: str) -> None:
    await sign(page, name)
    await expect(page.locator(".status.good")).to_contain_text("已入账", timeout=MILLISECONDS)


async def write(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("button", name="下一步").click()


async def read_reasons(page: Page) -> str:
    """What everybody can read under the last reasons of the timeline."""
    return await page.locator(".timeline blockquote.reason").last.inner_text()


async def test_a_treasurer_imports_a_statement_and_attests_a_gift_whose_donor_stays_private(
    busy: Busy,
) -> None:
    page = await busy.enter("treasurer")
    await upload(page, hostile_csv(("GIFT-1", 12_300), ("GIFT-2", 400)))
    await page.wait_for_url("**/statements/*")
    await expect(page.get_by_role("cell", name=HOSTILE)).to_have_count(2)
    await expect(page.get_by_text("未使用", exact=True)).to_have_count(2)
    statement = page.url
    await page.get_by_role("link", name="确认收到捐赠").first.click()
    await page.get_by_label("用途").select_option(label="长者关怀")
    await page.get_by_role("button", name="下一步").click()
    await expect(page.get_by_role("textbox")).to_have_value(HOSTILE)
    await write(page, "王先生")
    await expect(page.locator(".sum")).to_have_text("¥123.00")
    await sign_until_recorded(page, "treasurer")
    await page.goto(statement)
    await expect(page.get_by_text("未使用", exact=True)).to_have_count(1)
    await expect(page.get_by_role("row").filter(has_text="GIFT-1")).to_contain_text("捐赠")
    with busy.house.context.register.engine.connect() as connection:
        commitments = connection.scalars(select(documents.c.commitment)).all()
    (kept,) = (d for d in busy.house.context.documents.find(commitments) if d.name == "donor.txt")
    assert not kept.public
    assert (await page.request.get(f"{busy.site.address}/v1/documents/0x{kept.commitment.hex()}/content")).ok
    secret = await busy.house.http.get(f"/v1/documents/0x{kept.commitment.hex()}/content")
    assert secret.status_code == 401
    await page.context.close()


async def test_whoever_signs_in_where_a_page_asks_for_it_goes_on_there(busy: Busy) -> None:
    page = await busy.enter("treasurer")
    await page.context.clear_cookies()
    await page.goto(f"{busy.site.address}/statements")
    await page.get_by_role("button", name="用 treasurer 登录").click()
    await expect(page.get_by_role("heading", name="导入一份流水")).to_be_visible()
    assert page.url.endswith("/statements")
    await page.context.close()


async def test_a_statement_that_does_not_add_up_names_rule_and_line_and_leaves_nothing(busy: Busy) -> None:
    page = await busy.enter("treasurer")
    broken = statement_csv(("B-1", 100), ("B-2", 200)).replace(b"3.00", b"4.00")
    await upload(page, broken)
    problem = page.locator(".status.bad")
    await expect(problem).to_contain_text("StatementUnbalancedError: line 3")
    await expect(page.get_by_role("button", name="导入")).to_be_enabled()
    assert page.url.endswith("/statements")
    held = await page.request.get(f"{busy.site.address}/v1/statements")
    imported = len((await held.json())["items"])
    await page.get_by_label("流水文件").set_input_files(file(statement_csv(("B-1", 100))))
    await page.get_by_role("button", name="导入").click()
    await page.wait_for_url("**/statements/*")
    held = await page.request.get(f"{busy.site.address}/v1/statements")
    assert len((await held.json())["items"]) == imported + 1
    await page.context.close()


async def test_a_treasurer_proves_a_payment_by_the_bank_line_that_paid_it(busy: Busy) -> None:
    page = await busy.enter("treasurer")
    await busy.open(page, UNPROVEN)
    await page.get_by_role("link", name="提交付款凭证").click()
    await expect(page.get_by_text("导入的银行流水里没有这样的支出")).to_be_visible()
    await page.goto(f"{busy.site.address}/me/day")
    await upload(page, statement_csv(("PAY-1", -PAID), ("PAY-2", -PAID - 1), opening_fen=500_000))
    await page.wait_for_url("**/statements/*")
    await busy.open(page, UNPROVEN)
    await page.get_by_role("link", name="提交付款凭证").click()
    await expect(page.locator("main")).to_contain_text("PAY-1")
    await expect(page.locator("main")).not_to_contain_text("PAY-2")
    await page.get_by_role("link", name="用这一笔").click()
    await sign_until_recorded(page, "treasurer")
    await busy.open(page, UNPROVEN)
    await expect(page.locator("h1 + .huge")).to_contain_text("已结案")
    await expect(page.get_by_role("link", name="提交付款凭证")).to_have_count(0)
    await page.context.close()


async def test_a_treasurer_executes_a_request_before_paying_at_the_bank(busy: Busy) -> None:
    page = await busy.enter("treasurer")
    await busy.open(page, PAYABLE)
    await page.get_by_role("button", name="拨款", exact=True).click()
    await expect(page.get_by_text("凭证期限")).to_be_visible(timeout=MILLISECONDS)
    await expect(page.get_by_role("link", name="提交付款凭证")).to_be_visible()
    await page.context.close()


async def test_an_applicant_answers_objections_with_words_that_everybody_can_read(busy: Busy) -> None:
    page = await busy.enter("requester")
    await busy.open(page, SUSPENDED)
    await page.get_by_role("link", name="答复异议").click()
    await write(page, "我们又问了三家，这家最便宜。")
    await sign_until_recorded(page, "requester")
    await busy.open(page, SUSPENDED)
    await expect(page.locator(".timeline")).to_contain_text("答复异议，重新审批")
    assert await read_reasons(page) == "我们又问了三家，这家最便宜。"
    await expect(page.get_by_role("link", name="答复异议")).to_have_count(0)
    await page.context.close()


async def test_a_supervisor_puts_an_opinion_on_record(busy: Busy) -> None:
    page = await busy.enter("supervisor")
    await busy.open(page, NOTICE)
    await page.get_by_role("link", name="提出监督意见").click()
    await write(page, "<b>请附上</b>三份报价。")
    await sign_until_recorded(page, "supervisor")
    await busy.open(page, NOTICE)
    await expect(page.locator(".timeline")).to_contain_text("监督员意见")
    assert await read_reasons(page) == "<b>请附上</b>三份报价。"
    await page.context.close()


async def test_a_withdrawal_is_pending_on_its_pages_until_it_is_recorded(busy: Busy) -> None:
    page, mine = await busy.enter("requester"), await busy.enter("requester")
    busy.site.at_work.clear()
    await busy.open(page, REGRETTED)
    await page.get_by_role("link", name="撤回申请").click()
    await sign(page, "requester")
    await expect(page.locator(".status")).to_contain_text("几秒钟就会入账")
    await busy.open(page, REGRETTED)
    waiting = page.get_by_role("status").filter(has_text="正在入账")
    await expect(waiting).to_contain_text("撤回申请 处理中 提交于")
    await expect(page.get_by_role("link", name="撤回申请")).to_have_count(0)
    await mine.reload()
    row = mine.get_by_role("row").filter(has_text="撤回")
    await expect(row).to_contain_text("凉亭修缮")
    await expect(row).to_contain_text("处理中")
    busy.site.at_work.set()
    # Both pages find out by themselves.
    await expect(page.locator("h1 + .huge")).to_contain_text("已撤回", timeout=MILLISECONDS)
    await expect(waiting).to_have_count(0)
    await expect(row).to_contain_text("办理编号", timeout=MILLISECONDS)
    await page.context.close()
    await mine.context.close()


async def test_the_way_back_after_an_act_leads_to_what_it_changed(busy: Busy) -> None:
    page = await busy.enter("seat0")
    await busy.open(page, VOTING)
    await page.get_by_role("link", name="声明回避").click()
    await sign_until_recorded(page, "seat0")
    await page.go_back()
    await expect(page.get_by_role("heading", name="助浴椅采购")).to_be_visible()
    await expect(page.get_by_role("link", name="声明回避")).to_have_count(0)
    await page.context.close()
