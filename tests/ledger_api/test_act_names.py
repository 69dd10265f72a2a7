"""An act has one name: on the button that leads to its sheet, above the sheet, and in every list."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.acts import acts
from contracts.roles import PERSONS_OFFICES
from ledger_api.locale import Locale, title_of
from ledger_api.portal.acting.declared import acts_of_nouns, has_sheet
from ledger_api.portal.acting.listing import first_chosen
from ledger_api.proposals.acts import ACTS, OF_PAYMENT
from ledger_api.sessions.offices import is_of_office, office_of
from register.names import Names
from tests.conftest import member_id, signer
from tests.ledger_api.client import BANK, House, Person, statement_csv
from tests.ledger_api.portal_town import (
    NOTICE,
    PAYABLE,
    SUSPENDED,
    UNPROVEN,
    VOTING,
    busy_house,
    person,
)
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LANGUAGES = ("zh", "en")
LOCALES = {lang: Locale(lang=lang, size="normal", names=Names()) for lang in LANGUAGES}
BY_ADDRESS = {"/ask": "SubmitProposal"}
ANCHOR = re.compile(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
REQUESTS = (SUSPENDED, UNPROVEN, VOTING, NOTICE, PAYABLE)


@pytest.fixture(scope="module")
async def busy_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("names")) as opened:
        yield opened


def act_of(address: str) -> str | None:
    """Id of the act to whose sheet an address leads; None if it leads to none."""
    path = address.partition("?")[0]
    if found := re.fullmatch(r"/acts/(\w+)", path):
        return found[1]
    if re.fullmatch(r"/proposals/[^/]+/sign", path):
        name = re.search("[?;]act=(\\w+)", address)
        return ACTS[name[1] if name else "APPROVE"].id
    if re.fullmatch(r"/statements/[^/]+/lines/[^/]+/sign", path):
        return "AttestDonations"
    return BY_ADDRESS.get(path)


def buttons(text: str) -> set[tuple[str, str]]:
    """Acts to which a page leads, each with what is written there; "fill in again" leads back to the same sheet."""
    found = set()
    for address, label in ANCHOR.findall(text.partition("<main")[2].partition("</main>")[0]):
        act = act_of(unescape(address))
        if act is not None:
            found.add((act, unescape(re.sub("<[^>]*>", "", label)).strip()))
    return found


async def written(reader: Person | House, addresses: list[str]) -> set[tuple[str, str, str]]:
    """Language, act and what leads to it, on some pages."""
    found = set()
    for lang in LANGUAGES:
        for address in addresses:
            answer = await reader.http.get(address, params={"lang": lang})
            assert answer.status_code == 200, address
            found |= {(lang, act, label) for act, label in buttons(answer.text)}
    return found


def misnamed(found: set[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return sorted(one for one in found if one[2] != title_of(LOCALES[one[0]], one[1]))


async def test_every_button_of_a_request_is_called_as_its_act(busy_town: House) -> None:
    pages, found = [f"/proposals/{request['number']}" for request in REQUESTS], set()
    for name in ("treasurer", "requester", "neighbour2", "seat0", "seat3", "supervisor"):
        found |= await written(await person(busy_town, name), ["/proposals", *pages])
    found |= await written(busy_town, pages)
    assert misnamed(found) == []
    expected = {act.id for act in ACTS.values()} | {"SubmitProposal", *OF_PAYMENT}
    assert {act for _, act, _ in found} == expected


async def test_every_button_of_hours_money_and_work_is_called_as_its_act(story: House) -> None:
    own = {name: f"/volunteers/0x{member_id(name).hex()}" for name in ("volunteer", "elder")}
    own["coordinator"] = "/me/redemptions-in-care"
    visits = [f"/visits/0x{named_id(name).hex()}" for name in ("visit", "phoned", "waiting", "taken")]
    entries = [
        (await story.http.get("/v1/transfers", params={"reason": reason})).json()["items"][0]
        for reason in ("PROCEEDS", "PAYOUT")
    ]
    receipts = ["/ledger/2", *(f"/ledger/{entry['sequence']}" for entry in entries)]
    pages = ["/enterprises/1", "/campaigns/1", "/campaigns/2", "/funds/2", *receipts, *visits]
    found = await written(story, pages)
    for name in ("volunteer", "elder", "coordinator", "cashier", "treasurer", "foreman", "worker0"):
        reader = await person(story, name)
        found |= await written(reader, [*pages, *([own[name]] if name in own else [])])
    assert misnamed(found) == []
    expected = {
        "AcceptTask", "Acknowledge", "AcceptRedemption", "AttestProceeds", "CancelRedemption", "DeclineRedemption", "VoidRedemption", "OpenTask", "OpenWorkOrder",
        "PayOut", "PublishRateCard", "Redeem", "ReleaseTask", "ReverseCredit", "ReverseDonation",
        "ReversePayout", "ReverseProceeds", "TakeLot",
    }  # fmt: skip
    assert expected <= {act for _, act, _ in found}


async def test_a_bank_line_that_is_a_gift_is_attested_by_the_name_of_the_act(busy_town: House) -> None:
    treasurer = await person(busy_town, "treasurer")
    kept = await treasurer.import_statement(
        statement_csv(("GIFT", 8_800), opening_fen=500_000), BANK, "generic"
    )
    found = await written(treasurer, [f"/statements/{kept['id']}"])
    assert ("zh", "AttestDonations", "确认收到捐赠") in found
    assert misnamed(found) == []
    sheet = await treasurer.http.get(f"/statements/{kept['id']}/lines/1/sign", params={"lang": "zh"})
    assert heading(sheet.text) == "确认收到捐赠"


def heading(text: str) -> str:
    found = re.search("<h1>(.*?)</h1>", text, re.DOTALL)
    assert found
    return unescape(found[1]).strip()


@pytest.mark.parametrize("act", sorted(name for name, act in acts().items() if has_sheet(act)))
async def test_a_sheet_is_headed_by_the_name_of_its_act(busy_town: House, act: str) -> None:
    office = office_of(acts()[act])
    reader = await person(busy_town, office.name.lower() if office else "treasurer")
    for lang, locale in LOCALES.items():
        text = (await reader.http.get(f"/acts/{act}", params={"lang": lang})).text
        assert heading(text) == title_of(locale, act)


@pytest.mark.parametrize("name", ACTS)
async def test_a_sheet_for_a_request_is_headed_by_the_name_of_its_act(busy_town: House, name: str) -> None:
    reader = await person(busy_town, "treasurer")
    shown = (await reader.http.get(f"/v1/proposals/{VOTING['number']}")).json()["proposal"]["proposal_id"]
    for lang, locale in LOCALES.items():
        address = f"/proposals/{shown}/sign"
        text = (await reader.http.get(address, params={"lang": lang, "act": name})).text
        assert heading(text) == title_of(locale, ACTS[name].id)


async def test_asking_for_money_is_headed_by_the_name_of_its_act(busy_town: House) -> None:
    reader = await person(busy_town, "requester")
    for lang, locale in LOCALES.items():
        text = (await reader.http.get("/ask", params={"lang": lang})).text
        assert heading(text) == title_of(locale, "SubmitProposal")


@pytest.mark.parametrize("office", PERSONS_OFFICES)
async def test_a_list_of_what_an_office_may_do_calls_each_act_by_its_name(
    busy_town: House, office: object
) -> None:
    reader = Person(busy_town, signer(office.name.lower()))  # type: ignore[attr-defined]
    await reader.sign_in()
    found = await written(reader, ["/acts"])
    assert misnamed(found) == []
    own = [
        act
        for act in acts().values()
        if (is_of_office(act) and office_of(act) is office) or "holder" in act.by
    ]
    # What is about a thing without a number leads to the page on which that is chosen.
    assert {act for _, act, _ in found} == {act.act for act in own if first_chosen(act, ()) is None}


def test_no_template_gives_a_sheet_another_name() -> None:
    """Also of pages on which no reader of the other tests is offered an act."""
    known = {*acts()} - {*acts_of_nouns().own_sheets}
    seen = set()
    for template in sorted(Path("ledger_api").glob("*/templates/*.html")):
        for act, label in re.findall(
            r'href="/acts/([A-Z]\w+)[^>]*>(.*?)</a>', template.read_text("utf-8"), re.DOTALL
        ):
            seen.add(act)
            assert f'title_of(r, "{act}")' in label, (template.name, act)
    assert seen
    assert seen <= known
