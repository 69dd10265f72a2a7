"""An address takes the parameters that it declares, each once, and says which; a link that a messenger passed on is shown all the same."""

from __future__ import annotations

import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.routing import iter_route_contexts

from ledger_api.portal.static_files import FOLDER
from tests.conftest import member_id, signer
from tests.ledger_api.access_crawl import ENDLESS, SAMPLES
from tests.ledger_api.client import Person
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import PAID, named_id

if TYPE_CHECKING:
    import httpx2

    from tests.ledger_api.client import House

BROWSER = {"accept": "text/html"}
UNHEARD_OF = "unheard_of"
# Pages from which links lead on, for whom they are.
READERS = (
    "volunteer",
    "worker0",
    "coordinator",
    "foreman",
    "treasurer",
    "seat0",
    "neighbour1",
    "registrar",
    "steward",
)
BEGINNINGS = (
    "/", "/funds/2", "/ledger", "/ledger/1", "/proposals", "/proposals/20250602", "/committee", "/campaigns/1", "/enterprises/1", "/me/day",
    "/statements", "/acts", "/acts?bank=1", "/register", "/verify?code=1", f"/visits/0x{named_id('visit').hex()}",
    f"/proposals/0x{PAID.proposal_id().hex()}/sign", "/acts/OpenFund", "/acts/Redeem",
)  # fmt: skip


def addresses(house: House) -> list[str]:
    """An address of every route that can be read, with the first sample of each part of its path."""
    found = []
    for route in iter_route_contexts(house.app.routes):
        path = str(route.path)
        if "GET" in (route.methods or ()) and path not in (ENDLESS, "/openapi.json"):
            of_desk = path.replace("/desk/{delegation}/{act}", "/desk/{delegation}/Redeem")
            found.append(re.sub(r"{(\w+)}", lambda part: sample(part[1]), of_desk))
    return sorted(set(found))


def sample(name: str) -> str:
    return next(iter(SAMPLES[name].values()), "1").partition("?")[0]


async def answers(house: House, query: str) -> dict[str, httpx2.Response]:
    return {address: await house.http.get(f"{address}?{query}") for address in addresses(house)}


async def test_every_address_refuses_a_parameter_that_it_does_not_know_and_names_it(story: House) -> None:
    found = await answers(story, f"{UNHEARD_OF}=1")
    assert len(found) > 80
    # Whoever may not ask is told that first.
    treasurer = await signed_in(story, "treasurer")
    for address in [address for address, answer in found.items() if answer.status_code == 401]:
        found[address] = await treasurer.http.get(f"{address}?{UNHEARD_OF}=1")
    clerk = await signed_in(story, "supervisor")
    for address in [address for address, answer in found.items() if answer.status_code == 404]:
        found[address] = await clerk.http.get(f"{address}?{UNHEARD_OF}=1")
    assert {address: answer.text for address, answer in found.items() if answer.status_code != 422} == {}
    assert [address for address, answer in found.items() if UNHEARD_OF not in answer.text] == []
    assert [a for a, answer in found.items() if "QueryUnknownError" not in answer.text] == []


async def test_the_stream_refuses_a_parameter_that_it_does_not_know(story: House) -> None:
    assert (await story.http.get(f"{ENDLESS}?{UNHEARD_OF}=1")).status_code == 422


async def test_a_write_with_a_parameter_that_it_does_not_know_is_refused(story: House) -> None:
    body = {"address": signer("seat0").address}
    refused = await story.http.post(f"/v1/sessions/challenges?{UNHEARD_OF}=1", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "QueryUnknownError")
    assert (await story.http.post("/v1/sessions/challenges", json=body)).status_code == 201


async def test_what_the_scripts_of_pages_ask_for_is_known(story: House) -> None:
    for script in FOLDER.glob("*.js"):
        for address, names in re.findall(r"[`\"](/[\w/]+)\?([^`\"]+)[`\"]", script.read_text("utf-8")):
            query = "&".join(f"{name}=" for name in re.findall(r"(\w+)=", names))
            found = [await story.http.request(method, f"{address}?{query}") for method in ("GET", "POST")]
            assert any(answer.status_code != 405 for answer in found), address
            assert [one for one in found if "QueryUnknownError" in one.text] == [], address


