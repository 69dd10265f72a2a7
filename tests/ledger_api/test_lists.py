"""A list that does not fit its page leads on, page by page, to its end: nothing is missing, nothing stands twice, and data says the same."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ledger_api.campaigns import pages as campaign_pages
from ledger_api.enterprises import pages as enterprise_pages
from ledger_api.funds import pages as fund_pages
from ledger_api.proposals import pages as proposal_pages
from ledger_api.tasks import pages as task_pages
from ledger_api.volunteers import pages as volunteer_pages
from tests.conftest import member_id
from tests.ledger_api.longer_town import MORE, longer_town
from tests.ledger_api.owners import signed_in
from tests.ledger_api.portal_town import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House, Person

ROW = re.compile(
    r'<tr><td class="(?:what|when)".*?</tr>|<li class="card">.*?</li>|<article class="card">.*?</article>|<li><a href="/proposals/.*?</a>',
    re.DOTALL,
)
FURTHER = re.compile(r'<a class="more" href="([^"]+cursor=[^"]+)">(?:更早的|后面的)</a>')


@dataclass(frozen=True, kw_only=True)
class Case:
    """A list of a page.

    Attributes:
        page: Where it begins.
        heading: What stands above it there, and above all of it.
        data: Address of its data.
        reader: Whose page it is; None if it is everybody's.
        rows: How many there are at the least.
    """

    page: str
    heading: str
    data: str
    reader: str | None = None
    rows: int = MORE


def of(name: str, what: str = "workers") -> str:
    return f"/{what}/0x{member_id(name).hex()}"


WAGES, HOURS = of("worker0"), of("volunteer", "volunteers")
CASES = {
    "days": Case(page=WAGES, heading="按天", data=f"/v1{WAGES}/days", reader="worker0"),
    "months": Case(page=WAGES, heading="按月", data=f"/v1{WAGES}/months", reader="worker0"),
    "lots": Case(page=WAGES, heading="验收", data=f"/v1{WAGES}/lots", reader="worker0"),
    "payouts": Case(page=WAGES, heading="发过的工钱", data=f"/v1{WAGES}/payouts", reader="worker0"),
    "paid by": Case(page=WAGES, heading="发过的工钱", data=f"/v1{WAGES}/payouts", reader="treasurer"),
    "orders": Case(page="/enterprises/1", heading="加工单", data="/v1/enterprises/1/orders"),
    "rate cards": Case(page="/enterprises/1", heading="计件单价", data="/v1/enterprises/1/rate-cards"),
    "open lots": Case(
        page="/enterprises/1", heading="还没验收的活", data="/v1/enterprises/1/open-lots", reader="foreman"
    ),
    "held": Case(page=HOURS, heading="已接的任务", data=f"/v1{HOURS}/held", reader="volunteer"),
    "visits": Case(page=HOURS, heading="服务记录", data=f"/v1{HOURS}/visits", reader="volunteer"),
    "redemptions": Case(
        page=HOURS, heading="兑换记录", data=f"/v1{HOURS}/redemptions", reader="volunteer"
    ),
    "provided": Case(
        page=of("elder", "volunteers"), heading="请您提供的服务", data=f"/v1{of('elder', 'volunteers')}/provided",
        reader="elder",
    ),
    "asked for": Case(
        page=of("requester", "volunteers"), heading="我申请的，和我提过异议的",
        data=f"/v1{of('requester', 'volunteers')}/requests", reader="requester", rows=2 * MORE,
    ),
    "objected to": Case(
        page=of("neighbour1", "volunteers"), heading="我申请的，和我提过异议的",
        data=f"/v1{of('neighbour1', 'volunteers')}/requests", reader="neighbour1",
    ),
    "open tasks": Case(page=HOURS, heading="等待志愿者的任务", data="/v1/tasks?state=OPEN", reader="volunteer"),
    "to judge": Case(
        page=of("coordinator", "volunteers"), heading="等您判断的服务", data="/v1/tasks?state=CLAIMED", reader="coordinator"
    ),
    "campaigns": Case(page="/campaigns", heading="众筹", data="/v1/campaigns"),
    "gifts": Case(page="/campaigns/10", heading="捐款", data="/v1/campaigns/10/gifts"),
    "requests": Case(page="/proposals", heading="用款申请", data="/v1/proposals", rows=2 * MORE),
    "months of a fund": Case(page="/funds/2", heading="每月收支", data="/v1/funds/2/months"),
    "votes": Case(page="/committee", heading="等待审批", data="/v1/proposals?state=SUBMITTED", reader="seat0"),
}  # fmt: skip


@pytest.fixture(scope="module")
async def house(story: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with longer_town(story, tmp_path_factory.mktemp("longer")) as opened:
        yield opened


def set_rows(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Has every list show so many rows on a page."""
    for module in (campaign_pages, enterprise_pages, fund_pages, proposal_pages, task_pages, volunteer_pages):
        for name, value in vars(module).items():
            if name.isupper() and type(value) is int:
                monkeypatch.setattr(module, name, count)


