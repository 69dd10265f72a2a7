"""JSON-RPC 2.0 as both clients speak it: always a batch, never more than a limit, and errors that name the node."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import unquote, urlsplit

import orjson

from kit.errors import NodeAnswerError, NodeRefusedError, NodeUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Any
Call = tuple[str, Sequence[Json]]
T = TypeVar("T")

# The indexer asks for some 2 MB at once. A block of 100 million gas holds at most 25 MB of calldata as hex digits.
MAX_ANSWER_BYTES = 64 * 1024 * 1024
# 0x and 15 digits, which every database holds.
MOST_DIGITS = 17
# Nothing is inflated: what arrives is what is counted.
HEADERS = {"content-type": "application/json", "accept-encoding": "identity"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """Where a node listens, and who asks it.

    Attributes:
        url: Address, without a name or a password.
        name: Host and port, for messages.
        authorization: Value of the header of this name; None if nobody need say who asks.
    """

    url: str
    name: str
    authorization: str | None

    @classmethod
    def of(cls, url: str) -> Self:
        """The node of an address.

        Args:
            url: http or https. It may hold a name and a password (Basic, RFC 7617), or a password alone, which is a token
                (Bearer, RFC 6750).
        """
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.netloc.rpartition("@")[2]
        return cls(
            url=parts._replace(netloc=host).geturl(),
            name=f"{parts.hostname}:{port}",
            authorization=_authorization(unquote(parts.username or ""), unquote(parts.password or "")),
        )

    @property
    def headers(self) -> dict[str, str]:
        """Headers of each request."""
        return HEADERS | ({"authorization": self.authorization} if self.authorization else {})


def _authorization(name: str, password: str) -> str | None:
    if name:
        return "Basic " + b64encode(f"{name}:{password}".encode()).decode()
    return f"Bearer {password}" if password else None


class Nodes:
    """Nodes of one chain, each once. The one that answered last is asked first."""

    def __init__(self, urls: Sequence[str]) -> None:
        # One that is named twice would count twice where most of them decide.
        self._nodes, self._current = list({node.url: node for node in map(Node.of, urls)}.values()), 0

    def in_turn(self) -> Iterator[Node]:
        """Each node once, until the caller has an answer."""
        first = self._current
        for step in range(len(self._nodes)):
            self._current = (first + step) % len(self._nodes)
            yield self._nodes[self._current]

    def __iter__(self) -> Iterator[Node]:
        """All of them."""
        return iter(self._nodes)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._nodes)

    @property
    def current(self) -> str:
        """Host and port of the node that was asked last."""
        return self._nodes[self._current].name


def encode(calls: Sequence[Call]) -> bytes:
    """Body of a request for several calls.

    Args:
        calls: Methods with their parameters, at least one.
    """
    return orjson.dumps(
        [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, params) in enumerate(calls)
        ]
    )


def check_head(node: str, status: int, encoding: str | None, size_bytes: int | None) -> None:
    """Refuses an answer before its body is read.

    Args:
        node: Host and port, for messages.
        status: HTTP status.
        encoding: Its content-encoding, if it names one.
        size_bytes: Its content-length, if it names one.

    Raises:
        NodeUnreachableError: The status is not 200, the body is compressed, or says that it is too large.
    """
    if status != HTTPStatus.OK:
        raise NodeUnreachableError(f"expected HTTP status 200 of the node at {node}, got {status}")
    if encoding not in (None, "identity"):
        raise NodeUnreachableError(f"expected no content-encoding of the node at {node}, got {encoding}")
    check_size(node, size_bytes or 0)


def check_size(node: str, size_bytes: int) -> None:
    """Refuses an answer that is too large.

    Raises:
        NodeUnreachableError: It is.
    """
    if size_bytes > MAX_ANSWER_BYTES:
        raise NodeUnreachableError(
            f"expected at most {MAX_ANSWER_BYTES} bytes of the node at {node}, got more"
        )


def decode(node: str, calls: Sequence[Call], body: bytes) -> list[Json]:
    """Results of calls, in their order.

    Args:
        node: Host and port, for messages.
        calls: What was asked.
        body: The answer.

    Raises:
        NodeUnreachableError: It is no answer to these calls.
        NodeRefusedError: One of them was answered with an error.
    """
    try:
        answers = orjson.loads(body)
    except ValueError as error:
        raise NodeUnreachableError(f"the answer of the node at {node} is not JSON: {error}") from None
    if isinstance(answers, dict) and "error" in answers:
        raise _refused(node, calls[0][0], answers["error"])  # the batch as a whole
    if not isinstance(answers, list) or len(answers) != len(calls):
        raise NodeUnreachableError(
            f"expected {len(calls)} answers of the node at {node}, got {_shown(answers)}"
        )
    results: dict[int, Json] = {}
    for answer in answers:
        number = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(number, int) or not 0 <= number < len(calls):
            raise NodeUnreachableError(
                f"expected an answer to a call of the node at {node}, got {_shown(answer)}"
            )
        if answer.get("error") is not None:
            raise _refused(node, calls[number][0], answer["error"])
        results[number] = answer.get("result")
    if len(results) != len(calls):
        raise NodeUnreachableError(f"expected an answer to each call of the node at {node}, got one twice")
    return [results[number] for number in range(len(calls))]


def parsed(parse: Callable[[Json], T], result: Json, node: str, method: str) -> T:
    """A result in the form that the caller needs.

    Raises:
        NodeAnswerError: It does not have it, such as null for a block.
    """
    try:
        return parse(result)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise NodeAnswerError(
            f"the node at {node} answered {method} with {_shown(result)}: {error!r}"
        ) from None


def quantity(result: Json) -> int:
    """A number from hex digits after 0x, below 2^60; to be used with `parsed`.

    Raises:
        ValueError: It is none, or larger than any that a chain of ours has.
    """
    if len(result) > MOST_DIGITS:
        raise ValueError(f"expected at most {MOST_DIGITS} characters, got {len(result)}")
    return int(result, 16)


def unreachable(failures: Sequence[NodeUnreachableError]) -> NodeUnreachableError:
    """The error for nodes of which none answered."""
    return NodeUnreachableError("; ".join(map(str, failures)))


def _refused(node: str, method: str, error: Json) -> NodeRefusedError:
    if not isinstance(error, dict):
        return NodeRefusedError(node, method, 0, _shown(error), None)
    code = error.get("code")
    message = _shown(error.get("message"))
    return NodeRefusedError(node, method, code if isinstance(code, int) else 0, message, error.get("data"))


def _shown(value: Json) -> str:
    return str(value)[:200]
