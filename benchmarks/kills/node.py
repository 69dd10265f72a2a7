"""A node of a network as a process of its own, to be killed and to lie: it passes on what the network answers.

`python -m benchmarks.kills.node PORT TARGET`. `PUT /lie` with a name of `lies.ALL` makes it lie from then on, with nothing tell the truth.
"""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import orjson
from aiohttp import web

from benchmarks.kills.lies import ANSWERS

DRIP_SECONDS = 2.0
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"


class Node:
    """The process's one node."""

    def __init__(self, target: str) -> None:
        self._target, self._lie = target, ""
        self._session = aiohttp.ClientSession()

    async def set_lie(self, request: web.Request) -> web.Response:
        """Lies from now on, or tells the truth again."""
        self._lie = await request.text()
        return web.Response()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the network answers, or what is said in its place."""
        lie, body = self._lie, await request.read()
        if lie == "silence":
            await asyncio.sleep(3600)
        if lie == "HTML":
            return web.Response(text=HTML, content_type="text/html", status=200)
        if lie == "refused connection" and request.transport:
            request.transport.abort()
            return web.Response(status=503)
        async with self._session.post(
            self._target, data=body, headers={"content-type": "application/json"}
        ) as found:
            text = await found.read()
        if lie == "slow drip":
            return await self._drip(request, text)
        return web.Response(body=_spoilt(body, text, lie), content_type="application/json")

    async def _drip(self, request: web.Request, text: bytes) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"content-type": "application/json", "content-length": str(len(text))}
        )
        await response.prepare(request)
        for place in range(len(text)):
            await response.write(text[place : place + 1])
            await asyncio.sleep(DRIP_SECONDS)
        return response


def _spoilt(question: bytes, text: bytes, lie: str) -> bytes:
    change = ANSWERS.get(lie)
    if change is None:
        return text
    calls, answers = orjson.loads(question), orjson.loads(text)
    methods = {one["id"]: one["method"] for one in (calls if isinstance(calls, list) else [calls])}
    for answer in answers if isinstance(answers, list) else [answers]:
        if "result" in answer:
            result = change(methods[answer["id"]], answer["result"])
            if lie == "null head":
                answer["result"] = result
    return orjson.dumps(answers)


async def main(port: int, target: str) -> None:
    """Passes on for ever."""
    node = Node(target)
    app = web.Application(client_max_size=1 << 28)
    app.router.add_put("/lie", node.set_lie)
    app.router.add_post("/", node.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