async def test_the_refusal_lists_what_may_be_asked_by_the_names_of_the_address(story: House) -> None:
    detail = (await story.http.get("/v1/transfers?fnud=2")).json()["detail"]
    assert detail == (
        "expected only the parameters account, cause, cursor, fund, limit, reason, since, until, got the parameter 'fnud'"
    )
    # What the endpoint calls `number` is `page` in the address.
    treasurer = await signed_in(story, "steward")
    page = await treasurer.http.get("/register/funds?number=2", headers=BROWSER)
    assert "only the parameters key, lang, page, size, got" in html.unescape(page.text)
    assert (await treasurer.http.get("/register/funds?page=1")).status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "limit=1&limit=1", "reason=DONATION&limit=5&reason=WAGE"]
)
async def test_a_parameter_that_comes_twice_is_refused(story: House, query: str) -> None:
    answer = await story.http.get(f"/v1/transfers?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryUnknownError")
    assert "once, got it 2 times" in answer.json()["detail"]


async def test_a_page_takes_language_and_size_and_a_sheet_the_values_of_its_act(story: House) -> None:
    volunteer = await signed_in(story, "volunteer")
    for address in (
        "/funds?lang=en&size=large",
        "/acts/Redeem?service=1&heldMinutes.hours=1&heldMinutes.minutes=30&start=",
    ):
        assert (await volunteer.http.get(address)).status_code == 200
    wrong = await volunteer.http.get("/acts/Redeem?purpose=1", headers=BROWSER)
    assert (wrong.status_code, "QueryUnknownError" in wrong.text) == (422, True)
    assert (await volunteer.http.get("/acts/NoSuchAct?fund=1")).status_code == 404


@pytest.mark.parametrize(
    ("passed_on", "page"),
    [
        ("/funds/2?from=singlemessage&isappinstalled=0", "/funds/2"),
        ("/ledger?fund=2&nsukey=x%2By&reason=DONATION", "/ledger?fund=2&reason=DONATION"),
        ("/?utm_source=wechat&utm_whatever=1&lang=en", "/?lang=en"),
    ],
)
async def test_a_link_that_a_messenger_passed_on_leads_to_its_page(
    story: House, passed_on: str, page: str
) -> None:
    answer = await story.http.get(passed_on, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (307, page)
    assert (await story.http.get(page, headers=BROWSER)).status_code == 200


async def test_what_messengers_add_hides_no_parameter_that_is_wrong_and_the_api_takes_none_of_it(
    story: House,
) -> None:
    led = await story.http.get("/funds?from=timeline&unheard_of=1", headers=BROWSER, follow_redirects=True)
    assert (led.status_code, "unheard_of" in led.text) == (422, True)
    assert (await story.http.get("/v1/funds?from=timeline")).status_code == 422


async def test_no_link_and_no_form_of_a_page_leads_to_a_parameter_that_is_refused(story: House) -> None:
    answered: set[tuple[str, frozenset[str]]] = set()
    for name in (None, *READERS):
        reader = Person(story, signer("nobody")) if name is None else await signed_in(story, name)
        led = {names_in(address): address for address in await led_to(reader)}
        assert len(led) > 15, name
        # Which values its parameters have changes nothing; whether an address says anything of them may, where it turns a reader away.
        for names in led.keys() - answered:
            answer = await reader.http.get(led[names], headers=BROWSER)
            assert "QueryUnknownError" not in answer.text, (name, led[names])
            if answer.status_code == HTTPStatus.OK:
                answered.add(names)


async def led_to(reader: Person) -> list[str]:
    """Where links and forms of the beginnings lead, with what stands on nobody's page."""
    seen = {f"/volunteers/0x{member_id('volunteer').hex()}"}
    for beginning in BEGINNINGS:
        page = await reader.http.get(beginning, headers=BROWSER, follow_redirects=True)
        assert "QueryUnknownError" not in page.text, beginning
        seen |= set(links(page.text)) | set(forms(page.text, str(page.url.path)))
    return sorted(seen)


def names_in(address: str) -> tuple[str, frozenset[str]]:
    """Path of an address, and the names of its parameters."""
    parts = urlsplit(address)
    return parts.path, frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def links(text: str) -> list[str]:
    """Addresses with parameters to which a page leads."""
    found = (html.unescape(address) for address in re.findall(r'(?:href|hx-get)="(/[^"]*)"', text))
    return [address for address in found if "?" in address]


def forms(text: str, here: str) -> list[str]:
    """Addresses to which the forms of a page lead when they are sent as they stand."""
    found = []
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL):
        # Others are sent by a script, or change something.
        if 'method="get"' not in attributes:
            continue
        action = re.search(r'action="([^"]*)"', attributes)
        names = re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', inside)
        address = html.unescape(action[1]) if action else here
        query = dict(parse_qsl(urlsplit(address).query)) | dict.fromkeys(names, "")
        assert len(names) == len(set(names)), names
        found.append(f"{urlsplit(address).path}?{'&'.join(f'{one}=' for one in query)}")
    return found
