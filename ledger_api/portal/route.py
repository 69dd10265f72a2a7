"""Routes of pages: what goes wrong is a page too, told in three parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from ledger_api.errors import LedgerApiError, QueryInvalidError
from ledger_api.portal.render import page
from ledger_api.problem import UNANSWERED, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request
    from starlette.responses import Response


class PageRoute(APIRoute):
    """A route that answers with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with problems as pages."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except (LedgerApiError, *UNANSWERED) as error:
                problem = problem_of(error)
            except RequestValidationError as error:
                problem = problem_of(QueryInvalidError(str(error.errors()[0]["msg"])))
            return await page(request, "problem.html", status=problem.status, problem=problem)

        return handle