async def reader_of(house: House, case: Case) -> Any:
    return house if case.reader is None else await signed_in(house, case.reader)


def rows_on(text: str, heading: str) -> tuple[list[str], str | None]:
    """Rows of a list, and the address of those after them."""
    begun = re.search(rf"<h[12][^>]*>[^<]*{heading}[^<]*</h[12]>", text)
    assert begun, heading
    section = text[begun.end() :].partition("<h2>")[0].partition("</main>")[0]
    further = FURTHER.search(section)
    return ROW.findall(section), further[1].replace("&amp;", "&") if further else None


async def walk(reader: House | Person, case: Case) -> tuple[list[str], list[int]]:
    """All rows of a list, page by page, and how many a page had."""
    rows, sizes, address = [], [], case.page
    while address:
        found, address = rows_on(await shown(reader, address), case.heading)
        rows += found
        sizes.append(len(found))
    return rows, sizes


async def data_of(reader: Any, address: str, limit: int) -> tuple[list[Any], int]:
    """All items of a list, and how many pages it had."""
    items, pages, query = [], 0, {"limit": str(limit)}
    while query:
        body = (await reader.http.get(address, params={**dict_of(address), **query})).json()
        items += body["items"]
        pages += 1
        query = {"limit": str(limit), "cursor": body["next_cursor"]} if body["next_cursor"] else {}
    return items, pages


def dict_of(address: str) -> dict[str, str]:
    return dict(part.split("=") for part in address.partition("?")[2].split("&") if part)


@pytest.mark.parametrize("name", CASES)
async def test_a_list_goes_on_where_the_page_ends_and_misses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    case = CASES[name]
    reader = await reader_of(house, case)
    items, _ = await data_of(reader, case.data, 100)
    if phase := {"votes": "voting", "open tasks": "open"}.get(name):
        # A round that is over waits for nobody, and nobody takes a task past its date.
        items = [item for item in items if item["phase"] == phase]
    set_rows(monkeypatch, 100)
    whole, sizes = await walk(reader, case)
    assert len(sizes) == 1
    assert len(whole) == len(items) >= case.rows
    set_rows(monkeypatch, 2)
    rows, sizes = await walk(reader, case)
    assert rows == whole
    assert set(sizes[:-1]) == {2}


