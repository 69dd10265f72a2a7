"""A JSON-RPC client. What it brings is evidence to be checked, not truth."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

import aiohttp
import orjson

from audit.errors import CollectError
from audit.evidence.canonical import shown

if TYPE_CHECKING:
    from types import TracebackType

# Fifty blocks of a town are a few megabytes.
MAX_ANSWER_BYTES = 64 * 1024 * 1024
TIMEOUT_SECONDS = 120
CONNECT_SECONDS = 10
# Nothing is inflated: what arrives is what is counted.
HEADERS = {"accept-encoding": "identity"}

Json = Any
Call = tuple[str, list[Json]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a part of a town listens, and who asks it.

    Attributes:
        url: Address, without a name or a password.
        name: Host and port, for messages.
        headers: Says who asks, if it need be said.
    """

    url: str
    name: str
    headers: dict[str, str]


def address_of(url: str) -> Address:
    """Takes an address apart, so that no password in it is ever shown.

    Args:
        url: http or https. It may hold a name and a password (Basic), or a password alone, which is a token (Bearer).

    Raises:
        CollectError: It is no address. The message does not repeat it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        parts, port = urlsplit(""), 0
    who = unquote(parts.username or ""), unquote(parts.password or "")
    rest = parts._replace(scheme="", netloc="").geturl()
    if not parts.hostname or "@" in rest or not all(part.isascii() and part.isprintable() for part in who):
        raise CollectError("an address is not as it should be: expected https://name:password@host:port")
    return Address(
        url=parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
        name=f"{parts.hostname}:{port}",
        headers=_authorization(*who),
    )


def _authorization(name: str, password: str) -> dict[str, str]:
    if name:
        return {"authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
    return {"authorization": f"Bearer {password}"} if password else {}


class Http:
    """HTTP requests whose answers are JSON of bounded size. Use as an async context manager."""

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, sock_connect=CONNECT_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, url: str, params: dict[str, str | int]) -> Json:
        """Gets JSON.

        Raises:
            CollectError: There is no answer, or not one that can be used.
        """
        return await self._ask("GET", url, params=params)

    async def rpc(self, url: str, calls: list[Call]) -> list[Json]:
        """Results of a batch of calls, in order.

        Raises:
            CollectError: There is no answer, or one of the calls is refused.
        """
        batch = [
            {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
            for i, (method, params) in enumerate(calls)
        ]
        name, answers = address_of(url).name, await self._ask("POST", url, data=orjson.dumps(batch))
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise CollectError(f"{name}: expected {len(calls)} answers, got {shown(answers)}")
        by_id = {one["id"]: one for one in answers if isinstance(one, dict) and type(one.get("id")) is int}
        return [_result(name, call[0], by_id.get(i)) for i, call in enumerate(calls)]

    async def _ask(self, method: str, url: str, **options: Any) -> Json:
        address = address_of(url)
        headers = (
            address.headers | HEADERS | ({"content-type": "application/json"} if "data" in options else {})
        )
        try:
            async with self._session.request(
                method, address.url, headers=headers, allow_redirects=False, **options
            ) as answer:
                _check_head(address.name, answer)
                return orjson.loads(await _bounded(address.name, answer))
        except (aiohttp.ClientError, TimeoutError) as error:
            why = str(error) or "超时 timeout"
            raise CollectError(f"{address.name} 没有回答 does not answer: {why}") from None
        except orjson.JSONDecodeError as error:
            raise CollectError(f"{address.name} 的回答不是 JSON the answer is not JSON: {error}") from None


def _check_head(name: str, answer: aiohttp.ClientResponse) -> None:
    """Refuses an answer before its body is read."""
    encoding = answer.headers.get("content-encoding", "identity")
    if answer.status != HTTPStatus.OK:
        raise CollectError(f"{name} 没有回答 does not answer: expected HTTP status 200, got {answer.status}")
    if encoding != "identity":
        raise CollectError(f"{name}: expected no content-encoding, got {encoding}")
    _check_size(name, answer.content_length or 0)


def _check_size(name: str, size_bytes: int) -> None:
    if size_bytes > MAX_ANSWER_BYTES:
        raise CollectError(f"{name}: expected at most {MAX_ANSWER_BYTES} bytes, got more")


async def _bounded(name: str, answer: aiohttp.ClientResponse) -> bytearray:
    """The body, read until it gets too long."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        _check_size(name, len(body))
    return body


def _result(name: str, method: str, answer: Json) -> Json:
    if not isinstance(answer, dict) or "result" not in answer:
        raise CollectError(f"{name} refused {method}: {shown(answer)}")
    return answer["result"]
