"""Looking up a number: what else it may mean is offered, and codes too long to read are folded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ledger_api.portal_town import without_spans
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from tests.ledger_api.client import House

FOLDED = re.compile(r'<details class="whole">.*?</details>', re.DOTALL)


async def main_of(story: House, address: str, **params: str) -> str:
    """What a page says between its head and its foot."""
    query = "&".join(f"{name}={value}" for name, value in {"lang": "zh", **params}.items())
    text = without_spans((await story.http.get(f"{address}{'&' if '?' in address else '?'}{query}")).text)
    return text.partition("<main")[2].partition("</main>")[0]


async def test_a_bare_number_may_be_a_receipt_a_page_or_an_act_and_each_is_offered(story: House) -> None:
    text = await main_of(story, "/verify", code="1")
    block = (await story.http.get("/v1/transfers/1")).json()
    assert "1 可能是下面几样，您要看哪一样？" in text
    assert f'href="/ledger/1">一笔账，收据编号 {block["code"]}<' in text
    page = re.search(r'href="(/verify\?code=0x[0-9a-f]{64})">第 1 页账', text)
    act = re.search(r'href="(/verify\?code=0x[0-9a-f]{64})">一次办理[^<]*，办理编号 1-[0-9a-f]{8}<', text)
    assert page
    assert act
    assert "一页账" in await main_of(story, page[1])
    assert "一次办理" in await main_of(story, act[1])


async def test_a_number_with_check_digits_means_one_thing_and_is_shown_at_once(story: House) -> None:
    code = (await story.http.get("/v1/transfers/1")).json()["code"]
    text = await main_of(story, "/verify", code=code)
    assert "可能是下面几样" not in text
    assert 'href="/ledger/1"' in text


async def test_a_number_that_only_a_request_has_is_shown_at_once(story: House) -> None:
    text = await main_of(story, "/verify", code="20250601")
    assert "可能是下面几样" not in text
    assert 'href="/proposals/20250601"' in text


async def test_a_number_that_nothing_has_is_said_to_be_in_no_ledger(story: House) -> None:
    text = await main_of(story, "/verify", code="99999")
    assert "账本里没有" in text
    assert "可能是下面几样" not in text


@pytest.mark.parametrize("address", ["/ledger/1", "/ledger/5", "/verify?code=0x" + named_id("visit").hex()])
async def test_no_code_of_many_digits_is_read_before_it_is_unfolded(story: House, address: str) -> None:
    text = await main_of(story, address)
    at_first_sight = re.sub(r"<[^>]*>", "", FOLDED.sub("", text))
    assert not re.search("[0-9a-f]{20}", at_first_sight)
    assert FOLDED.search(text)


async def test_a_folded_code_is_whole_and_in_groups_of_four(story: House) -> None:
    known = (await story.http.get("/v1/transfers/1")).json()
    text = await main_of(story, "/verify", code=known["transaction_hash"])
    codes = [re.findall("<span>([^<]*)</span>", folded) for folded in FOLDED.findall(text)]
    assert ["".join(groups) for groups in codes] == [known["transaction_hash"], known["block_hash"]]
    assert {len(group) for groups in codes for group in groups} == {2, 4}
