"""JSON-RPC over one kept-alive HTTP connection, in batches. Blocking: callers run it in a thread or a process of its own."""

from __future__ import annotations

import http.client
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from indexer.batch import Head
from indexer.errors import NodeError
from indexer.proof.rlp import hex_bytes

Json = Any
Request = tuple[str, list[Json]]


class Node:
    """A connection to a node. Not for two threads at once."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
        self._place = f"{parts.hostname}:{self._connection.port}"  # the address without name and password
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"content-type": "application/json"}
        if parts.username:
            word = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["authorization"] = "Basic " + b64encode(word).decode()

    def ask(self, requests: list[Request]) -> list[Json]:
        """Asks several things in one round.

        Args:
            requests: Methods with their parameters, at least one.

        Returns:
            The results, in the order of the requests.

        Raises:
            NodeError: The node does not answer, or answers with an error.
        """
        body = orjson.dumps(
            [
                {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
                for number, (method, params) in enumerate(requests)
            ]
        )
        try:
            answers = orjson.loads(self._post(body))
        except ValueError as error:
            raise NodeError(f"the node's answer is not JSON: {error}") from None
        return _in_order(requests, answers)

    def head(self) -> Head:
        """The node's last block."""
        return self._named("latest")

    def block_hash(self, number: int) -> bytes | None:
        """Hash of the node's block of this number, 32 bytes; None if it has none."""
        (block,) = self.ask([("eth_getBlockByNumber", [hex(number), False])])
        return None if block is None else hex_bytes(block["hash"])

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def _named(self, tag: str) -> Head:
        (block,) = self.ask([("eth_getBlockByNumber", [tag, False])])
        try:
            return Head(number=int(block["number"], 16), hash=hex_bytes(block["hash"]))
        except (KeyError, TypeError, ValueError) as error:
            raise NodeError(f"expected a block for {tag}, got {str(block)[:100]} ({error})") from None

    def _post(self, body: bytes) -> bytes:
        try:
            return self._round(body)
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise NodeError(
                f"the node at {self._place} does not answer: {type(error).__name__}: {error}"
            ) from None

    def _round(self, body: bytes) -> bytes:
        try:
            self._connection.request("POST", self._path, body, self._headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # A kept connection may have been closed meanwhile; reading twice does no harm.
            self._connection.close()
            self._connection.request("POST", self._path, body, self._headers)
            answer = self._connection.getresponse()
        told = answer.read()
        if answer.status != http.client.OK:
            raise NodeError(f"expected HTTP status 200, got {answer.status}: {told[:200]!r}")
        return told


def _in_order(requests: list[Request], answers: Json) -> list[Json]:
    if not isinstance(answers, list) or len(answers) != len(requests):
        told = f"{len(answers)} answers" if isinstance(answers, list) else str(answers)[:200]
        raise NodeError(f"expected {len(requests)} answers, got {told}")
    results: list[Json] = [None] * len(requests)
    for answer in answers:
        if "error" in answer or not 0 <= answer.get("id", -1) < len(requests):
            raise NodeError(f"expected a result, got {str(answer)[:200]}")
        results[answer["id"]] = answer.get("result")
    return results
