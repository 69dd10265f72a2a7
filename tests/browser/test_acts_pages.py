"""The pages of those who act, at the width of a phone and of a desk and in all sizes of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.busy import upload
from tests.browser.test_pages import (
    ELDER_TARGETS,
    OVERFLOW,
    SMALL_TEXT,
    WIDTHS,
    at_each_width,
    violations,
)
from tests.conftest import member_id
from tests.ledger_api import draft_client
from tests.ledger_api.client import LINE, PURPOSE
from tests.ledger_api.portal_town import NOTICE, REGRETTED, SUSPENDED, UNPROVEN, VOTING, hostile_csv

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.busy import Busy

PAID = UNPROVEN["amountFen"]


async def expect_open_to_everybody(page: Page, address: str) -> None:
    """Nothing hangs over, and all can be read and hit, in each size of text and at each width."""
    for size in ("normal", "large", "huge"):
        await page.goto(f"{address}{'&' if '?' in address else '?'}size={size}")
        async for width in at_each_width(page):
            shown = (address, size, width)
            assert (shown, await page.evaluate(OVERFLOW)) == (shown, 0)
            if size != "normal":
                assert (shown, await page.evaluate(ELDER_TARGETS)) == (shown, [])
                assert (shown, await page.evaluate(SMALL_TEXT, 18)) == (shown, [])
    # Where a page is narrowest and its letters are largest: that of a desk has no other elements.
    async for _ in at_each_width(page, WIDTHS[:1]):
        assert (address, await violations(page)) == (address, [])


async def test_the_treasurer_s_pages_are_open_to_everybody(busy: Busy) -> None:
    page = await busy.enter("treasurer")
    await upload(page, hostile_csv(("AXE", 390), ("OUT", -PAID), opening_fen=PAID))
    await page.wait_for_url("**/statements/*")
    line = f"{page.url}/lines/1/sign"
    (payment,) = await busy.keys(page, "OUT")
    proof = busy.sheet(UNPROVEN, "PROVE_PAYMENT")
    for address in (
        page.url, f"{busy.site.address}/statements", line, f"{line}?purpose={PURPOSE}&donor=private",
        f"{line}?purpose={PURPOSE}&donor=0x{member_id('seat0').hex()}", f"{page.url}/lines/2/sign",
        proof, f"{proof}&bank_line={payment}", f"{busy.site.address}/me/day",
    ):  # fmt: skip
        await expect_open_to_everybody(page, address)
    await page.context.close()


@pytest.mark.parametrize(
    ("name", "proposal", "act"),
    [
        ("requester", SUSPENDED, "ANSWER"), ("requester", VOTING, "WITHDRAW"), ("supervisor", NOTICE, "GIVE_OPINION"),
        ("seat0", VOTING, "RECUSE"), ("neighbour2", VOTING, "OBJECT"),
    ],
)  # fmt: skip
async def test_the_pages_of_a_request_are_open_to_everybody_who_may_act(
    busy: Busy, name: str, proposal: dict[str, Any], act: str
) -> None:
    page = await busy.enter(name)
    for address in (f"{busy.site.address}/proposals/{proposal['number']}", busy.sheet(proposal, act)):
        await expect_open_to_everybody(page, address)
    await page.context.close()


async def test_asking_and_approving_is_open_to_everybody(busy: Busy) -> None:
    draft = (await draft_client.draft(busy.house, 20251200, 60_000)).replace(draft_client.DRAFTS, "/drafts")
    for name, addresses in (
        (
            "requester",
            ("/ask", f"/ask?budget_line={LINE}&amount=600", f"/ask?budget_line={LINE}&amount=x", draft),
        ),
        ("seat0", ("/committee", draft)),
    ):
        page = await busy.enter(name)
        for address in addresses:
            await expect_open_to_everybody(page, f"{busy.site.address}{address}")
        await page.context.close()


async def test_what_is_pending_is_open_to_everybody(busy: Busy) -> None:
    busy.site.at_work.clear()
    await busy.withdraw(REGRETTED)
    page = await busy.enter("requester")
    for address in (f"{busy.site.address}/proposals/{REGRETTED['number']}", page.url):
        await expect_open_to_everybody(page, address)
    await page.context.close()
    busy.site.at_work.set()
