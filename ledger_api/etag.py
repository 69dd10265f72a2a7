"""Answers that are asked again cheaply, and as a table: ETag by the mirror's head, CSV beside JSON.

Nothing read from the mirror changes while its head stays, so the head is the ETag. A list is CSV when its address ends in
`.csv` or the client accepts `text/csv`; the next page is then named in a `Link` header (RFC 8288).
"""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from fastapi.responses import Response
from fastapi.routing import APIRoute

from kit.translation import bilingual
from ledger_api.context import context_of
from ledger_api.mirror import HEAD, connected
from ledger_api.small_groups import HIDDEN_CELLS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import APIRouter
    from starlette.requests import Request

Endpoint = TypeVar("Endpoint", bound="Callable[..., Any]")
# Excel takes a file for UTF-8 only if it begins so.
BYTE_ORDER_MARK = "\ufeff"


class HeadRoute(APIRoute):
    """A route whose answer is a function of the mirror's head, the address and who asks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with ETag and CSV."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            tag = await tag_now(request, form_of(request))
            # Before the first block there is nothing to have.
            if tag is None:
                return await answer(request)
            if is_known(request, tag):
                return not_modified(tag)
            response = await answer(request)
            if wants_csv(request):
                response = csv_of(response, request)
            # The head may have moved on since; then the tag is of the block before, and the next question is answered anew.
            response.headers.update(headers_of(tag))
            return response

        return handle


def table(router: APIRouter, path: str) -> Callable[[Endpoint], Endpoint]:
    """Declares a list at its address and its CSV twin at the address with `.csv`.

    Args:
        router: A router of `HeadRoute`s.
        path: Address of the list.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(path, endpoint, methods=["GET"])
        router.add_api_route(f"{path}.csv", endpoint, methods=["GET"], include_in_schema=False)
        return endpoint

    return declare


def head_tag(head_hash: bytes, final_number: int, form: str = "json") -> str:
    """The ETag of everything read at a head. It is weak: compressed or not, an answer is the same (RFC 9110, 8.8.3).

    Args:
        head_hash: 32 bytes.
        final_number: Highest final block; what is final may change while the head stays.
        form: As of `form_of`, or what tells one reader's page from another's.
    """
    return f'W/"{head_hash[:12].hex()}-{final_number:x}-{form}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has what it asks for, by weak comparison (RFC 9110, 8.8.3.2)."""
    held = request.headers.get("if-none-match", "").split(",")
    return tag.removeprefix("W/") in (one.strip().removeprefix("W/") for one in held)


def not_modified(tag: str) -> Response:
    """The answer to a client that has what it asks for."""
    return Response(status_code=304, headers=headers_of(tag))


def headers_of(tag: str) -> dict[str, str]:
    """Headers of an answer: it may be kept, and must be asked again."""
    return {"etag": tag, "cache-control": "private, no-cache", "vary": "accept, accept-encoding, cookie"}


def form_of(request: Request) -> str:
    """What tells answers of one address apart: JSON or CSV, and who asks with which cookies."""
    kind, cookies = "csv" if wants_csv(request) else "json", request.headers.get("cookie")
    return f"{kind}-{hashlib.sha256(cookies.encode()).hexdigest()[:16]}" if cookies else kind


async def tag_now(request: Request, form: str) -> str | None:
    """The ETag of what is read at the mirror's head; None before the first block, and while the chain makes none.

    Args:
        request: The request.
        form: As of `head_tag`.

    Raises:
        MirrorUnavailableError: The mirror is not there yet, or its database does not answer.
    """
    context = await context_of(request)
    async with connected(context.mirror) as connection:
        row = (await connection.execute(HEAD)).first()
    # What a client has does not say yet that the chain has stopped.
    return (
        None if row is None or context.has_stopped(row.time) else head_tag(row.hash, row.final_number, form)
    )


def wants_csv(request: Request) -> bool:
    """Whether the client asks for a table."""
    return request.url.path.endswith(".csv") or request.headers.get("accept", "").startswith("text/csv")


def csv_of(response: Response, request: Request) -> Response:
    """The CSV twin of a list; anything else stays as it is."""
    body = orjson.loads(response.body)
    if not isinstance(body, dict) or "items" not in body:
        return response
    out = io.StringIO()
    writer = csv.writer(out)
    if body["items"]:
        writer.writerow(body["items"][0])
    writer.writerows([_cell(*field) for field in item.items()] for item in body["items"])
    headers = {}
    if body.get("next_cursor"):
        following = request.url.include_query_params(cursor=body["next_cursor"])
        # Without the host, which is whatever the client called us by.
        headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Response(BYTE_ORDER_MARK + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return bilingual(HIDDEN_CELLS[name]) if name in HIDDEN_CELLS else None
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    # A spreadsheet would run text that begins so as a formula.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return "'" + value
    return value
