"""Whatever a part of a town answers the auditor, it is read as far as a limit, uninflated, and named where it cannot be used."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from audit.collect import rpc
from audit.collect.rpc import MAX_ANSWER_BYTES, Http
from audit.errors import CollectError
from tests.kit.nodes import served

if TYPE_CHECKING:
    from tests.kit.nodes import Handler

PAGE_BYTES = 1 << 20


async def refusal_of(handler: Handler) -> str:
    """Why the answer of a node is not used."""
    async with served(handler) as url, Http() as http:
        with pytest.raises(CollectError, match=r"^127\.0\.0\.1:\d+\b") as error:
            await http.rpc(url, [("eth_chainId", [])])
    return str(error.value)


async def test_a_proxy_that_answers_with_a_page_is_named() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(body=b"<!doctype html>" * 1000, content_type="text/html")

    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=502, body=b"<html>")

    assert "the answer is not JSON" in await refusal_of(page)
    assert "expected HTTP status 200, got 502" in await refusal_of(gone)


@pytest.mark.parametrize("announced", [True, False])
async def test_an_answer_of_1_5_gigabytes_is_read_no_further_than_the_limit_and_held_once(
    announced: bool,
) -> None:
    sent = 0

    async def pages(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        if announced:
            response.content_length = 1500 * PAGE_BYTES
        await response.prepare(request)
        while sent < 1500 * PAGE_BYTES:
            await response.write(bytes(PAGE_BYTES))
            sent += PAGE_BYTES
        return response

    tracemalloc.start()
    try:
        said = await refusal_of(pages)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert f"at most {MAX_ANSWER_BYTES} bytes" in said
    assert sent < (32 * PAGE_BYTES if announced else 1.5 * MAX_ANSWER_BYTES)
    assert most_bytes < (32 * PAGE_BYTES if announced else 2 * MAX_ANSWER_BYTES)


async def test_a_compressed_answer_is_not_inflated() -> None:
    async def bomb(request: web.Request) -> web.Response:
        assert request.headers["accept-encoding"] == "identity"
        return web.Response(body=gzip.compress(bytes(PAGE_BYTES)), headers={"content-encoding": "gzip"})

    assert "expected no content-encoding, got gzip" in await refusal_of(bomb)


async def test_an_answer_that_leads_elsewhere_is_not_followed() -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"location": "http://127.0.0.1:9/"})

    assert "got 307" in await refusal_of(elsewhere)


async def test_an_answer_in_drips_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.1)

    monkeypatch.setattr(rpc, "TIMEOUT_SECONDS", 1)
    assert "does not answer" in await refusal_of(drip)
