"""The body of a request as it arrives: within a time, and without a place among those in work while its client is waited for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ledger_api.errors import BodySlowError
from ledger_api.problem import problem_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ledger_api.admission.slots import Turn

# What a server takes off a connection anyway, to throw it away; for more the connection is closed.
SMALL_BYTES = 64 * 1024
CLOSE = (b"connection", b"close")


class Body:
    """The body of one request.

    Attributes:
        is_late: Whether it did not arrive in time.
    """

    def __init__(self, receive: Receive, turn: Turn | None, seconds: float) -> None:
        """Nothing of it has been read.

        Args:
            receive: Gives the next part.
            turn: The place in work that is left meanwhile; None where there is none.
            seconds: How long it may take to arrive.
        """
        self._receive, self._turn, self._seconds = receive, turn, seconds
        self._ends_at = asyncio.get_running_loop().time() + seconds
        self.is_whole = self.is_late = False

    async def receive(self) -> Message:
        """The next part; that the client hung up, if it does not arrive in time."""
        if self.is_whole:
            return await self._receive()
        message = await self._next_part()
        self.is_whole = message["type"] == "http.request" and not message.get("more_body", False)
        return message

    async def _next_part(self) -> Message:
        if self._turn:
            self._turn.pause()
        try:
            async with asyncio.timeout_at(self._ends_at):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            message = {"type": "http.disconnect"}
        if self._turn:
            await self._turn.resume()
        return message

    async def answered_by(self, app: ASGIApp, scope: Scope, send: Send) -> None:
        """Has an application answer, or tells why the body is not taken.

        Args:
            app: The application.
            scope: The request.
            send: Sends the answer.
        """
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            # The application saw a client that hung up; the client must hear why.
            if self.is_late and not has_begun:
                return
            has_begun = True
            await send(self._closing(scope, message))

        await app(scope, self.receive, answer)
        if self.is_late and not has_begun:
            error = BodySlowError(f"expected the whole body within {self._seconds} s, got a part of it")
            await problem_of(error).response({"connection": "close"})(scope, self._receive, send)

    def _closing(self, scope: Scope, message: Message) -> Message:
        """An answer that does not wait for a large body closes the connection, on which the rest would still come."""
        if message["type"] != "http.response.start" or self.is_whole or not _is_large(scope):
            return message
        return {**message, "headers": [*message.get("headers", ()), CLOSE]}


def _is_large(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or (length.isdigit() and int(length) > SMALL_BYTES)
