"""Who is let in: the ordinary neighbour always, a flood as far as its limit, and operators when nobody else is."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from ledger_api.admission.admission import Admission
from ledger_api.admission.clients import client_of
from ledger_api.admission.kinds import Kind, KindOfAddress, Kinds
from ledger_api.app import _kinds
from ledger_api.limits import UNLIMITED, Limits
from ledger_api.scan import declared
from tests.conftest import signer
from tests.ledger_api.client import PUBLIC_URL, Person, open_house
from tests.ledger_api.small_limits import ADDRESSES, SMALL, challenge, check, draft, read, upload
from tests.ledger_api.ticking import Ticking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ledger_api.small_limits import Small

FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')


@pytest.fixture(autouse=True)
def a_minute_has_passed(small: Small) -> None:
    small.ticks.wait(60)


KINDS_OF_FLOOD = [
    (read, SMALL.client_requests_per_minute, "RequestLimitError"),
    (draft, SMALL.client_writes_per_minute, "WriteLimitError"),
    (challenge, SMALL.client_challenges_per_minute, "ChallengeLimitError"),
    (upload, SMALL.client_uploads_per_minute, "UploadLimitError"),
    (check, SMALL.client_checks_per_minute, "RequestLimitError"),
]


@pytest.mark.parametrize(
    ("ask", "limit", "code"), KINDS_OF_FLOOD, ids=lambda one: getattr(one, "__name__", None)
)
async def test_a_flood_is_refused_above_its_limit_until_the_second_that_it_is_told_and_a_neighbour_never(
    small: Small, ask: Callable[[httpx2.AsyncClient], Any], limit: int, code: str
) -> None:
    flood, neighbour = small.client(), small.client()
    assert 429 not in [(await ask(flood)).status_code for _ in range(limit)]
    refused = await ask(flood)
    assert (refused.status_code, refused.json()["code"]) == (429, code)
    assert refused.headers["content-type"] == "application/problem+json"
    for part in ("what", "why", "remedy"):
        assert re.search(r"[\u4e00-\u9fff]", refused.json()[part]["zh"])
        assert refused.json()[part]["en"].isascii()
    assert (await ask(neighbour)).status_code != 429
    small.ticks.wait(int(refused.headers["retry-after"]) - 1)
    assert (await ask(flood)).status_code == 429
    small.ticks.wait(1)
    assert (await ask(flood)).status_code != 429


async def test_a_browser_that_asks_too_often_shows_a_page_that_says_what_to_do_in_both_languages(
    small: Small,
) -> None:
    browser = small.client()
    browser.headers["accept"] = "text/html,application/xhtml+xml"
    pages = [await browser.get("/words") for _ in range(SMALL.client_requests_per_minute + 1)]
    assert {page.status_code for page in pages[:-1]} == {200}
    refused, problem = pages[-1], (await browser.get("/v1/acts")).json()
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(refused.headers["retry-after"]) > 0
    assert int(refused.headers["content-length"]) == len(refused.content)
    for part in ("what", "why", "remedy"):
        assert problem[part]["zh"] in refused.text
        assert problem[part]["en"] in refused.text


@pytest.mark.parametrize(
    ("ask", "limit", "code"),
    [
        (read, SMALL.member_requests_per_minute, "RequestLimitError"),
        (draft, SMALL.member_writes_per_minute, "WriteLimitError"),
        (upload, SMALL.member_uploads_per_minute, "UploadLimitError"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
async def test_a_member_at_many_addresses_has_the_limit_of_one_member_and_another_member_its_own(
    small: Small, ask: Callable[[httpx2.AsyncClient], Any], limit: int, code: str
) -> None:
    member, other = await small.signed_in("treasurer"), await small.signed_in("volunteer")
    small.ticks.wait(60)
    assert 429 not in [(await ask(small.elsewhere(member))).status_code for _ in range(limit)]
    refused = await ask(small.elsewhere(member))
    assert (refused.status_code, refused.json()["code"]) == (429, code)
    assert "one member" in refused.json()["detail"]
    assert (await ask(small.elsewhere(other))).status_code != 429
    small.ticks.wait(int(refused.headers["retry-after"]))
    assert (await ask(small.elsewhere(member))).status_code != 429


async def test_streams_are_counted_while_they_are_open_by_client_and_by_member(small: Small) -> None:
    member = await small.signed_in("treasurer")
    client = small.client()

    async def statuses(clients: list[httpx2.AsyncClient]) -> list[int]:
        answers = await asyncio.gather(*(c.get("/v1/stream", params={"seconds": 1}) for c in clients))
        return sorted(answer.status_code for answer in answers)

    assert await statuses([client] * 3) == [200, 200, 429]
    assert await statuses([small.elsewhere(member) for _ in range(4)]) == [200, 200, 200, 429]
    assert await statuses([small.client() for _ in range(7)]) == [200] * 6 + [503]
    assert await statuses([client] * 2) == [200, 200]
    assert await small.figure("gongji_api_streams") == 0


async def test_a_thousand_clients_take_the_room_of_those_that_are_remembered(small: Small) -> None:
    for _ in range(1000):
        transport = httpx2.ASGITransport(
            app=small.house.app, client=(f"2001:db8:{next(ADDRESSES)[11:]}::1", 1)
        )
        async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            await check(client)
    # Made with the first request.
    admission: Any = small.house.app.middleware_stack
    while not isinstance(admission, Admission):
        admission = getattr(admission, "app", None) or admission._app
    for quotas in admission._clients.values():
        assert all(len(quota.rate) <= SMALL.clients for quota in quotas)
    assert len(admission._parallel._counts) == 0


def test_a_client_is_an_address_and_of_ipv6_its_network() -> None:
    def key(host: str) -> bytes:
        return client_of({"client": (host, 1)})

    assert key("192.0.2.1") == key("::ffff:192.0.2.1") != key("192.0.2.2")
    assert key("2001:db8::1") == key("2001:db8::ffff:1%eth0") != key("2001:db8:0:1::1")
    assert client_of({"client": None}) == client_of({}) == b""


def test_what_is_declared_is_served(small: Small) -> None:
    routers = [*small.house.app.router.routes]
    served = {(m, r.path) for r in iter_route_contexts(routers) for m in getattr(r, "methods", None) or ()}
    for one in _kinds([]):
        for address in one.addresses:
            assert (one.method, address) in served or address == "/static/", address
    assert {one.kind for one in declared("api", KindOfAddress)} == {Kind.CHALLENGE, Kind.STREAM, Kind.CHECK}


def test_every_address_that_writes_is_counted_as_a_write_a_challenge_or_an_upload(small: Small) -> None:
    kinds = Kinds(_kinds([]))
    routes = [r for r in small.house.app.router.routes if isinstance(r, APIRoute)]
    for route in routes:
        for method in (route.methods or set()) - {"GET", "HEAD"}:
            assert kinds.of({"method": method, "path": route.path}) in {
                Kind.WRITE,
                Kind.CHALLENGE,
                Kind.UPLOAD,
            }


def test_a_head_counts_as_what_it_is_the_head_of_and_every_file_as_a_file() -> None:
    kinds = Kinds(_kinds([]))
    assert {kinds.of({"method": m, "path": "/v1/stream"}) for m in ("GET", "HEAD")} == {Kind.STREAM}
    files = ("/static/style.0123456789abcdef.css", "/static/nothing")
    assert {kinds.of({"method": m, "path": p}) for m in ("GET", "HEAD") for p in files} == {Kind.FILE}


async def test_whoever_reads_twenty_pages_with_all_their_files_meets_no_limit_of_those_by_default(
    tmp_path: Path, small: Small
) -> None:
    pages = (
        "/", "/funds", "/campaigns", "/proposals", "/enterprises", "/ledger", "/words", "/verify", "/ask", "/acts",
    )  # fmt: skip
    async with open_house(small.house.town, tmp_path, limits=Limits(), ticks=Ticking()) as house:
        for page in pages * 2:
            answer = await house.http.get(page)
            assert answer.status_code in {200, 401}, page
            files = FILES.findall(answer.text)
            assert files, page
            for file in files:
                assert (await house.http.get(file)).status_code == 200, file
        for name in ("treasurer", "volunteer", "requester", "coordinator"):
            await Person(house, signer(name)).sign_in()


async def test_unlimited_is_above_whatever_a_test_can_ask() -> None:
    assert all(
        getattr(UNLIMITED, name) == 10**9
        for name in Limits.__slots__
        if not name.endswith("_seconds") and name != "clients"
    )
