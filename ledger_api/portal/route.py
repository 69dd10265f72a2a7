"""Routes of pages: what goes wrong is a page too, told in three parts; what is asked again is not made again."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from ledger_api.errors import LedgerApiError, QueryInvalidError, SessionMissingError
from ledger_api.etag import is_known
from ledger_api.known_query import declared_names
from ledger_api.locale import CHOICES
from ledger_api.portal.etag import page_tag
from ledger_api.portal.render import page
from ledger_api.portal.tracking import address_without
from ledger_api.problem import UNANSWERED, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from fastapi import APIRouter
    from starlette.requests import Request

Endpoint = TypeVar("Endpoint", bound="Callable[..., Any]")


class PageRoute(APIRoute):
    """A route that answers with a page."""

    def query_names(self, path: Mapping[str, str]) -> frozenset[str]:
        """Names of its parameters: those declared, and what a reader chooses on every page; see `NamesQuery`."""
        del path
        return declared_names(self) | set(CHOICES)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with problems as pages."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                if request.scope["query_string"] and request.method == "GET":
                    address = address_without(request, self.query_names(request.path_params))
                    if address is not None:
                        return RedirectResponse(address)
                return await answer(request)
            except SessionMissingError:
                return await page(request, "sign_in.html", status=HTTPStatus.UNAUTHORIZED)
            except (LedgerApiError, *UNANSWERED) as error:
                problem = problem_of(error)
            except RequestValidationError as error:
                problem = problem_of(QueryInvalidError(str(error.errors()[0]["msg"])))
            return await page(request, "problem.html", status=problem.status, problem=problem)

        return handle


class HeadPageRoute(PageRoute):
    """A route of a page that shows nothing but the mirror: it is made once per head and reader."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with ETag."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            tag = await page_tag(request)
            if tag is None:
                return await answer(request)
            headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "accept-encoding, cookie"}
            if is_known(request, tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            response = await answer(request)
            if response.status_code == HTTPStatus.OK:
                # The head may have moved on since; then the tag is of the block before, and the next question is answered anew.
                response.headers.update(headers)
            return response

        return handle


def head_page(router: APIRouter, path: str) -> Callable[[Endpoint], Endpoint]:
    """Declares a page that shows nothing but the mirror: no clock, and no other database than the session's.

    Args:
        router: A router of pages.
        path: Address of the page.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(path, endpoint, methods=["GET"], route_class_override=HeadPageRoute)
        return endpoint

    return declare
