"""A Besu QBFT network as its JSON-RPC shows it: Anvil behind a proxy that seals its blocks and answers as Besu does.

Transactions, state and receipts are Anvil's; contracts see no hash of a block. Headers are those of the sealed chain, and
wherever a hash of a block stands, in a question or an answer, it is changed into the other one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web
from eth_utils import keccak

from gongji.sequencer.anvil import Anvil, ChainConfig
from gongji.sequencer.pool import Pool
from tests.network.sealed import Sealer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gongji.sequencer.pool import Pending

Json = Any
CHAIN_ID, GENESIS_TIME, GAS_LIMIT = 20_260, 1_700_000_000, 30_000_000
PROVABLE_BLOCKS = 512
# Blocks come faster than once a second, yet each is a second later than the one before: no further ahead than clocks may be.
MOST_AHEAD_SECONDS = 30
NO_BLOCK = "0x" + "00" * 32
# Of JSON-RPC, and of Besu's RpcErrorType.
METHOD_NOT_ENABLED = (-32604, "Method not enabled")
NONCE_TOO_LOW = (-32001, "Nonce too low")
NONCE_TOO_DISTANT = (-32000, "Transaction nonce is too distant from current sender nonce")
KNOWN_TRANSACTION = (-32000, "Known transaction")
ABOVE_BLOCK_LIMIT = (-32005, "Transaction gas limit exceeds block gas limit")
STATE_UNAVAILABLE = (-32000, "World state unavailable")
# What Besu knows by the same name and takes without what follows: it has no overrides there.
PARAMETERS = {"eth_call": 2, "eth_estimateGas": 2}


class RefusedError(Exception):
    """The node answers with an error: its code and message."""


@dataclass(kw_only=True)
class Behaviour:
    """How the network behaves from now on.

    Attributes:
        null_heads: So many of the next questions for the head are answered with null.
        pool_window: A sender's nonce may be so far ahead.
        reads: Questions so far, by method.
    """

    null_heads: int = 0
    pool_window: int = 200
    reads: dict[str, int] = field(default_factory=dict)


class Network:
    """A running network.

    Attributes:
        url: JSON-RPC address.
        sealer: Its validators.
        behaviour: How it behaves.
        answers: Not set while nobody answers.
    """

    def __init__(self, anvil: Anvil, sealer: Sealer, block_seconds: float) -> None:
        self.url, self.sealer, self.behaviour = "", sealer, Behaviour()
        self.answers = asyncio.Event()
        self.answers.set()
        self._anvil, self._block_seconds = anvil, block_seconds
        # Only takes transactions apart; what is refused, and how, is Besu's.
        self._pool = Pool(CHAIN_ID, 2**63)
        # Transactions in no block yet, as they were sent: what does not fit into a block Anvil forgets, and Besu keeps.
        self._kept: list[str] = []
        self._bare: dict[str, str] = {}
        self._sealed: dict[str, str] = {}
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def started(
        cls, *, epoch_blocks: int = 30_000, block_seconds: float = 0.2
    ) -> AsyncIterator[Network]:
        """A network from its genesis on."""
        anvil = Anvil(ChainConfig(chain_id=CHAIN_ID, genesis_time=GENESIS_TIME, gas_limit=GAS_LIMIT))
        await anvil.start()
        network = cls(anvil, Sealer(epoch_blocks=epoch_blocks), block_seconds)
        await network._seal()
        sealing = asyncio.create_task(network._seal_for_ever())
        try:
            async with network._serving():
                yield network
        finally:
            sealing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sealing
            await anvil.stop()

    async def make(self, blocks: int = 1) -> None:
        """Makes blocks now."""
        for _ in range(blocks):
            async with self._turn:
                await self._anvil.execute(max(self._head_time + 1, int(time.time())), [])
                await self._seal()
                await self._keep()

    async def _keep(self) -> None:
        """Sends again what was sent and is in no block."""
        sent, self._kept = self._kept, []
        for raw in sent:
            known = "0x" + keccak(hexstr=raw).hex()
            if await self._anvil.call("eth_getTransactionReceipt", known) is None:
                self._kept.append(raw)
                if await self._anvil.call("eth_getTransactionByHash", known) is None:
                    await self._anvil.call("eth_sendRawTransaction", raw)

    @property
    def height(self) -> int:
        """Number of the last block."""
        return len(self.sealer.blocks) - 1

    async def _seal_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._block_seconds)
            if self._head_time < time.time() + MOST_AHEAD_SECONDS:
                await self.make()

    async def _seal(self) -> None:
        block = await self._anvil.call("eth_getBlockByNumber", "latest", False)
        self._head_time = int(block["timestamp"], 16)
        self.sealer.seal(block)
        sealed = self.sealer.blocks[-1]
        # Nobody on the network knows the node's own hash.
        self._bare |= {sealed.hash: sealed.bare_hash, sealed.bare_hash: NO_BLOCK}
        self._sealed[sealed.bare_hash] = sealed.hash

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        await self.answers.wait()
        answers = [await self._one(entry) for entry in (body if isinstance(body, list) else [body])]
        text = orjson.dumps(answers if isinstance(body, list) else answers[0])
        return web.Response(body=text, content_type="application/json")

    async def _one(self, entry: Json) -> Json:
        method, params = entry["method"], entry.get("params") or []
        self.behaviour.reads[method] = self.behaviour.reads.get(method, 0) + 1
        answer = {"jsonrpc": "2.0", "id": entry["id"]}
        try:
            async with self._turn:
                return answer | await self._result(method, params)
        except RefusedError as error:
            code, message = error.args
            return answer | {"error": {"code": code, "message": message}}

    async def _result(self, method: str, params: list[Json]) -> Json:
        """Result or error of a method.

        Raises:
            RefusedError: Besu would not do it.
        """
        if method.partition("_")[0] not in ("eth", "net", "web3"):
            raise RefusedError(*METHOD_NOT_ENABLED)
        if method == "eth_getBlockByNumber" and params[0] == "latest" and self.behaviour.null_heads:
            self.behaviour.null_heads -= 1
            return {"result": None}
        if method == "eth_sendRawTransaction":
            await self._check(self._pool.parse(bytes.fromhex(params[0][2:])))
        if method == "eth_getProof":
            self._check_provable(params[2])
        known = _exchanged(params[: PARAMETERS.get(method, len(params))], self._bare)
        body = orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": known})
        answer = orjson.loads(await self._anvil.forward(body))
        if "error" in answer:
            return {"error": _as_besu(answer["error"])}
        if method == "eth_sendRawTransaction":
            self._kept.append(params[0])
        return {"result": self._dressed(answer.get("result"))}

    async def _check(self, sent: Pending) -> None:
        """Refuses a transaction that Besu's pool would refuse."""
        expected = int(await self._anvil.call("eth_getTransactionCount", sent.sender, "latest"), 16)
        if sent.nonce < expected:
            raise RefusedError(*NONCE_TOO_LOW)
        if sent.nonce > expected + self.behaviour.pool_window:
            raise RefusedError(*NONCE_TOO_DISTANT)
        if sent.gas > GAS_LIMIT:
            raise RefusedError(*ABOVE_BLOCK_LIMIT)

    def _check_provable(self, at: Json) -> None:
        numbers = {block.hash: number for number, block in enumerate(self.sealer.blocks)}
        place = at.get("blockHash") or at["blockNumber"] if isinstance(at, dict) else at
        number = self.height if place == "latest" else numbers.get(place, -1)
        if number < 0:
            number = int(place, 16)
        if number <= self.height - PROVABLE_BLOCKS:
            raise RefusedError(*STATE_UNAVAILABLE)

    def _dressed(self, result: Json) -> Json:
        exchanged = _exchanged(result, self._sealed)
        if isinstance(result, dict) and "extraData" in result:
            exchanged |= self.sealer.blocks[int(result["number"], 16)].fields
        return exchanged


def _exchanged(value: Json, names: dict[str, str]) -> Json:
    """A question or an answer with other names for blocks, wherever they stand."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_exchanged(entry, names) for entry in value]
    if isinstance(value, dict):
        return {name: _exchanged(entry, names) for name, entry in value.items()}
    return value


def _as_besu(error: Json) -> Json:
    """An error of Anvil as Besu tells it; the data of a refusal is the same."""
    if "already imported" in error["message"]:
        code, message = KNOWN_TRANSACTION
        return {"code": code, "message": message}
    if "data" in error:
        return error | {"code": -32000, "message": "Execution reverted"}
    return error
