"""Device events over HTTPS (`docs/service-events.md` §8)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from iot.errors import (
    EventsError,
    EventsMediaTypeError,
    EventsNotKeptError,
    EventsTooLargeError,
    EventsTooManyError,
)
from iot.event.cbor import split_sequence
from iot.event.cose import MAX_MESSAGE_BYTES
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Receipt
from iot.log.http import Hex, hexed
from kit.problem import Catalogue

log = structlog.get_logger(__name__)

CATALOGUE = Catalogue("iot")
MAX_MESSAGES = 256
MAX_BODY_BYTES = MAX_MESSAGES * MAX_MESSAGE_BYTES
RETRY = {"retry-after": "30"}
SINGLE, SEQUENCE = "application/cose", "application/cbor-seq"
BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY_DOC = {"requestBody": {"required": True, "content": {SINGLE: BINARY, SEQUENCE: BINARY}}}


class ReceiptBody(BaseModel):
    """What became of one message."""

    message_hash: Hex = Field(description="SHA-256 of the message as it came.")
    outcome: str = Field(description="accepted, duplicate, refused or parked.")
    codes: list[str] = Field(description="Conditions found, of docs/service-events.md §4.")
    may_forget: bool = Field(description="Whether the device may delete the event.")
    event_hash: Hex | None = Field(description="SHA-256 of the payload.")
    index: int | None = Field(description="Place in the log, from 0.")
    why: str = Field(description="What was expected and what was got.")


class ReceiptsBody(BaseModel):
    """What became of the messages, in their order."""

    receipts: list[ReceiptBody]


class _RawRoute(APIRoute):
    """A documented route whose endpoint takes the request and gives the response itself, which costs a third less."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint."""
        return self.endpoint


def events_router(ingest: Ingest) -> APIRouter:
    """The route by which events come in.

    Args:
        ingest: The way into the log.
    """
    routes = APIRouter(tags=["service events"])

    async def post_events(request: Request) -> Response:
        """Takes in one signed event, or a sequence of them. Each is committed before it is acknowledged."""
        try:
            messages = await _messages(request)
            receipts = await ingest.receive_many(messages)
        except EventsError as error:
            return CATALOGUE.of(error).response()
        except SQLAlchemyError:
            log.exception("events_not_kept")
            return CATALOGUE.of(EventsNotKeptError()).response(RETRY)
        # Written straight, because checking our own receipts again would cost more than the events.
        body = {"receipts": [_receipt(one) for one in receipts]}
        return Response(orjson.dumps(body), media_type="application/json")

    routes.add_api_route(
        "/v1/events", post_events, methods=["POST"], response_model=ReceiptsBody, openapi_extra=BODY_DOC,
        route_class_override=_RawRoute,
    )  # fmt: skip
    return routes


async def _messages(request: Request) -> list[bytes]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (SINGLE, SEQUENCE):
        raise EventsMediaTypeError(f"expected {SINGLE} or {SEQUENCE}, got {kind or 'nothing'}")
    body = await _bounded_body(request)
    messages = [body] if kind == SINGLE else list(split_sequence(body))
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise EventsTooManyError(f"expected 1 to {MAX_MESSAGES} messages, got {len(messages)}")
    return messages


async def _bounded_body(request: Request) -> bytes:
    """Reads the body, and stops reading where it gets too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise EventsTooLargeError(f"expected at most {MAX_BODY_BYTES} bytes, got more")
    return bytes(body)


def _receipt(receipt: Receipt) -> dict[str, Any]:
    """A `ReceiptBody`."""
    return {
        "message_hash": hexed(receipt.message_hash),
        "outcome": receipt.outcome.name.lower(),
        "codes": [code.value for code in receipt.codes],
        "may_forget": receipt.may_forget,
        "event_hash": hexed(receipt.event_hash) if receipt.event_hash else None,
        "index": receipt.index,
        "why": receipt.why,
    }
