"""The blocking client, for who has a thread or a process of their own: http.client is the fastest that Python has."""

from __future__ import annotations

import http.client
import io
import time
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from kit.errors import NodeUnreachableError
from kit.rpc import codec

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from kit.rpc.codec import Call, Json, Node

T = TypeVar("T")


class RpcClient:
    """Asks nodes of one chain over kept connections. Not for two threads at once."""

    def __init__(self, urls: Sequence[str], timeout_seconds: float) -> None:
        """Connects when it is first asked.

        Args:
            urls: Addresses, at least one; if a node is unreachable the next is asked.
            timeout_seconds: How long a node may take for an answer, from connecting to the last byte.
        """
        self._nodes, self._timeout_seconds = codec.Nodes(urls), timeout_seconds
        self._connections: dict[Node, _Connection] = {}

    @property
    def node(self) -> str:
        """Host and port of the node that was asked last."""
        return self._nodes.current

    def ask(self, calls: Sequence[Call]) -> list[Json]:
        """Asks several things in one round.

        Args:
            calls: Methods with their parameters, at least one.

        Returns:
            The results, in the order of the calls.

        Raises:
            NodeUnreachableError: No node answers.
            NodeRefusedError: One of the calls is answered with an error.
        """
        body, failures = codec.encode(calls), []
        for node in self._nodes.in_turn():
            connection = self._connections.setdefault(node, _Connection(node))
            try:
                return codec.decode(node.name, calls, connection.post(body, self._timeout_seconds))
            except NodeUnreachableError as error:
                failures.append(error)
        raise codec.unreachable(failures)

    def read(self, parse: Callable[[Json], T], method: str, *params: Json) -> T:
        """Asks one thing.

        Args:
            parse: Makes of the result what is needed; it may raise what missing or malformed fields make it raise.
            method: The method.
            params: Its parameters.

        Raises:
            NodeAnswerError: The result is not what is needed.
            NodeUnreachableError: No node answers.
            NodeRefusedError: The node answers with an error.
        """
        (result,) = self.ask([(method, params)])
        return codec.parsed(parse, result, self.node, method)

    def close(self) -> None:
        """Closes the connections."""
        for connection in self._connections.values():
            connection.close()


class _Connection:
    def __init__(self, node: Node) -> None:
        parts = urlsplit(node.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._name, self._http = node.name, kind(parts.hostname or "", parts.port)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = node.headers

    def post(self, body: bytes, timeout_seconds: float) -> bytes:
        try:
            return self._round(body, time.monotonic() + timeout_seconds)
        except NodeUnreachableError:
            self.close()
            raise
        except (http.client.HTTPException, OSError) as error:
            self.close()
            raise NodeUnreachableError(
                f"the node at {self._name} does not answer: {type(error).__name__}: {error}"
            ) from None

    def close(self) -> None:
        self._http.close()

    def _round(self, body: bytes, deadline: float) -> bytes:
        try:
            answer = self._request(body, deadline)
        except (http.client.RemoteDisconnected, ConnectionError):
            # A kept connection may have been closed meanwhile; asking twice does no harm.
            self.close()
            answer = self._request(body, deadline)
        # An answer that is left half read would hold its socket until somebody collects it.
        with answer:
            codec.check_head(self._name, answer.status, answer.getheader("content-encoding"), answer.length)
            content = answer.read(codec.MAX_ANSWER_BYTES + 1)
            codec.check_size(self._name, len(content))
            if answer.length:
                raise http.client.IncompleteRead(content, answer.length)
            return content

    def _request(self, body: bytes, deadline: float) -> http.client.HTTPResponse:
        connection: Any = self._http
        connection.timeout = _left(deadline)
        if connection.sock is not None:
            connection.sock.settimeout(connection.timeout)
        connection.response_class = _responses_until(deadline)
        connection.request("POST", self._path, body, self._headers)
        response: http.client.HTTPResponse = connection.getresponse()
        return response


def _responses_until(deadline: float) -> Any:
    """What http.client makes a response with."""
    return lambda sock, **options: http.client.HTTPResponse(
        cast("socket.socket", _Timed(sock, deadline)), **options
    )


class _Timed(io.RawIOBase):
    """What a socket receives until a deadline. A socket's own timeout would begin anew with every byte."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline
        self._raw = sock.makefile("rb", buffering=0)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _left(deadline: float) -> float:
    """Seconds until a deadline."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds
