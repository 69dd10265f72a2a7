"""Bounded bodies, counted as they arrive.

One that is too large is refused at once by its announced length, or as soon as it passes the limit. It is never held in
memory. FastAPI's own limit answers in plain text; here a refusal is a problem like all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.errors import BodyTooLargeError
from ledger_api.problem import problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, larger: Mapping[str, int]) -> None:
        """Puts it in front of an application.

        Args:
            app: The application.
            max_body_bytes: Largest body.
            larger: Paths that take larger bodies, with their limits.
        """
        self._app, self._max, self._larger = app, max_body_bytes, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"].rstrip("/"), self._max)
        body = _Body(receive, limit)

        async def answer(message: Message) -> None:
            # The application saw a client that hung up; the client must hear why.
            if not body.exceeded:
                await send(message)

        if _announced(scope) <= limit:
            await self._app(scope, body.receive, answer)
            if not body.exceeded:
                return
        refusal = problem_of(BodyTooLargeError(limit)).response()
        await refusal(scope, receive, send)


class _Body:
    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit

    @property
    def exceeded(self) -> bool:
        return self._left < 0

    async def receive(self) -> Message:
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.exceeded else message


def _announced(scope: Scope) -> int:
    content_length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(content_length) if content_length.isdigit() else 0
