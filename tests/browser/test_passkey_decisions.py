"""A seat's holder with a passkey and nothing else decides, takes a vote back and objects, on a telephone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from contracts.enums import MemberKind, Role
from contracts.roles import AuthorityRole
from tests.browser.conftest import served
from tests.browser.passkeys import Device, here
from tests.browser.test_acts import MILLISECONDS, sign, sign_until_recorded
from tests.browser.test_pages import OVERFLOW
from tests.conftest import member_id
from tests.ledger_api.draft_client import approve, draft_of
from tests.ledger_api.story import (
    COMMITTEE,
    COMMUNITY,
    FOREVER,
    Story,
    named_id,
    proposal,
)
from tests.ledger_api.story_town import story_house
from wallets.intents import SubmitProposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.ledger_api.client import House

HOLDER, SEAT = member_id("newcomer"), 1
VOTED, NOTICED = proposal(20250605, 50_000), proposal(20250606, 30_000)
COLLECTED = proposal(20250607, 20_000)
OTHERS = ("seat0", "seat2", "seat3", "seat4")
FINGER = "指纹或面容"


@dataclass
class Decider:
    """A telephone on which the holder is signed in, and its town."""

    page: Page
    address: str
    house: House
    key: str

    async def open(self, path: str) -> Page:
        await self.page.goto(f"{self.address}{path}")
        assert await self.page.evaluate(OVERFLOW) == 0
        return self.page


@pytest.fixture(scope="module")
async def decider(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Decider]:
    async with story_house(tmp_path_factory.mktemp("passkey"), {}) as house, served(house) as site:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page, address = await context.new_page(), here(site.address)
        await Device.of(page)
        await page.goto(f"{address}/keys?member=0x{HOLDER.hex()}&lang=zh")
        await page.get_by_role("button", name="用指纹或面容").click()
        await page.get_by_role("button", name="签出持有证明").click()
        await expect(page.get_by_label("持有证明")).to_be_visible()
        key, proof = [await page.get_by_label(one).input_value() for one in ("密钥编号", "持有证明")]
        await appoint(Story(house.town, count(1_000)), key, bytes.fromhex(proof[2:]))
        await house.syncer.catch_up()
        await page.goto(f"{address}/me/day")
        await page.get_by_role("button", name=f"用 {FINGER} 登录").click()
        await page.wait_for_url(f"**/volunteers/0x{HOLDER.hex()}")
        yield Decider(page, address, house, key)
        await context.close()


async def appoint(story: Story, key: str, proof: bytes) -> None:
    """Registers the holder, who gets a seat and lives in the community; then one request is voted on and one on notice."""
    registrar, steward = AuthorityRole.REGISTRAR, AuthorityRole.STEWARD
    home = named_id("home of newcomer")
    await story.role(registrar, "Members", "register", HOLDER, MemberKind.PERSON, home, key, proof)
    await story.role(registrar, "Members", "grantRole", HOLDER, Role.RESIDENT, COMMUNITY, FOREVER)
    await story.role(steward, "Committees", "vacateSeat", COMMITTEE, member_id("seat1"))
    await story.role(steward, "Committees", "fillSeat", COMMITTEE, SEAT, HOLDER, FOREVER)
    for request in (VOTED, NOTICED):
        await story.intend("requester", SubmitProposal, proposal=request)
    await story.approve(NOTICED, ("seat0", "seat2", "seat3", "seat4"), 1)


async def test_a_seat_approves_with_a_finger_and_takes_the_vote_back(decider: Decider) -> None:
    page = await decider.open(f"/proposals/{VOTED.number}")
    await page.get_by_role("link", name="批准付款").click()
    await sign_until_recorded(page, FINGER)
    await decider.open(f"/proposals/{VOTED.number}")
    await page.get_by_role("link", name="收回表决").click()
    await sign_until_recorded(page, FINGER)


async def test_a_resident_objects_with_a_finger_and_gets_a_receipt(decider: Decider) -> None:
    page = await decider.open(f"/proposals/{NOTICED.number}")
    await page.get_by_role("link", name="提出异议").click()
    await page.get_by_role("textbox").fill("先问三家再说")
    await page.get_by_role("button", name="下一步").click()
    await sign_until_recorded(page, FINGER)
    await expect(page.get_by_role("link", name="回执")).to_be_visible()
    await decider.open(f"/proposals/{NOTICED.number}")
    await expect(page.locator(".timeline")).to_contain_text("先问三家再说")


async def test_an_approval_with_a_finger_is_collected_with_those_of_the_others(decider: Decider) -> None:
    address = await draft_of(decider.house, COLLECTED.as_json())
    for name in OTHERS:
        await approve(decider.house, address, name)
    page = await decider.open(f"/drafts/{address.rsplit('/', 1)[1]}")
    await sign(page, FINGER)
    await expect(page.get_by_role("heading", name="您已经批准")).to_be_visible()
    await page.get_by_role("button", name="批准够了，提交").click()
    await expect(page.get_by_role("link", name="看这项申请")).to_be_visible(timeout=MILLISECONDS)
    await decider.house.syncer.catch_up()
    found = (await decider.house.http.get(f"/v1/proposals/{COLLECTED.number}")).json()
    assert {one["vote"] for one in found["tally"]["seats"]} == {"approved"}


async def test_a_signature_is_called_back_with_a_finger(decider: Decider) -> None:
    """Its number has more digits than a browser counts with."""
    taker, number = decider.house.config.deployment.address("Disbursements"), 2**254 + 1
    page = await decider.open(f"/acts/CancelIntent?taker={taker}&cancelledNonce={number}")
    await sign_until_recorded(page, FINGER)
    assert await decider.house.town.read("Members", "isNonceUsed", taker, decider.key, number)
