"""The busy town before a browser, and what several tests do there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.conftest import signer
from tests.ledger_api.client import Person
from wallets.intents import Proposal

if TYPE_CHECKING:
    from playwright.async_api import Browser, FilePayload, Page

    from tests.browser.conftest import Site
    from tests.ledger_api.client import House


@dataclass
class Busy:
    """The busy town, and a browser before it."""

    house: House
    site: Site
    browser: Browser

    async def enter(self, name: str) -> Page:
        """A page of a browser of their own, signed in."""
        context = await self.browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
        page = await context.new_page()
        await page.goto(f"{self.site.address}/demo")
        person = page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))
        await person.get_by_role("button").click()
        await page.wait_for_url("**/volunteers/**")
        return page

    async def open(self, page: Page, request: dict[str, Any]) -> None:
        """Opens the page of a request."""
        await page.goto(f"{self.site.address}/proposals/{request['number']}")

    def sheet(self, request: dict[str, Any], act: str) -> str:
        """Address of the sheet for an act on a request."""
        return f"{self.site.address}/proposals/0x{Proposal.from_json(request).proposal_id().hex()}/sign?act={act}"

    async def withdraw(self, request: dict[str, Any]) -> None:
        """The applicant withdraws, by another browser."""
        requester = Person(self.house, signer("requester"))
        await requester.act("WithdrawProposal", {"proposal": request})

    async def order(self, contract: str, function: str, *args: Any, by: str = "steward") -> None:
        """An office or a process does something; returns when it is recorded and the pages know it."""
        command = await self.house.serve(by, contract, function, *args)
        while (await self.house.command(command))["status"] == "pending":  # noqa: ASYNC110 as people do
            await asyncio.sleep(0.1)

    async def keys(self, page: Page, reference: str) -> list[str]:
        """Keys of the bank lines with a reference, in the statement that a page shows."""
        statement = page.url.rsplit("/", 1)[1]
        lines = await (await page.request.get(f"{self.site.address}/v1/statements/{statement}/lines")).json()
        return [line["bank_line"] for line in lines["items"] if line["reference"] == reference]


def file(content: bytes) -> FilePayload:
    return {"name": "流水.csv", "mimeType": "text/csv", "buffer": content}


async def upload(page: Page, content: bytes) -> None:
    """The treasurer goes from the own page to the import and picks a file."""
    await page.get_by_role("link", name="银行流水").click()
    await page.get_by_label("文件格式").select_option("generic")
    await page.get_by_label("流水文件").set_input_files(file(content))
    await page.get_by_role("button", name="导入").click()
