"""A JSON-RPC client. What it brings is evidence to be checked, not truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import aiohttp
import orjson

from audit.errors import CollectError

if TYPE_CHECKING:
    from types import TracebackType

MAX_ANSWER_BYTES = 256 * 1024 * 1024
TIMEOUT_SECONDS = 120

Json = Any
Call = tuple[str, list[Json]]


class Http:
    """HTTP requests whose answers are JSON of bounded size. Use as an async context manager."""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
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
        answers = await self._ask("POST", url, data=orjson.dumps(batch))
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise CollectError(f"{url}: expected {len(calls)} answers, got {answers!r:.200}")
        by_id = {one.get("id"): one for one in answers if isinstance(one, dict)}
        return [_result(url, call[0], by_id.get(i)) for i, call in enumerate(calls)]

    async def _ask(self, method: str, url: str, **options: Any) -> Json:
        headers = {"content-type": "application/json"} if "data" in options else None
        try:
            async with self._session.request(method, url, headers=headers, **options) as answer:
                body = await answer.content.read(MAX_ANSWER_BYTES + 1) if answer.ok else b""
                while answer.ok and (more := await answer.content.read(MAX_ANSWER_BYTES + 1 - len(body))):
                    body += more
                    if len(body) > MAX_ANSWER_BYTES:
                        raise CollectError(f"{url}: expected at most {MAX_ANSWER_BYTES} bytes")
                answer.raise_for_status()
                return orjson.loads(body)
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            raise CollectError(f"{url} 没有回答 does not answer: {str(error) or '超时 timeout'}") from None


def _result(url: str, method: str, answer: Json) -> Json:
    if not isinstance(answer, dict) or "result" not in answer:
        raise CollectError(f"{url} refused {method}: {answer!r:.300}")
    return answer["result"]
