"""The chain as this package needs it: simulate, send, count nonces, and ask why a transaction failed.

Plain JSON-RPC over one keep-alive pool. A simulation runs at the time that the next block will have at the least, since
notice periods and deadlines are judged by block time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from contracts.abi import decode_revert
from contracts.errors import UnknownRevertError
from ledger_api.errors import ChainRefusedError, ChainUnreachableError, RuleRefusedError

if TYPE_CHECKING:
    from contracts.abi import Revert

CONNECTIONS = 32
TIMEOUT_SECONDS = 20

Json = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last block of the chain.

    Attributes:
        number: Its number.
        time: Its timestamp, seconds since 1970.
    """

    number: int
    time: int


class ChainClient:
    """Connection to one node. Opens at the first call."""

    def __init__(self, rpc_url: str) -> None:
        self._url = rpc_url
        self._session: aiohttp.ClientSession | None = None
        self._numbers = count(1)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def call(self, method: str, *params: Json) -> Json:
        """Calls a method.

        Raises:
            RuleRefusedError: A contract refused.
            ChainRefusedError: The node answered with another error.
            ChainUnreachableError: It did not answer.
        """
        told = await self._post(
            {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": params}
        )
        if not isinstance(told, dict) or ("error" not in told and "result" not in told):
            raise ChainUnreachableError(f"expected a JSON-RPC answer to {method}, got {str(told)[:80]}")
        if "error" in told:
            raise _error(method, told["error"])
        return told["result"]

    async def head(self) -> Head:
        """The last block."""
        block = await self.call("eth_getBlockByNumber", "latest", False)
        return Head(number=int(block["number"], 16), time=int(block["timestamp"], 16))

    async def next_block_time(self, now: int) -> int:
        """Time that the next block has at the least: the clock's, or one above the last block's if that ran ahead.

        It is asked each time: at an earlier time the chain would refuse a role or seat that was given a block ago.

        Args:
            now: Seconds since 1970.
        """
        return max((await self.head()).time + 1, now)

    async def estimate_gas(self, sender: str, to: str, data: bytes, *, at_time: int) -> int:
        """Gas that a call would take now.

        Args:
            sender: Address that would send it.
            to: Address of the contract.
            data: Calldata.
            at_time: Block time to assume, seconds since 1970.

        Raises:
            RuleRefusedError: The contract would refuse it.
        """
        call = {"from": sender, "to": to, "data": "0x" + data.hex()}
        return int(await self.call("eth_estimateGas", call, "latest", {}, {"time": hex(at_time)}), 16)

    async def nonce(self, address: str) -> int:
        """Next nonce of an account by the last block."""
        return int(await self.call("eth_getTransactionCount", address, "latest"), 16)

    async def send(self, raw: bytes) -> None:
        """Hands a signed transaction over. The same bytes may be sent again."""
        await self.call("eth_sendRawTransaction", "0x" + raw.hex())

    async def why(self, transaction_hash: bytes) -> Revert | None:
        """Why a mined transaction failed; None if the node cannot tell, or it ran out of gas."""
        try:
            trace = await self.call(
                "debug_traceTransaction", "0x" + transaction_hash.hex(), {"tracer": "callTracer"}
            )
            return decode_revert(bytes.fromhex(str(trace.get("output", "0x"))[2:]))
        except (ChainRefusedError, UnknownRevertError):
            return None

    async def _post(self, body: Json) -> Json:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        headers = {"content-type": "application/json"}
        try:
            async with self._session.post(self._url, data=orjson.dumps(body), headers=headers) as answer:
                return orjson.loads(await answer.read())
        except (TimeoutError, aiohttp.ClientError, OSError, orjson.JSONDecodeError) as error:
            raise ChainUnreachableError(
                f"expected an answer of {self._url}, got {type(error).__name__}"
            ) from error


def _error(method: str, error: Json) -> Exception:
    data = error.get("data") if isinstance(error, dict) else None
    if isinstance(data, str) and len(data) >= 10:
        try:
            return RuleRefusedError(decode_revert(bytes.fromhex(data[2:])))
        except (UnknownRevertError, ValueError):
            pass
    message = error.get("message") if isinstance(error, dict) else error
    return ChainRefusedError(f"expected {method} to work, got: {str(message)[:200]}")