@pytest.mark.parametrize("address", sorted({case.data for case in CASES.values()}))
async def test_data_of_a_list_goes_on_where_its_page_ends_and_misses_nothing(
    house: House, address: str
) -> None:
    case = next(case for case in CASES.values() if case.data == address)
    reader = await reader_of(house, case)
    whole, pages = await data_of(reader, address, 100)
    assert pages == 1
    assert len({json.dumps(item) for item in whole}) == len(whole)
    items, pages = await data_of(reader, address, 2)
    assert (items, pages) == (whole, -(-len(whole) // 2))


@pytest.mark.parametrize("address", sorted({case.data for case in CASES.values() if "?" not in case.data}))
async def test_a_table_of_a_list_says_what_its_data_says_and_names_the_next(
    house: House, address: str
) -> None:
    case = next(case for case in CASES.values() if case.data == address)
    reader = await reader_of(house, case)
    items, _ = await data_of(reader, address, 100)
    rows, following = [], f"{address}.csv?limit=3"
    while following:
        answer = await reader.http.get(following)
        heading, *found = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert heading == list(items[0])
        rows += found
        link = re.search("<([^>]+)>", answer.headers.get("link", ""))
        following = link[1] if link else ""
    assert [plain(row, item) for row, item in zip(rows, items, strict=True)] == [
        [str(value) for value in item.values() if type(value) in (int, str)] for item in items
    ]


def plain(row: list[str], item: dict[str, Any]) -> list[str]:
    """Cells of a row whose values are numbers or text."""
    return [cell for cell, value in zip(row, item.values(), strict=True) if type(value) in (int, str)]


async def test_what_waits_for_a_seat_stands_before_what_it_has_decided_however_the_pages_fall(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_rows(monkeypatch, 2)
    rows, _ = await walk(await signed_in(house, "seat0"), CASES["votes"])
    cast = ["我的席位：未表态" not in row for row in rows]
    assert cast == sorted(cast)
    assert {True, False} <= set(cast)


async def test_how_many_votes_are_missing_is_told_whole_or_as_so_many_and_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await signed_in(house, "seat2")
    whole = await shown(reader, "/committee")
    counted = re.search("等您表态：([0-9]+) 项<", whole)
    assert counted
    monkeypatch.setattr(proposal_pages, "ROWS", 2)
    assert "等您表态：2 项以上" in await shown(reader, "/committee")
    # The fourth waits for others.
    monkeypatch.setattr(proposal_pages, "ROWS", 4)
    text = await shown(await signed_in(house, "seat0"), "/committee")
    assert "等您表态：3 项<" in text
    assert "后面的" in text


async def test_a_lot_that_was_taken_before_many_others_were_settled_still_waits(
    house: House,
) -> None:
    items = (await (await signed_in(house, "foreman")).http.get("/v1/enterprises/1/open-lots")).json()[
        "items"
    ]
    settled = (await house.http.get("/v1/enterprises/1/lots?limit=1000")).json()["items"]
    assert not {lot["lot"] for lot in items} & {lot["lot"] for lot in settled}
    assert len(items) == MORE
    assert {lot["worker"] for lot in items} == {f"0x{member_id('worker0').hex()}"}
    public = (await house.http.get("/v1/enterprises/1/open-lots")).json()["items"]
    assert {lot["worker"] for lot in public} == {None}


async def test_requests_of_one_fund_stay_those_of_the_fund_to_their_end_and_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_rows(monkeypatch, 2)
    assert 'href="/proposals?fund=2"' in await shown(house, "/funds/2")
    known = (await house.http.get("/v1/proposals?fund=2&limit=100")).json()["items"]
    case = Case(page="/proposals?fund=2", heading="用款申请", data="")
    rows, _ = await walk(house, case)
    assert len(rows) == len(known)
    first, further = rows_on(await shown(house, "/proposals?fund=2"), "用款申请")
    back = re.search('href="([^"]+)">回到最近的', await shown(house, str(further)))
    assert back
    assert rows_on(await shown(house, back[1].replace("&amp;", "&")), "用款申请")[0] == first
    assert "目前没有用款申请" in await shown(house, "/proposals?fund=1")


@pytest.mark.parametrize(
    "address", ["/v1/enterprises/1/orders", f"/v1{WAGES}/days", "/v1/funds/2/months", f"/v1{HOURS}/requests"]
)
async def test_a_cursor_of_another_list_is_refused(house: House, address: str) -> None:
    owner = {f"/v1{WAGES}/days": "worker0", f"/v1{HOURS}/requests": "volunteer"}.get(address)
    reader = house if owner is None else await signed_in(house, owner)
    answer = await reader.http.get(address, params={"cursor": "WyJ4Il0"})
    assert (answer.status_code, answer.json()["code"]) == (422, "CursorInvalidError")
