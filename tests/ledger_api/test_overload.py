"""When too much is asked at once: who is let in, who waits, who is shed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from iot.config import IotConfig
from iot.ingest.http import events_router
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from ledger_api.app import create_app
from ledger_api.context import Context
from ledger_api.errors import NotFoundError
from tests.iot.town import DOMAIN, MemoryDirectory, sqlite_url
from tests.ledger_api.small_limits import ADDRESSES, SMALL, Small, check, read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2


@pytest.fixture(autouse=True)
def a_minute_has_passed(small: Small) -> None:
    small.ticks.wait(60)


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
        assert (await check(flood)).status_code == 200
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


async def test_events_that_are_taken_in_are_counted_as_work(
    gateway: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()

    async def wait(*_: Any) -> list[Any]:
        await go_on.wait()
        return []

    monkeypatch.setattr(Ingest, "receive_many", wait)
    async with asyncio.TaskGroup() as group:
        group.create_task(hand_in(gateway.client()))
        await begun(1, gateway)
        go_on.set()
    assert await gateway.figure("gongji_api_in_work") == 0


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
