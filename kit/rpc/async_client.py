"""The client for event loops."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import aiohttp

from kit.errors import NodeError, NodeUnreachableError
from kit.rpc import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kit.rpc.codec import Json, Node

CONNECTIONS = 32

T = TypeVar("T")


class AsyncRpcClient:
    """Asks nodes of one chain over kept connections."""

    def __init__(self, urls: Sequence[str], timeout_seconds: float) -> None:
        """Connects when it is first asked.

        Args:
            urls: Addresses, at least one; if a node is unreachable the next is asked.
            timeout_seconds: How long a node may take for an answer, from connecting to the last byte.
        """
        self._nodes, self._timeout_seconds = codec.Nodes(urls), timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def node(self) -> str:
        """Host and port of the node that was asked last."""
        return self._nodes.current

    async def call(self, method: str, *params: Json) -> Json:
        """The result of a method.

        Raises:
            NodeUnreachableError: No node answers.
            NodeRefusedError: The node answers with an error.
        """
        return await self.read(lambda result: result, method, *params)

    async def read(self, parse: Callable[[Json], T], method: str, *params: Json) -> T:
        """The result of a method in the form that is needed.

        Args:
            parse: Makes of the result what is needed; it may raise what missing or malformed fields make it raise.
            method: The method.
            params: Its parameters.

        Raises:
            NodeAnswerError: The result is not what is needed.
            NodeUnreachableError: No node answers.
            NodeRefusedError: The node answers with an error.
        """
        calls = [(method, params)]

        def results(node: str, body: bytes) -> T:
            (result,) = codec.decode(node, calls, body)
            return codec.parsed(parse, result, node, method)

        return await self._first(codec.encode(calls), results)

    async def agreed(self, method: str, *params: Json) -> str:
        """The result, a text, that more than half of all nodes give: no node alone decides what depends on it.

        Raises:
            NodeUnreachableError: So many do not give the same one.
        """
        needed, counts = len(self._nodes) // 2 + 1, Counter[str]()
        body, calls = codec.encode([(method, params)]), [(method, params)]
        questions = [asyncio.create_task(self._one(node, calls, body)) for node in self._nodes]
        try:
            for question in asyncio.as_completed(questions):
                result = await question
                if result is not None:
                    counts[result] += 1
                    if counts[result] >= needed:
                        return result
        finally:
            for waiting in questions:
                waiting.cancel()
            await asyncio.gather(*questions, return_exceptions=True)
        most = max(counts.values(), default=0)
        raise NodeUnreachableError(
            f"expected the same answer to {method} of {needed} of {len(self._nodes)} nodes, got it of {most}"
        )

    async def _one(self, node: Node, calls: Sequence[codec.Call], body: bytes) -> str | None:
        """A node's result; None where it gives none, or no text."""
        try:
            (result,) = codec.decode(node.name, calls, await self._post(node, body))
        except NodeError:
            return None
        return result if isinstance(result, str) else None

    async def forward(self, body: bytes) -> bytes:
        """Passes the body of a request on and its answer back, unread.

        Raises:
            NodeUnreachableError: No node answers.
        """
        return await self._first(body, lambda _, answer: answer)

    async def close(self) -> None:
        """Closes the connections; it may be asked again."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _first(self, body: bytes, decode: Callable[[str, bytes], T]) -> T:
        """What the first node answers that does."""
        failures = []
        for node in self._nodes.in_turn():
            try:
                return decode(node.name, await self._post(node, body))
            except NodeUnreachableError as error:
                failures.append(error)
        raise codec.unreachable(failures)

    async def _post(self, node: Node, body: bytes) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=self._timeout_seconds),
                auto_decompress=False,
            )
        try:
            async with self._session.post(
                node.url, data=body, headers=node.headers, allow_redirects=False
            ) as answer:
                encoding = answer.headers.get("content-encoding")
                codec.check_head(node.name, answer.status, encoding, answer.content_length)
                return await _bounded(node.name, answer)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NodeUnreachableError(
                f"the node at {node.name} does not answer: {type(error).__name__}: {error}"
            ) from None


async def _bounded(node: str, answer: aiohttp.ClientResponse) -> bytes:
    """The body, read until it gets too long."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        codec.check_size(node, len(body))
    return bytes(body)
