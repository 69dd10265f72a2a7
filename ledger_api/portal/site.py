"""What all pages share, in the application: their files, and the page of an address that is none or of a fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.context import context_of
from ledger_api.errors import NotFoundError
from ledger_api.portal.render import page
from ledger_api.problem import http_problem, unexpected_problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from kit.problem import Problem

HERE = Path(__file__).parent
API_PREFIX = "/v1/"
FILES = KindOfAddress(kind=Kind.FILE, method="GET", addresses=("/static/",))
NODE_MODULES = HERE.parents[1] / "node_modules"
# Files of others that pages may load, and nothing else of theirs.
VENDOR = {
    "htmx.min.js": NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "ethers.min.js": NODE_MODULES / "ethers" / "dist" / "ethers.min.js",
}


def mount(app: FastAPI) -> None:
    """Adds it."""
    app.add_api_route("/static/vendor/{name}", vendor, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


async def _http_error(request: Request, error: Exception) -> Response:
    """An address that is none."""
    headers = dict(getattr(error, "headers", None) or {})
    return await _page_or_problem(request, http_problem(error), headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours."""
    return await _page_or_problem(request, unexpected_problem(request, error), {})


async def _page_or_problem(request: Request, problem: Problem, headers: dict[str, str]) -> Response:
    """A problem with the city's words, as a page to a browser; below the API's prefix there are no pages."""
    problem = problem.worded((await context_of(request)).names.current().overlay.apply)
    is_page = not request.url.path.startswith(API_PREFIX)
    if is_page and "text/html" in request.headers.get("accept", ""):
        return await page(request, "problem.html", status=problem.status, problem=problem)
    return problem.response(headers)


async def vendor(name: str) -> Response:
    """A file of others.

    Raises:
        NotFoundError: It is not on the list, or not installed.
    """
    path = VENDOR.get(name)
    if path is None or not path.exists():
        raise NotFoundError("file", name)
    return FileResponse(path, media_type="text/javascript", headers={"cache-control": "max-age=86400"})
