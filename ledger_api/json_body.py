"""JSON bodies of strangers: well-formed UTF-8 and nested at most 1024 deep, before the standard library reads them.

Python's own reader follows the interpreter's recursion limit, which libraries raise; a body of a hundred thousand
brackets then takes the whole process down.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Request
from fastapi.routing import APIRoute

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response


class CheckedRequest(Request):
    """A request whose JSON is checked first."""

    async def json(self) -> Any:
        """The body; integers of any size are exact."""
        body = await self.body()
        orjson.loads(body)
        return json.loads(body)


class CheckedRoute(APIRoute):
    """A route that takes JSON. Its router names it as `route_class`."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override] # a coroutine is awaitable
        """The framework's handler, given a `CheckedRequest`."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            return await handler(CheckedRequest(request.scope, request.receive))

        return checked
