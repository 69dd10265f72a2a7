"""Puts the pages and their files into the application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ledger_api.errors import NotFoundError
from ledger_api.portal.acting import endpoints as acting
from ledger_api.portal.committee import endpoints as committee
from ledger_api.portal.demo import endpoints as demo
from ledger_api.portal.drafts import endpoints as drafts
from ledger_api.portal.people import endpoints as people
from ledger_api.portal.phone import endpoints as phone
from ledger_api.portal.public import endpoints as public
from ledger_api.portal.render import page
from ledger_api.portal.signing import endpoints as signing
from ledger_api.portal.treasurer import endpoints as treasurer
from ledger_api.portal.verify import endpoints as verify
from ledger_api.problem import http_problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

HERE = Path(__file__).parent
NODE_MODULES = HERE.parents[1] / "node_modules"
# Files of others that pages may load, and nothing else of theirs.
VENDOR = {
    "htmx.min.js": NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "ethers.min.js": NODE_MODULES / "ethers" / "dist" / "ethers.min.js",
}


def mount(app: FastAPI) -> None:
    """Adds all pages."""
    for pages in (public, people, phone, committee, acting, drafts, signing, treasurer, verify, demo):
        app.include_router(pages.router, include_in_schema=False)
    app.add_api_route("/static/vendor/{name}", vendor, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, _http_error)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


async def _http_error(request: Request, error: Exception) -> Response:
    """An address that is none, as a page to who reads pages."""
    problem = http_problem(error)
    if "text/html" in request.headers.get("accept", ""):
        return await page(request, "problem.html", status=problem.status, problem=problem)
    return problem.response(dict(getattr(error, "headers", None) or {}))


async def vendor(name: str) -> Response:
    """A file of others.

    Raises:
        NotFoundError: It is not on the list, or not installed.
    """
    path = VENDOR.get(name)
    if path is None or not path.exists():
        raise NotFoundError("file", name)
    return FileResponse(path, media_type="text/javascript", headers={"cache-control": "max-age=86400"})
