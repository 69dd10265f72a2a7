"""A city says its own words on pages, in scripts and in refusals, and nowhere that something is signed."""

from __future__ import annotations

import ast
import json
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.ledger_api.portal_town import VOTING, busy_house, person
from wallets.intents import Proposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import httpx2

    from tests.ledger_api.client import House, Person

SHEET = f"/proposals/0x{Proposal.from_json(VOTING).proposal_id().hex()}/sign"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("city-words")) as opened:
        yield opened


@pytest.fixture
async def steward(house: House) -> Person:
    return await person(house, "steward")


async def put(by: Person, word: str, name: Mapping[str, str]) -> httpx2.Response:
    return await by.http.put(f"/v1/register/words/{quote(word, safe='')}", json=name)


@asynccontextmanager
async def said_otherwise(steward: Person, words: Mapping[str, dict[str, str]]) -> AsyncIterator[None]:
    """While it is open, the city says some words otherwise."""
    for word, name in words.items():
        assert (await put(steward, word, name)).status_code == 200
    yield
    for word in words:
        await steward.http.delete(f"/v1/register/words/{quote(word)}")


@pytest.mark.parametrize(
    ("lang", "shown", "usual"), [("zh", "街坊众捐", "众筹"), ("en", "Shared gift", "Campaign")]
)
async def test_a_city_s_own_word_is_said_by_pages_scripts_and_refusals(
    house: House, steward: Person, lang: str, shown: str, usual: str
) -> None:
    words = {"众筹": {"zh": "街坊众捐", "en": "Shared gift"}, "密钥": {"zh": "钥匙", "en": "Key"}}
    async with said_otherwise(steward, words):
        page = (await house.http.get("/campaigns", params={"lang": lang})).text
        refusal = (await house.http.get("/v1/sessions/current")).json()
        own_page = (await steward.http.get("/register", params={"lang": "zh"})).text
    scripts = re.search(r'id="messages">(.*?)</script>', own_page)
    assert shown in page
    assert usual not in page
    assert scripts
    said = "".join(json.loads(scripts[1]).values())
    assert ("钥匙" in said, "密钥" in said) == (True, False)
    assert "钥匙" in refusal["remedy"]["zh"]
    assert "密钥" not in refusal["remedy"]["zh"]


@pytest.mark.parametrize(
    ("word", "zh"),
    [
        ("{number}", "编号"), ("众筹", "{number}"), ("number", "众筹{number.__class__}"), ("请核对这八个字，一样才签", "不必核对"),
        ("撤回以后不能恢复还要用钱得重新申请", "可以恢复"),
    ],
)  # fmt: skip
async def test_a_sentence_or_what_looks_like_a_value_is_no_word_that_a_city_may_change(
    steward: Person, word: str, zh: str
) -> None:
    answer = await put(steward, word, {"zh": zh, "en": "Other"})
    assert answer.status_code in (409, 422), answer.text


@pytest.mark.parametrize("address", ["/ask", SHEET, "/acts/OpenTask?fund=1", "/acts/OpenFund"])
async def test_no_page_on_which_something_is_signed_says_a_word_of_the_city(
    house: House, steward: Person, address: str
) -> None:
    reader = steward if "OpenFund" in address else await person(house, "seat0")
    answer = await reader.http.get(address)
    assert answer.status_code == 200
    usual = answer.text
    letters = sorted(set(re.findall("[\u4e00-\u9fff]{2}", re.sub("<[^>]*>", " ", usual))))[:40]
    async with said_otherwise(steward, {word: {"zh": "改过的词", "en": "Changed"} for word in letters}):
        shown = (await reader.http.get(address)).text
        elsewhere = (await house.http.get("/", params={"lang": "zh"})).text
    assert "改过的词" not in shown
    assert "改过的词" in elsewhere


def test_every_page_on_which_something_is_signed_has_a_sheet() -> None:
    """By which `page` knows that it is one."""
    folders = Path("ledger_api").glob("*/templates/*.html")
    signs = {
        path.name for path in folders if re.search(r'extends "(sign|act)\.html"', path.read_text("utf-8"))
    }
    calls: dict[str, set[str]] = {}
    for path in Path("ledger_api").rglob("pages.py"):
        for call in (
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
        ):
            names: list[Any] = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            for name in signs.intersection(names):
                calls.setdefault(name, set()).update(str(keyword.arg) for keyword in call.keywords)
    assert set(calls) == signs
    assert [name for name, keywords in calls.items() if "sheet" not in keywords] == []


async def test_everybody_reads_on_one_page_who_changed_which_word_from_what_to_what(
    house: House, steward: Person
) -> None:
    first, second = {"zh": "街坊众捐", "en": "Shared gift"}, {"zh": "大家捐", "en": "All give"}
    async with said_otherwise(steward, {"众筹": first, "密钥": {"zh": "钥匙", "en": "Key"}}):
        await put(steward, "众筹", second)
        footer = (await house.http.get("/", params={"lang": "zh"})).text.split("<footer>")[1]
    edits = (await house.http.get("/v1/register/words/edits")).json()["items"][:5]
    told = [(edit["key"], edit["before"], edit["after"]) for edit in edits]
    assert told[1:3] == [("众筹", second, None), ("众筹", first, second)]
    assert {edit["editor"] for edit in edits} == {f"steward/{steward.address.lower()}"}
    page = (await house.http.get("/words", params={"lang": "zh"})).text
    for text in ("众筹", "街坊众捐", "大家捐", "密钥", "钥匙", "街道经办"):
        assert text in page
    assert 'href="/words"' in footer
