"""Who is let in: the ordinary neighbour always, a flood as far as its limit, and operators when nobody else is."""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from contracts.acts import acts
from iot.config import IotConfig
from iot.ingest.http import events_router
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from ledger_api.admission.admission import Admission
from ledger_api.admission.clients import client_of
from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.app import _kinds, create_app
from ledger_api.context import Context
from ledger_api.errors import NotFoundError
from ledger_api.limits import UNLIMITED, Limits
from ledger_api.scan import declared
from tests.conftest import signer
from tests.iot.town import DOMAIN, MemoryDirectory, sqlite_url
from tests.ledger_api.client import PUBLIC_URL, House, Person, furnished_house, open_house
from tests.ledger_api.ticking import Ticking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

SMALL = Limits(
    client_requests_per_minute=30, client_writes_per_minute=6, client_challenges_per_minute=5, client_uploads_per_minute=4,
    client_checks_per_minute=8, client_streams=2, client_parallel=3, member_requests_per_minute=40, member_writes_per_minute=7,
    member_uploads_per_minute=6, member_streams=3, streams=6, parallel=4, waiting=1, max_wait_seconds=0.05,
    body_seconds=0.3, clients=50,
)  # fmt: skip
ADDRESSES = (f"198.51.100.{i}" for i in itertools.count(1))
FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
DRAFT = next(f"/v1/acts/{act.act}/drafts" for act in acts().values() if act.message)


