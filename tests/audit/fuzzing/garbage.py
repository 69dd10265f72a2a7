"""A node and a portal that answer as real ones did, but for one answer, which is garbage."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import orjson
from aiohttp import web

from tests.audit.fuzzing.files import BOMB
from tests.audit.fuzzing.values import altered, flipped

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable

# What stands for a whole answer: (body, headers, status).
Answer = tuple[bytes, dict[str, str], int]
JSON = {"content-type": "application/json"}
ANSWERS: list[Answer] = [
    (b"", JSON, 200), (b"<html>502</html>", {"content-type": "text/html"}, 200), (b"null", JSON, 200), (b"[]", JSON, 200), (b"{}", JSON, 200),
    (b"[" * 1_000 + b"]" * 1_000, JSON, 200), (b"[" * 100_000, JSON, 200), (b'"' + b"a" * 1_000_000 + b'"', JSON, 200), (b"\xff\xfe", JSON, 200),
    (b'{"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":"\\u001b[2J"}}', JSON, 200), (b"[null,null]", JSON, 200), (b"{}", JSON, 500), (b"{}", JSON, 404),
    (BOMB, JSON | {"content-encoding": "gzip"}, 200), (b"no gzip", JSON | {"content-encoding": "gzip"}, 200), (b"{}", JSON | {"location": "/v1/accounts"}, 302),
    (b'[{"id":[],"result":1}]', JSON, 200), (b'{"items":[],"next_cursor":"x"}', JSON, 200), (b'{"items":{},"next_cursor":null}', JSON, 200),
    (b'{"items":[{"account":1}],"next_cursor":null}', JSON, 200), (b'{"items":5,"next_cursor":null}', JSON, 200), (b'{"items":[1],"next_cursor":[]}', JSON, 200),
    (b'{"items":[{"account":[],"balance":{},"block_hash":1.5,"block_number":null,"unit":[[]]}],"next_cursor":{}}', JSON, 200),
]  # fmt: skip


class Garbage:
    """Answers both, from what real ones answered before.

    Attributes:
        url: Where it listens.
        question_count: How many questions so far.
        notes: What was spoilt.
    """

    def __init__(self, node_url: str, portal_url: str) -> None:
        self._node_url, self._portal_url = node_url, portal_url
        self._known: dict[bytes, bytes] = {}
        self._spoil: Callable[[bytes], Answer] | None = None
        self._at = 0
        self.url, self.question_count, self.notes = "", 0, ""

    @classmethod
    @asynccontextmanager
    async def before(cls, node_url: str, portal_url: str) -> AsyncIterator[Garbage]:
        """Listens until the end of the block."""
        garbage = cls(node_url, portal_url)
        app = web.Application(client_max_size=1 << 28)
        app.router.add_post("/", garbage._rpc)
        app.router.add_get("/v1/accounts", garbage._page)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        garbage.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as garbage._session:
            yield garbage
        await runner.cleanup()

    def spoil(self, chance: random.Random, questions: int) -> None:
        """Spoils one answer of the next collection, which asks so many questions."""
        self.question_count, self._at = 0, chance.randrange(questions)
        kind = chance.choice(("value", "value", "value", "value", "bytes", "whole"))

        def spoilt(body: bytes) -> Answer:
            if kind == "whole":
                return chance.choice(ANSWERS)
            return (altered if kind == "value" else flipped)(chance, body), JSON, 200

        self._spoil, self.notes = spoilt, f"{kind} of answer {self._at}"

    async def _rpc(self, request: web.Request) -> web.Response:
        body = await request.read()
        return await self._told(body, lambda: self._session.post(self._node_url, data=body, headers=JSON))

    async def _page(self, request: web.Request) -> web.Response:
        path = str(request.rel_url)
        return await self._told(path.encode(), lambda: self._session.get(self._portal_url + path))

    async def _told(
        self, question: bytes, ask: Callable[[], aiohttp.client._RequestContextManager]
    ) -> web.Response:
        if question not in self._known:
            async with ask() as answer:
                self._known[question] = orjson.dumps(await answer.json())
        body, headers, status = self._known[question], JSON, 200
        if self._spoil and self.question_count == self._at:
            body, headers, status = self._spoil(body)
        self.question_count += 1
        return web.Response(body=body, headers=headers, status=status)
