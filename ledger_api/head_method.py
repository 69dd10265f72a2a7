"""HEAD on every address that answers GET: the same status and headers, without the body (RFC 9110, section 9.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadMethod:
    """ASGI middleware that answers HEAD as GET and leaves the body away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # A copy: the server must still know that it was HEAD, or it would wait for the body.
        as_get, is_over = {**scope, "method": "GET"}, False

        async def answer(message: Message) -> None:
            nonlocal is_over
            if is_over:
                return
            if message["type"] == "http.response.start":
                scope["route"] = as_get.get("route")
                await send(message)
            else:
                # What goes on for ever, such as the stream of events, hears by this that its reader is gone.
                is_over = True
                await send({"type": "http.response.body"})

        await self._app(as_get, receive, answer)