@dataclass
class Small:
    """A house with small limits.

    Attributes:
        house: The house.
        ticks: Its clock for them.
    """

    house: House
    ticks: Ticking

    def client(self) -> httpx2.AsyncClient:
        """A client with an address of its own."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.house.app, client=(next(ADDRESSES), 1)),
            base_url=PUBLIC_URL,
        )

    def elsewhere(self, person: Person) -> httpx2.AsyncClient:
        """The same person at another address."""
        client = self.client()
        client.headers.update(person.http.headers)
        client.cookies.update(person.http.cookies)
        return client

    async def signed_in(self, name: str) -> Person:
        """A member at an address of their own."""
        person = Person(self.house, signer(name))
        person.http = self.client()
        await person.sign_in()
        return person

    async def figure(self, name: str) -> float:
        """A figure of the metrics."""
        text = (await self.client().get("/metrics")).text
        return float(re.search(rf"^{re.escape(name)} (.+)$", text, re.MULTILINE)[1])  # type: ignore[index]


@pytest.fixture(scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Small]:
    ticks = Ticking()
    async with furnished_house(tmp_path_factory.mktemp("limits"), limits=SMALL, ticks=ticks) as house:
        yield Small(house, ticks)


@pytest.fixture(autouse=True)
def a_minute_has_passed(small: Small) -> None:
    small.ticks.wait(60)


async def read(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.get("/v1/acts")


async def draft(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post(DRAFT, json={})


async def challenge(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/v1/sessions/challenges", json={"address": "0x" + "11" * 20})


async def upload(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/v1/documents", files={"file": ("a.txt", b"a")})


async def check(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.get("/health/live")


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


@asynccontextmanager
async def blocked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """For a while requests for commands are not answered; the event lets them go on."""
    go_on = asyncio.Event()

    async def wait(*_: Any) -> None:
        await go_on.wait()
        raise NotFoundError("command", "x")

    with monkeypatch.context() as patched:
        patched.setattr("ledger_api.commands.api.command_answer", wait)
        yield go_on
        go_on.set()


async def begun(count: int, small: Small) -> None:
    async with asyncio.timeout(60):
        while await small.figure("gongji_api_in_work") < count:
            small.ticks.wait(60)
            await asyncio.sleep(0.01)


async def test_overload_is_shed_while_health_and_metrics_answer(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with blocked(monkeypatch) as go_on, asyncio.TaskGroup() as group:
        slow = [group.create_task(command(small.client())) for _ in range(SMALL.parallel)]
        await begun(SMALL.parallel, small)
        shed = await asyncio.gather(*(read(small.client()) for _ in range(10)))
        assert {(one.status_code, one.json()["code"]) for one in shed} == {(503, "OverloadedError")}
        assert {one.headers["retry-after"] for one in shed} == {"5"}
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert (await small.client().get(path)).status_code == 200
        assert await small.figure('gongji_api_refusals_total{limit="OverloadedError"}') >= 10
        go_on.set()
    assert [one.result().status_code for one in slow] == [404] * SMALL.parallel
    assert (await read(small.client())).status_code == 200
    assert await small.figure("gongji_api_in_work") == 0


async def test_one_client_cannot_take_all_places(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    async with blocked(monkeypatch) as go_on, asyncio.TaskGroup() as group:
        flood = small.client()
        for _ in range(SMALL.client_parallel):
            group.create_task(command(flood))
        await begun(SMALL.client_parallel, small)
        refused = await read(flood)
        assert (refused.status_code, refused.json()["code"]) == (429, "ParallelLimitError")
        assert refused.headers["retry-after"] == "1"
        assert (await read(small.client())).status_code == 200
        go_on.set()
    assert (await read(flood)).status_code == 200


async def command(client: httpx2.AsyncClient) -> httpx2.Response:
    """Asks for a command that there is not."""
    return await client.get("/v1/commands/x")


@pytest.fixture
async def gateway(small: Small, tmp_path: Path) -> AsyncIterator[Small]:
    """The same town with a way in for events of devices, and nobody at it yet."""
    config = IotConfig(database_url=sqlite_url(tmp_path), domain=DOMAIN, other_domains=())
    store = EventStore.open(config)
    ingest = Ingest(store, MemoryDirectory(), config, clock=lambda: 0)
    limits = replace(SMALL, device_requests_per_minute=50, parallel=1)
    context = Context.open(replace(small.house.config, limits=limits), clock=small.house.town.chain.now)
    app = create_app(context, [events_router(ingest)], small.ticks)
    async with app.router.lifespan_context(app):
        yield Small(replace(small.house, app=app), small.ticks)
    store.close()


async def hand_in(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/v1/events", content=b"noise", headers={"content-type": "application/cose"})


async def test_a_gateway_has_a_limit_of_its_own_and_its_people_have_theirs(gateway: Small) -> None:
    client = gateway.client()
    for _ in range(SMALL.client_requests_per_minute):
        assert (await read(client)).status_code == 200
    assert (await read(client)).status_code == 429
    assert [(await hand_in(client)).status_code for _ in range(50)] == [200] * 50
    refused = await hand_in(client)
    assert (refused.status_code, refused.json()["code"]) == (429, "DeviceLimitError")
    assert (await hand_in(gateway.client())).status_code == 200
    gateway.ticks.wait(int(refused.headers["retry-after"]))
    assert (await hand_in(client)).status_code == 200
    assert (await read(client)).status_code == 200


async def test_events_come_in_while_people_are_shed(gateway: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    async with blocked(monkeypatch) as go_on, asyncio.TaskGroup() as group:
        group.create_task(command(gateway.client()))
        await begun(1, gateway)
        assert (await read(gateway.client())).status_code == 503
        assert (await hand_in(gateway.client())).status_code == 200
        go_on.set()


async def test_bodies_that_do_not_arrive_are_answered_408_and_hold_no_place_meanwhile(small: Small) -> None:
    async def never(first: list[bytes]) -> dict[str, Any]:
        if first:
            return {"type": "http.request", "body": first.pop(), "more_body": True}
        await asyncio.sleep(3600)
        raise AssertionError("unreachable")

    async def half_sent() -> tuple[int, dict[bytes, bytes]]:
        sent: list[Any] = []
        first = [b'{"address": ']

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/v1/sessions/challenges",
            "raw_path": b"", "query_string": b"", "root_path": "", "scheme": "http", "server": ("town.test", 80),
            "client": (next(ADDRESSES), 5), "headers": [(b"content-type", b"application/json"), (b"content-length", b"60")],
        }  # fmt: skip
        await small.house.app(scope, lambda: never(first), send)
        return sent[0]["status"], dict(sent[0]["headers"])

    async with asyncio.TaskGroup() as group:
        late = [group.create_task(half_sent()) for _ in range(3 * SMALL.parallel)]
        await asyncio.sleep(0)
        assert (await read(small.client())).status_code == 200
    assert {one.result()[0] for one in late} == {408}
    assert all(one.result()[1][b"connection"] == b"close" for one in late)
    assert await small.figure("gongji_api_in_work") == 0


async def test_a_thousand_clients_take_the_room_of_those_that_are_remembered(small: Small) -> None:
    admission: Any = small.house.app.middleware_stack
    while not isinstance(admission, Admission):
        admission = getattr(admission, "app", None) or admission._app
    for _ in range(1000):
        transport = httpx2.ASGITransport(
            app=small.house.app, client=(f"2001:db8:{next(ADDRESSES)[11:]}::1", 1)
        )
        async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            await check(client)
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
    from ledger_api.admission.kinds import Kinds

    kinds = Kinds(_kinds([]))
    routes = [r for r in small.house.app.router.routes if isinstance(r, APIRoute)]
    for route in routes:
        for method in (route.methods or set()) - {"GET", "HEAD"}:
            assert kinds.of({"method": method, "path": route.path}) in {
                Kind.WRITE,
                Kind.CHALLENGE,
                Kind.UPLOAD,
            }


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
