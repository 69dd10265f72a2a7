"""What all pages share, in the application: their files, and the page of an address that is none or of a fault."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.context import context_of
from ledger_api.portal.render import page, templates
from ledger_api.portal.static_files import ADDRESS, serve
from ledger_api.problem import http_problem, unexpected_problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Scope

    from kit.problem import Problem

API_PREFIX = "/v1/"
OF_THE_BODY = ("content-type", "content-length")
FILES = KindOfAddress(kind=Kind.FILE, method="GET", addresses=("/static/",))


def mount(app: FastAPI) -> None:
    """Adds it."""
    app.add_api_route(ADDRESS, serve, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _http_error(request: Request, error: Exception) -> Response:
    """An address that is none, or ends in a slash, which leads to the one without."""
    path, status = request.url.path, getattr(error, "status_code", None)
    if status == HTTPStatus.NOT_FOUND and path.endswith("/") and path.strip("/"):
        # Two slashes at the beginning would lead to another site.
        return RedirectResponse(str(request.url.replace(scheme="", netloc="", path=f"/{path.strip('/')}")))
    headers = dict(getattr(error, "headers", None) or {})
    return await page_or_problem(request, http_problem(error), headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours."""
    return await page_or_problem(request, unexpected_problem(request, error), {})


async def page_or_problem(request: Request, problem: Problem, headers: dict[str, str]) -> Response:
    """A problem with the city's words, as a page to a browser; below the API's prefix there are no pages.

    Args:
        request: The request.
        problem: The problem.
        headers: Headers of an answer that is no page.
    """
    problem = problem.worded((await context_of(request)).names.current().overlay.apply)
    if _is_for_browser(request):
        return await page(request, "problem.html", status=problem.status, problem=problem)
    return problem.response(headers)


def refusal(scope: Scope, problem: Problem, headers: dict[str, str]) -> Response:
    """A problem before anything is looked up, as a bare page in both languages to a browser: it costs next to nothing.

    Args:
        scope: The request.
        problem: The problem.
        headers: More headers of the answer.
    """
    response = problem.response(headers)
    if _is_for_browser(Request(scope)):
        html = templates.get_template("refusal.html").render(problem=problem)
        kept = {name: value for name, value in response.headers.items() if name not in OF_THE_BODY}
        response = HTMLResponse(html, problem.status, headers=kept)
    return response


def _is_for_browser(request: Request) -> bool:
    is_page = not request.url.path.startswith(API_PREFIX)
    return is_page and "text/html" in request.headers.get("accept", "")
