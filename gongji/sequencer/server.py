"""JSON-RPC over HTTP in front of the embedded chain: reads are passed on, transactions are journaled first."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from gongji.errors import GongjiError
from kit.errors import NodeUnreachableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gongji.sequencer.chain import Chain

MAX_BODY_BYTES = 4 * 1024 * 1024
OWN_METHODS = {"eth_sendRawTransaction", "eth_getTransactionCount", "gongji_setClock", "gongji_mine"}
READ_METHODS = {
    "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice",
    "eth_getBalance", "eth_getBlockByHash", "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getCode", "eth_getLogs",
    "eth_getProof", "eth_getRawTransactionByHash", "eth_getStorageAt", "eth_getTransactionByHash",
    "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas", "eth_syncing", "net_version",
    "web3_clientVersion",
}  # fmt: skip

Json = Any


def create_app(chain: Chain, *, simulated_clock: bool = False, automatic: bool = True) -> web.Application:
    """The web application.

    Args:
        chain: A started chain.
        automatic: Whether blocks are mined as transactions arrive; else whoever holds the chain mines.
        simulated_clock: Whether `gongji_setClock` and `gongji_mine` are allowed; only for the demo town and tests.
    """

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return _json(_error(None, -32700, f"not JSON: {error}"))
        try:
            if _is_read_only(payload):
                return web.Response(body=await chain.forward(body), content_type="application/json")
            if isinstance(payload, list):
                return _json([await _one(chain, entry, simulated_clock=simulated_clock) for entry in payload])
            return _json(await _one(chain, payload, simulated_clock=simulated_clock))
        except NodeUnreachableError as error:
            return web.Response(status=503, text=f"the chain restarts: {error}", headers={"retry-after": "1"})

    async def mining(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(chain.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/", answer)
    if automatic:
        app.cleanup_ctx.append(mining)
    return app


async def _one(chain: Chain, entry: Json, *, simulated_clock: bool) -> Json:
    if not isinstance(entry, dict) or not isinstance(entry.get("method"), str):
        return _error(None, -32600, "not a JSON-RPC request")
    number, method, params = entry.get("id"), entry["method"], entry.get("params") or []
    try:
        if method in READ_METHODS or (method == "eth_getTransactionCount" and params[1:] != ["pending"]):
            return orjson.loads(await chain.forward(orjson.dumps(entry)))
        if method not in OWN_METHODS or (method.startswith("gongji_") and not simulated_clock):
            return _error(number, -32601, f"method {method} is not available")
        result = await _own(chain, method, params)
    except GongjiError as error:
        return _error(number, -32000, f"{error.why}; {error.remedy}")
    except (IndexError, TypeError, ValueError, AttributeError) as error:
        return _error(number, -32602, f"invalid parameters: {error}")
    return {"jsonrpc": "2.0", "id": number, "result": result}


async def _own(chain: Chain, method: str, params: list[Json]) -> Json:
    if method == "gongji_setClock":
        return chain.set_clock(int(params[0]))
    if method == "gongji_mine":
        return await chain.mine(empty=True)
    if method == "eth_getTransactionCount":
        return hex(chain.next_nonce(params[0]))
    return "0x" + (await chain.submit(bytes.fromhex(params[0].removeprefix("0x")))).hex()


def _is_read_only(payload: Json) -> bool:
    entries = payload if isinstance(payload, list) else [payload]
    return bool(entries) and all(isinstance(e, dict) and e.get("method") in READ_METHODS for e in entries)


def _error(number: Json, code: int, message: str) -> Json:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}


def _json(body: Json) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")
