"""Every page at the width of a phone, a tablet and a desk, in all sizes of text, for people who see, and who do not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.ledger_api.test_portal import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (390, 800, 1280)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ELDER_TARGETS = """() => [...document.querySelectorAll('button, .button, nav a, input, select')]
    .filter(e => e.offsetParent).map(e => [e.textContent || e.name, e.getBoundingClientRect().height]).filter(([, h]) => h < 60)"""
BROKEN_SUMS = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) for (const sum of texts.currentNode.data.matchAll(/-?￥[\\d,.]+\\d/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, sum.index);
        range.setEnd(texts.currentNode, sum.index + sum[0].length);
        if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(sum[0] + " in " + texts.currentNode.parentElement.outerHTML.slice(0, 90));
    }
    return found;
}"""
SMALL_TEXT = """(least) => [...document.querySelectorAll('main p, main td, main dd, main li, main a, nav a')]
    .filter(e => e.offsetParent && parseFloat(getComputedStyle(e).fontSize) < least).map(e => e.textContent)"""

# What axe finds well is not told: it is much, and takes longer to hand over than to find.
VIOLATIONS = """async () => {
    const options = {resultTypes: ["violations"], rules: {"color-contrast-enhanced": {enabled: true}}};
    const {violations} = await axe.run(document, options);
    return violations.filter(v => ["serious", "critical"].includes(v.impact))
        .map(v => ({rule: v.id, nodes: v.nodes.map(node => node.html.slice(0, 200))}));
}"""


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    # axe is put into the page by the test, which the page's own policy would not allow.
    context = await browser.new_context(bypass_csp=True)
    yield await context.new_page()
    await context.close()


async def at_each_width(page: Page) -> AsyncIterator[int]:
    """The page as it stands, laid out for each width in turn."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        yield width


@pytest.mark.parametrize("address", PAGES)
async def test_no_page_scrolls_sideways_or_shuts_anybody_out(site: str, page: Page, address: str) -> None:
    await page.goto(site + address)
    async for width in at_each_width(page):
        assert (width, await page.evaluate(OVERFLOW)) == (width, 0)
        assert (width, await page.evaluate(BROKEN_SUMS)) == (width, [])
        assert (width, await violations(page)) == (width, [])


@pytest.mark.parametrize("size", ["large", "huge"])
@pytest.mark.parametrize(
    "address", ["/", "/ledger", "/proposals/20250602", "/verify?code=1", "/funds/2", "/demo"]
)
async def test_large_text_is_large_and_easy_to_hit_everywhere(
    site: str, page: Page, address: str, size: str
) -> None:
    await page.goto(f"{site}{address}{'&' if '?' in address else '?'}size={size}")
    async for width in at_each_width(page):
        assert (width, await page.evaluate(OVERFLOW)) == (width, 0)
        assert (width, await page.evaluate(BROKEN_SUMS)) == (width, [])
        assert (width, await page.evaluate(ELDER_TARGETS)) == (width, [])
        assert (width, await page.evaluate(SMALL_TEXT, 18)) == (width, [])
    root = await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert root == {"large": 23, "huge": 30}[size]


async def test_pages_read_and_lead_on_without_a_program(site: str, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site)
    await page.get_by_role("link", name="账本", exact=True).click()
    await page.get_by_label("事项").select_option("DONATION")
    await page.get_by_role("button", name="查看").click()
    assert "收到捐赠" in await page.inner_text("main table")
    await page.get_by_role("link", name="English").click()
    assert "Donation" in await page.inner_text("main table")
    await page.get_by_role("link", name="Verify", exact=True).click()
    await page.get_by_label("Code").fill("1")
    await page.get_by_role("button", name="Verify").click()
    assert "It is in the ledger" in await page.inner_text("main")
    await context.close()


async def test_the_first_page_is_light(site: str, browser: Browser) -> None:
    page, sizes = await browser.new_page(), []
    page.on("response", lambda response: sizes.append(response.body()))
    await page.goto(site, wait_until="networkidle")
    assert sum([len(await size) for size in sizes]) < 150_000
    await page.close()


async def violations(page: Page) -> list[dict[str, Any]]:
    """Serious and critical findings of axe, and text below a contrast of 7:1."""
    if not await page.evaluate("'axe' in window"):
        await page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = await page.evaluate(VIOLATIONS)
    return found


async def test_the_ledger_is_filtered_as_soon_as_something_is_chosen(site: str, browser: Browser) -> None:
    page, refused = await browser.new_page(), []
    page.on("console", lambda message: refused.append(message.text))
    await page.goto(f"{site}/ledger")
    await page.get_by_label("事项").select_option("DONATION")
    await page.wait_for_url("**/ledger?fund=&reason=DONATION")
    await expect(page.locator("main tbody tr")).to_have_count(4)
    assert refused == []
    await page.close()
