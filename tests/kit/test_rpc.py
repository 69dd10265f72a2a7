"""Both JSON-RPC clients keep the same rules, whatever a node does to them."""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web

from kit.errors import NodeAnswerError, NodeRefusedError, NodeUnreachableError
from kit.rpc.async_client import AsyncRpcClient
from kit.rpc.client import RpcClient
from kit.rpc.codec import MAX_ANSWER_BYTES, quantity
from tests.kit.nodes import answering, served

NOWHERE = "http://user:secret@127.0.0.1:9"
TIMEOUT_SECONDS = 2.0
Read = Callable[[list[str], str], Awaitable[int]]


async def blocking(urls: list[str], method: str) -> int:
    client = RpcClient(urls, TIMEOUT_SECONDS)
    try:
        return await asyncio.to_thread(client.read, quantity, method, "latest")
    finally:
        client.close()


async def asynchronous(urls: list[str], method: str) -> int:
    client = AsyncRpcClient(urls, TIMEOUT_SECONDS)
    try:
        return await client.read(quantity, method, "latest")
    finally:
        await client.close()


@pytest.fixture(params=[blocking, asynchronous], ids=["blocking", "async"])
def read(request: pytest.FixtureRequest) -> Read:
    """Reads a number by either client."""
    reader: Read = request.param
    return reader


async def test_a_result_is_read_in_the_form_that_is_needed(read: Read) -> None:
    async with answering(result="0x2a") as url:
        assert await read([url], "eth_blockNumber") == 42


@pytest.mark.parametrize("result", [None, {}, "0xzz", 7])
async def test_a_result_of_another_form_is_named_with_method_and_node(read: Read, result: Any) -> None:
    async with answering(result=result) as url:
        with pytest.raises(NodeAnswerError, match="eth_blockNumber") as error:
            await read([url], "eth_blockNumber")
    assert url.removeprefix("http://") in str(error.value)


async def test_a_refusal_comes_with_code_message_and_data(read: Read) -> None:
    async with answering(error={"code": 3, "message": "reverted", "data": "0x08"}) as url:
        with pytest.raises(NodeRefusedError) as caught:
            await read([url], "eth_call")
    unpickled = pickle.loads(pickle.dumps(caught.value))
    assert (unpickled.method, unpickled.code, unpickled.message, unpickled.data) == (
        "eth_call",
        3,
        "reverted",
        "0x08",
    )
    assert unpickled.node == url.removeprefix("http://")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "expected 1 answers"),
        (b"null", "expected 1 answers"),
        (b"[null]", "expected an answer to a call"),
        (b'[{"id":9,"result":"0x1"}]', "expected an answer to a call"),
        (b'[{"id":"0","result":"0x1"}]', "expected an answer to a call"),
    ],
)
async def test_an_answer_that_is_no_json_rpc_is_as_none(read: Read, body: bytes, why: str) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=body)

    async with served(handle) as url:
        with pytest.raises(NodeUnreachableError, match=why):
            await read([url], "eth_blockNumber")


async def test_a_batch_refused_as_a_whole_is_a_refusal(read: Read) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response({"id": None, "error": {"code": -32005, "message": "too many"}})

    async with served(handle) as url:
        with pytest.raises(NodeRefusedError, match="too many"):
            await read([url], "eth_blockNumber")


@pytest.mark.parametrize(
    ("who", "authorization"), [("user:secret@", "Basic dXNlcjpzZWNyZXQ="), (":secret@", "Bearer secret")]
)
async def test_a_password_in_the_address_is_sent_and_never_shown(
    read: Read, who: str, authorization: str
) -> None:
    seen = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.headers["authorization"])
        return web.Response(status=401)

    async with served(handle) as url:
        with pytest.raises(NodeUnreachableError, match="got 401") as error:
            await read([url.replace("//", f"//{who}"), NOWHERE], "eth_blockNumber")
    assert seen == [authorization]
    assert "secret" not in str(error.value)


async def test_the_next_node_is_asked_while_one_is_away(read: Read) -> None:
    async with answering(result="0x7") as url:
        assert await read([NOWHERE, url], "eth_blockNumber") == 7


async def test_the_node_that_answered_is_asked_first_from_then_on() -> None:
    refused = 0

    async def busy(_: web.Request) -> web.Response:
        nonlocal refused
        refused += 1
        return web.Response(status=503)

    async with served(busy) as first, answering(result="0x7") as second:
        client = AsyncRpcClient([first, second], TIMEOUT_SECONDS)
        assert [await client.read(quantity, "eth_blockNumber") for _ in range(3)] == [7, 7, 7]
        assert client.node == second.removeprefix("http://")
        await client.close()
    assert refused == 1


async def test_when_no_node_answers_each_is_named(read: Read) -> None:
    with pytest.raises(NodeUnreachableError, match=r"127\.0\.0\.1:9 .*; .*127\.0\.0\.2:9 "):
        await read([NOWHERE, "http://127.0.0.2:9"], "eth_blockNumber")


@pytest.mark.parametrize("announced", [True, False])
async def test_an_answer_above_the_limit_is_read_no_further(read: Read, announced: bool) -> None:
    sent = 0

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        if announced:
            response.content_length = 4 * MAX_ANSWER_BYTES
        await response.prepare(request)
        while sent < 4 * MAX_ANSWER_BYTES:
            await response.write(bytes(1 << 20))
            sent += 1 << 20
        return response

    async with served(handle) as url:
        with pytest.raises(NodeUnreachableError, match=f"at most {MAX_ANSWER_BYTES} bytes"):
            await read([url], "eth_getBlockReceipts")
    assert sent < (32 << 20 if announced else 2 * MAX_ANSWER_BYTES)


async def test_a_compressed_answer_is_not_inflated(read: Read) -> None:
    async def handle(request: web.Request) -> web.Response:
        assert request.headers["accept-encoding"] == "identity"
        return web.Response(body=b"\x1f\x8b", headers={"content-encoding": "gzip"})

    async with served(handle) as url:
        with pytest.raises(NodeUnreachableError, match=r"no content-encoding .* got gzip"):
            await read([url], "eth_blockNumber")


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: "]
)
async def test_an_answer_in_drips_ends_at_the_deadline(read: Read, head: bytes) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.1)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    began = time.monotonic()
    with pytest.raises(NodeUnreachableError, match="Timeout"):
        await read([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], "eth_blockNumber")
    assert TIMEOUT_SECONDS <= time.monotonic() - began < 3 * TIMEOUT_SECONDS
    server.close()


async def test_an_answer_that_breaks_off_is_as_none(read: Read) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n[")
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    with pytest.raises(NodeUnreachableError, match="does not answer"):
        await read([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], "eth_blockNumber")
    server.close()


async def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b'[{"id":0,"result":"0x1"}]'
        await reader.readuntil(b"]")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()  # without having said so

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    client = RpcClient([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], TIMEOUT_SECONDS)
    for _ in range(3):
        assert await asyncio.to_thread(client.read, quantity, "eth_blockNumber") == 1
        await asyncio.sleep(0.05)
    client.close()
    server.close()


async def test_results_of_a_batch_stand_in_the_order_of_the_calls() -> None:
    async def backwards(request: web.Request) -> web.Response:
        calls = orjson.loads(await request.read())
        return web.json_response([{"id": c["id"], "result": c["params"][0]} for c in reversed(calls)])

    async with served(backwards) as url:
        client = RpcClient([url], TIMEOUT_SECONDS)
        results = await asyncio.to_thread(client.ask, [("eth_getBlockByNumber", [n]) for n in range(5)])
        client.close()
    assert results == [0, 1, 2, 3, 4]
