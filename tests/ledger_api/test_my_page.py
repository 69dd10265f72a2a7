"""A person's own page: who the person is to the town, and lists that go on where the page ends."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from ledger_api.commands import pages as command_pages
from ledger_api.proposals import pages as proposal_pages
from ledger_api.tasks import pages as task_pages
from tests.conftest import member_id
from tests.ledger_api.portal_town import busy_house, person, shown
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ledger_api.tasks.schemas import Task
    from tests.ledger_api.client import House, Person

HOURS = ("可用时长", "已接的任务", "服务记录", "兑换记录")


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("own")) as opened:
        yield opened


def own(name: str, rest: str = "") -> str:
    return f"/volunteers/0x{member_id(name).hex()}{rest}"


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("treasurer", "出纳：东城街道互助基金"), ("coordinator", "协调员：东城街道互助基金"),
        ("seat3", "东城基金管委会：第 4 席（居民代表）"), ("supervisor", "东城基金管委会：监督员，不投票"),
    ],
)  # fmt: skip
async def test_who_holds_an_office_reads_which_and_is_no_volunteer(
    house: House, name: str, office: str
) -> None:
    text = await shown(await person(house, name), own(name))
    assert f"<li>{office}</li>" in text
    assert not [block for block in HOURS if block in text]
    # Whoever is a person may take a task all the same.
    assert "等待志愿者的任务" in text


async def test_a_resident_without_an_office_may_serve_and_reads_the_hours(house: House) -> None:
    text = await shown(await person(house, "neighbour1"), own("neighbour1"))
    assert "<li>居民：东城街道互助基金</li>" in text
    assert [block for block in HOURS if block in text] == list(HOURS)


async def test_who_has_hours_and_an_office_reads_both(story: House) -> None:
    text = await shown(await person(story, "volunteer"), own("volunteer"))
    assert [block for block in HOURS if block in text] == list(HOURS)


@pytest.mark.parametrize(
    ("name", "link"), [("treasurer", "/statements"), ("seat3", "/committee"), ("neighbour1", "")]
)
async def test_a_page_leads_to_what_an_office_works_with_and_to_nothing_else(
    house: House, name: str, link: str
) -> None:
    text = (await shown(await person(house, name), own(name))).partition("<main")[2]
    leads_to = {page for page in ("/statements", "/committee", "/register") if f'href="{page}"' in text}
    assert leads_to == ({link} if link else set())


async def test_an_office_of_the_authority_reads_what_it_is_and_is_asked_for_no_sign_in(house: House) -> None:
    text = await shown(await person(house, "steward"), "/me/day")
    assert "<h1>街道经办</h1>" in text
    assert 'id="sign-in"' not in text
    assert 'href="/acts"' in text


async def commands_on(reader: Person, address: str) -> tuple[list[str], str | None]:
    """Commands that a page lists, and the address of the next."""
    text = await shown(reader, address)
    older = re.search('href="([^"]+)">更早的', text.partition('id="signed"')[2])
    found = re.findall('href="/signed/([0-9a-f]{32})"', text.partition('id="signed"')[2])
    return found, older[1].replace("&amp;", "&") if older else None


async def test_what_somebody_signed_goes_on_where_the_page_ends_and_misses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_pages, "SIGNED", 2)
    monkeypatch.setattr(command_pages, "ROWS", 2)
    reader = await person(house, "requester")
    key = reader.address
    known = (await reader.http.get(f"/v1/commands?limit=200&signer={key}")).json()["items"]
    found, address = await commands_on(reader, own("requester"))
    while address is not None:
        more, address = await commands_on(reader, address)
        found += more
    assert len(known) > 4
    assert found == [command["id"] for command in known]


async def test_the_first_page_of_what_was_signed_has_no_way_back_and_a_later_one_has(house: House) -> None:
    reader = await person(house, "requester")
    assert "回到最近的" not in await shown(reader, "/me/signed")
    assert "回到最近的" in await shown(reader, "/me/signed", before="3")
    assert 'id="sign-in"' in (await house.http.get("/me/signed")).text


async def test_requests_go_on_where_the_page_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposal_pages, "ROWS", 3)
    known = [str(one["number"]) for one in (await house.http.get("/v1/proposals?limit=100")).json()["items"]]
    found, address = [], "/proposals"
    while address:
        text = await shown(house, address)
        found += re.findall('class="cover" href="/proposals/([0-9]+)"', text)
        older = re.search('href="(/proposals[^"]+)">更早的', text)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(known) > 6
    assert found == known


async def test_visits_and_redemptions_go_on_where_the_page_ends(
    story: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISITS", "REDEMPTIONS", "ROWS"):
        monkeypatch.setattr(task_pages, name, 1)
    reader = await person(story, "volunteer")
    first = await shown(reader, own("volunteer"))
    for what, labels in (("visits", ["visit", "phoned"]), ("redemptions", ["haircut", "repair"])):
        older = re.search(f'href="({own("volunteer", "/" + what)}[^"]+)">更早的', first)
        assert older
        second = await shown(reader, older[1].replace("&amp;", "&"))
        assert "更早的" not in second
        assert "回到最近的" in second
        if what == "visits":
            ids = [
                re.findall("/visits/0x([0-9a-f]{32})", text.partition("服务记录")[2])[0]
                for text in (first, second)
            ]
            assert sorted(ids) == sorted(named_id(label).hex() for label in labels)


async def test_a_visit_has_the_day_of_its_claim_and_not_the_one_its_task_was_opened(
    story: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = task_pages.visits_page

    async def opened_weeks_before(*arguments: Any) -> tuple[list[Task], str | None]:
        visits, following = await page(*arguments)
        return [visit.model_copy(update={"time": visit.time - 19 * 86_400}) for visit in visits], following

    monkeypatch.setattr(task_pages, "visits_page", opened_weeks_before)
    text = await shown(await person(story, "volunteer"), own("volunteer"))
    for label in ("visit", "phoned"):
        task = named_id(label).hex()
        steps = (await story.http.get(f"/v1/tasks/0x{task}")).json()["timeline"]
        claimed = datetime.fromisoformat(next(step["time"] for step in steps if step["kind"] == "claimed"))
        day = claimed.astimezone(timezone(timedelta(hours=8)))
        row = re.search(rf'<time>([^<]+)</time></td>\s*<td class="what"><a href="/visits/0x{task}', text)
        assert row
        assert row[1] == f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.parametrize("what", ["visits", "redemptions"])
async def test_what_somebody_served_and_redeemed_is_nobody_else_s_to_read(story: House, what: str) -> None:
    address = own("volunteer", f"/{what}")
    assert (await (await person(story, "elder")).http.get(address)).status_code == 403
    assert (await story.http.get(address)).status_code == 401
