"""Health is red when what is shown cannot be relied on."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from sqlalchemy import insert, update

from indexer.schema import MIRROR
from indexer.tables import status
from kit.database import open_engine
from kit.rpc.async_client import AsyncRpcClient
from ledger_api.chain import TIMEOUT_SECONDS
from ledger_api.context import Context
from ledger_api.forms import moment_text
from ledger_api.health.api import _mirror
from ledger_api.health.duties import DutyBoard
from tests.kit.nodes import served
from tests.ledger_api.client import PUBLIC_URL, House, chain_away, config_of, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.kit.nodes import Handler


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with furnished_house(tmp_path) as opened:
        yield opened


async def ready(house: House) -> tuple[int, list[str]]:
    answer = await house.http.get("/health/ready")
    assert answer.json()["healthy"] is (answer.status_code == 200)
    return answer.status_code, answer.json()["detail"]["wrong"]


def tell_status(house: House, **columns: Any) -> None:
    engine = open_engine(house.config.mirror_url, MIRROR)
    row = {"head_number": 1, "halted": False, "reason": None, "checked_at": 1, **columns}
    with engine.begin() as connection:
        if connection.execute(update(status).values(row)).rowcount == 0:
            connection.execute(insert(status), {"id": 1, **row})
    engine.dispose()


async def test_all_is_well(house: House) -> None:
    assert await ready(house) == (200, [])
    assert (await house.http.get("/health/live")).status_code == 200


async def test_red_when_the_mirror_is_behind(house: House) -> None:
    lag = house.config.max_lag_blocks + 1
    for _ in range(lag):
        await house.town.chain.mine(empty=True)
    assert await ready(house) == (503, [f"镜像落后 {lag} 个区块 The mirror is {lag} blocks behind"])
    await house.syncer.catch_up()
    assert await ready(house) == (200, [])


async def test_a_network_that_makes_no_blocks_is_red_and_every_page_says_since_when(tmp_path: Path) -> None:
    async with furnished_house(tmp_path, is_network=True) as house:
        etag = (await house.http.get("/")).headers["etag"]
        assert await ready(house) == (200, [])
        head_time = (await house.town.web3.eth.get_block("latest"))["timestamp"]
        house.town.chain.set_clock(head_time + house.config.max_head_seconds + 1)
        status, (since,) = await ready(house)
        assert (status, f"No new block since {moment_text(head_time)}" in since) == (503, True)
        assert since.startswith(f"从 {moment_text(head_time)} 起没有新区块")
        page = await house.http.get("/", headers={"if-none-match": etag})
        assert (page.status_code, "起没有进展" in page.text) == (200, True)
        assert "gongji_mirror_head_seconds 61.0" in (await house.http.get("/metrics")).text
        await house.town.chain.mine(empty=True)
        await house.syncer.catch_up()
        assert await ready(house) == (200, [])
        assert "起没有进展" not in (await house.http.get("/")).text


async def test_red_when_the_newest_block_is_of_a_time_to_come(tmp_path: Path) -> None:
    async with furnished_house(tmp_path, is_network=True) as house:
        head_time = (await house.town.web3.eth.get_block("latest"))["timestamp"]
        for behind, count in ((house.config.max_head_seconds, 0), (house.config.max_head_seconds + 1, 1)):
            wrong: list[str] = []
            await _mirror(replace(house.context, clock=lambda by=behind: head_time - by), wrong)
            assert [moment_text(head_time) in sentence for sentence in wrong] == [True] * count


@pytest.mark.parametrize("hours", [-1, 1])
async def test_red_when_this_machine_s_clock_is_an_hour_off_and_the_clock_is_named(
    tmp_path: Path, hours: int
) -> None:
    async with furnished_house(tmp_path, is_network=True) as house:
        assert await ready(house) == (200, [])
        now = house.town.chain.now
        house.replace_in_context(clock=lambda: now() + hours * 3600)
        await house.town.chain.mine(empty=True)
        await house.syncer.catch_up()
        status, (said,) = await ready(house)
        assert (status, "时钟" in said, "clock" in said) == (503, True, True), said


async def page_of_a_proxy(_: web.Request) -> web.Response:
    return web.Response(body=b"<!doctype html>" * 1000, content_type="text/html")


async def answer_without_end(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(bytes(1 << 20))


async def answer_in_drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("node", "cause"),
    [
        (page_of_a_proxy, "is not JSON"), (answer_without_end, "expected at most 67108864 bytes"), (answer_in_drips, "Timeout"),
    ],
)  # fmt: skip
async def test_red_with_the_cause_while_a_node_answers_as_none_should(
    house: House, node: Handler, cause: str
) -> None:
    async with served(node) as url:
        own, house.context.probe._rpc = house.context.probe._rpc, AsyncRpcClient([url], 2)
        status, (said,) = await ready(house)
        await house.context.probe._rpc.close()
        house.context.probe._rpc = own
    assert (status, cause in said) == (503, True), said
    assert len(said) < 500
    assert await ready(house) == (200, [])


async def silence(_: web.Request) -> web.Response:
    await asyncio.sleep(3600)
    raise AssertionError


async def test_a_silent_node_keeps_nobody_waiting_who_asks_how_it_goes_and_the_next_is_asked(
    house: House,
) -> None:
    async with served(silence) as silent:
        for urls, healthy in (((silent,), False), ((silent, house.town.url), True)):
            context = Context.open(replace(house.config, rpc_urls=urls))
            house.replace_in_context(probe=context.probe)
            # Commands wait for a node four times as long.
            async with asyncio.timeout(TIMEOUT_SECONDS / 2):
                status, said = await ready(house)
            await context.close()
            assert (status == 200, "Timeout" in str(said)) == (healthy, not healthy), said


async def test_the_embedded_chain_makes_no_blocks_while_nothing_happens_and_is_well(house: House) -> None:
    house.town.chain.set_clock(house.town.chain.now() + 7 * 24 * 3600)
    assert await ready(house) == (200, [])
    assert "起没有进展" not in (await house.http.get("/")).text


async def test_red_when_the_mirror_halted_because_the_chain_diverges(house: House) -> None:
    tell_status(house, halted=True, reason="block 7: receipts root")
    height = (await house.http.get("/health/ready")).json()["detail"]["mirror_number"]
    code, (sentence,) = await ready(house)
    assert code == 503
    assert sentence.startswith("节点给出的内容证明不了，镜像停在区块 ")
    assert sentence.endswith(f"so the mirror stopped at block {height}: block 7: receipts root")


async def test_red_when_a_command_waits_too_long(house: House) -> None:
    await house.serve("steward", "Funds", "openPurpose", 0x10009)
    house.town.chain.set_clock(house.town.chain.now() + house.config.max_stuck_seconds + 1)
    code, wrong = await ready(house)
    assert code == 503
    assert wrong[0].startswith("有提交等了 ")


async def test_red_while_a_duty_of_the_keeper_fails_and_its_error_is_named_without_what_it_says(
    house: House,
) -> None:
    clock = house.town.chain
    start = clock.now()
    moments = iter((start, start + 1, later := start + 1 + house.config.max_stuck_seconds, later + 1))
    board = DutyBoard(house.context.app_engine, moments.__next__)
    await board.note({"Anchor": None, "Claims": None})
    fault = OverflowError("household 0x5a is too large")
    await board.note({"Claims": fault})
    assert await ready(house) == (200, [])
    clock.set_clock(later)
    await board.note({"Anchor": None, "Claims": fault})
    first, last = moment_text(start), moment_text(later)
    sentence = "值守的事项 Claims 出错：OverflowError The keeper's duty Claims is failing: OverflowError"
    assert await ready(house) == (503, [sentence])
    detail = (await house.http.get("/health/ready")).json()["detail"]
    assert detail["duties"] == [
        {"duty": "Anchor", "succeeded_at": last, "failed_at": None, "fault": None},
        {"duty": "Claims", "succeeded_at": first, "failed_at": last, "fault": "OverflowError"},
    ]
    await board.note({"Claims": None})
    assert await ready(house) == (200, [])


async def test_red_when_the_chain_does_not_answer(house: House) -> None:
    async with chain_away(house.context.probe):
        status, (said,) = await ready(house)
        assert (status, said.partition(": ")[0]) == (503, "链没有回答 The chain does not answer")
        assert re.search(r"the node at 127\.0\.0\.1:\d+ does not answer", said)


async def test_red_when_there_is_no_mirror(house: House, tmp_path: Path) -> None:
    import httpx2

    from ledger_api.app import create_app

    config = config_of(house.town, tmp_path, mirror_url=f"sqlite:///{tmp_path}/none.db")
    app = create_app(Context.open(config))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
    ):
        answer = await http.get("/health/ready")
        # A mirror that is not there is also behind, which is told once the chain is long enough.
        assert answer.status_code == 503
        assert answer.json()["detail"]["wrong"][0] == "镜像读不了 The mirror cannot be read"
        command = await http.get("/v1/commands/" + "0" * 32)
        assert (command.status_code, command.json()["code"]) == (404, "NotFoundError")


async def test_metrics_count_requests_by_route_and_commands_by_state(house: House) -> None:
    await house.http.get("/v1/commands/unknown")
    await house.http.get("/wp-login.php")
    await house.serve("steward", "Funds", "openPurpose", 0x10009)
    text = (await house.http.get("/metrics")).text
    assert 'gongji_api_requests_total{method="GET",route="/v1/commands/{command}",status="404"} 1.0' in text
    assert "wp-login" not in text
    assert 'gongji_commands{state="accepted"} 1.0' in text
