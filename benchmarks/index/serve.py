"""Serves a paper chain as a fast node would: JSON-RPC, singly or in batches, over kept-alive HTTP.

python -m benchmarks.index.serve FOLDER PORT
"""

from __future__ import annotations

import asyncio
import mmap
import sys
from array import array
from pathlib import Path
from typing import Any, cast

import orjson
import uvloop

from benchmarks.index.paper_chain import CHAIN_ID, PARTS

Json = Any
NAMED = ("latest", "finalized", "safe", "pending")


class PaperNode:
    """Answers from the file, unparsed."""

    def __init__(self, folder: Path) -> None:
        with (folder / "blocks.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets = array("Q", (folder / "offsets.bin").read_bytes())
        hashes = (folder / "hashes.bin").read_bytes()
        self._numbers = {hashes[i : i + 32]: i // 32 for i in range(0, len(hashes), 32)}
        self._head = len(self._numbers) - 1

    def answer(self, body: bytes) -> bytes:
        """The answer to one request or a batch."""
        payload = orjson.loads(body)
        if isinstance(payload, list):
            return b"[" + b",".join(map(self._one, payload)) + b"]"
        return self._one(payload)

    def _one(self, request: Json) -> bytes:
        result = self._result(request["method"], request.get("params") or [])
        return b'{"jsonrpc":"2.0","id":' + orjson.dumps(request["id"]) + b',"result":' + result + b"}"

    def _result(self, method: str, params: list[Json]) -> bytes:
        if method in ("eth_getBlockByNumber", "eth_getBlockByHash"):
            return self._part(self._number(params[0]), "full" if params[1] else "light")
        if method == "eth_getBlockReceipts":
            return self._part(self._number(params[0]), "receipts")
        if method == "eth_getLogs":
            return self._logs(params[0])
        known = {
            "eth_chainId": hex(CHAIN_ID),
            "eth_blockNumber": hex(self._head),
            "eth_getCode": "0x",
            "net_version": str(CHAIN_ID),
        }
        return orjson.dumps(known[method])

    def _number(self, name: str) -> int:
        if name in NAMED:
            return self._head
        return (
            0
            if name == "earliest"
            else self._numbers[bytes.fromhex(name[2:])]
            if len(name) == 66
            else int(name, 16)
        )

    def _part(self, number: int, part: str) -> bytes:
        if number > self._head:
            return b"null"
        at = number * len(PARTS) + PARTS.index(part)
        return self._bytes[self._offsets[at] : self._offsets[at + 1]]

    def _logs(self, log_filter: Json) -> bytes:
        # All logs of the chain are events of our contracts, which is what every side asks for.
        first = self._number(log_filter.get("blockHash") or log_filter.get("fromBlock", "earliest"))
        last = self._number(log_filter.get("blockHash") or log_filter.get("toBlock", "latest"))
        parts = (self._part(n, "logs") for n in range(first, min(last, self._head) + 1))
        return b"[" + b",".join(part for part in parts if part) + b"]"


class Connection(asyncio.Protocol):
    """As much of HTTP/1.1 as clients of JSON-RPC speak."""

    def __init__(self, node: PaperNode) -> None:
        self._node, self._waiting = node, b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answers each request that is whole."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            headers = dict(line.split(b": ", 1) for line in self._waiting[:end].lower().split(b"\r\n")[1:])
            begin, size = end + 4, int(headers.get(b"content-length", 0))
            if len(self._waiting) < begin + size:
                return
            body = self._node.answer(self._waiting[begin : begin + size])
            self._waiting = self._waiting[begin + size :]
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            self._transport.writelines([head.encode(), body])


async def serve(folder: Path, port: int) -> None:
    """Serves until ended."""
    node = PaperNode(folder)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(node), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
