"""A proxy before a node that lies about blocks, and a server that plays a recorded chain. Both speak JSON-RPC."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


Json = Any
Lie = Callable[[str, list[Json], Json], Json]
Answer = Callable[[list[Json]], Awaitable[bytes]]


class LyingRpc:
    """Passes requests on to a node and answers back, changed.

    Attributes:
        url: Where it listens.
        lie: Gets method, parameters and result, and returns the result to tell. None tells the truth.
        calls: How often each method was called.
        renamed: Hashes it made up, with the ones that the node knows.
        cut_bytes: Bytes missing at the end of each answer.
    """

    def __init__(self, node_url: str) -> None:
        self.url = ""
        self.lie: Lie | None = None
        self.calls: dict[str, int] = {}
        self.renamed: dict[str, str] = {}
        self.cut_bytes = 0
        self._node_url = node_url
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    @asynccontextmanager
    async def before(cls, node_url: str) -> AsyncIterator[LyingRpc]:
        """A proxy before the node of this address."""
        proxy = cls(node_url)
        async with aiohttp.ClientSession() as session, _serving(proxy._answer) as url:
            proxy._session, proxy.url = session, url
            yield proxy

    async def _answer(self, requests: list[Json]) -> bytes:
        assert self._session is not None
        known = [r | {"params": [self.renamed.get(str(p), p) for p in r["params"]]} for r in requests]
        async with self._session.post(self._node_url, json=known) as response:
            answers = await response.json()
        by_id = {r["id"]: r for r in requests}
        for answer in answers:
            request = by_id[answer["id"]]
            self.calls[request["method"]] = self.calls.get(request["method"], 0) + 1
            if self.lie:
                result = copy.deepcopy(answer["result"])
                answer["result"] = self.lie(request["method"], request["params"], result)
        body = orjson.dumps(answers)
        return body[: len(body) - self.cut_bytes]


@asynccontextmanager
async def recorded_chain(chain_id: int, blocks: list[Json], receipts: list[list[Json]]) -> AsyncIterator[str]:
    """Plays a recorded chain without contracts.

    Args:
        chain_id: What `eth_chainId` answers.
        blocks: Answers of `eth_getBlockByNumber` with full transactions, from block 0.
        receipts: Answers of `eth_getBlockReceipts`, from block 0.
    """
    by_hash = {block["hash"]: block_receipts for block, block_receipts in zip(blocks, receipts, strict=True)}

    def result(method: str, params: list[Json]) -> Json:
        if method == "eth_getBlockByNumber":
            number = len(blocks) - 1 if params[0] == "latest" else int(params[0], 16)
            return blocks[number] if number < len(blocks) else None
        known: dict[str, Callable[[], Json]] = {
            "eth_chainId": lambda: hex(chain_id),
            "eth_getCode": lambda: "0x",
            "eth_getBlockReceipts": lambda: by_hash.get(params[0]),
        }
        return known[method]()

    async def answer(requests: list[Json]) -> bytes:
        return orjson.dumps([{"id": r["id"], "result": result(r["method"], r["params"])} for r in requests])

    async with _serving(answer) as url:
        yield url


@asynccontextmanager
async def _serving(answer: Answer) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(body=await answer(await request.json()), content_type="application/json")

    app = web.Application()
    app.router.add_post("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
