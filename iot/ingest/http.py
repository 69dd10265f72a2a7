"""Device events over HTTPS, and the log for whoever checks it (`docs/service-events.md` §8 and §9)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Path, Query, Request
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
    LeafUnknownError,
    LogRangeError,
)
from iot.event.cbor import split_sequence
from iot.event.cose import MAX_MESSAGE_BYTES
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Receipt
from iot.log.store import EventStore
from iot.ruleset import Ruleset
from kit.problem import Catalogue

log = structlog.get_logger(__name__)

CATALOGUE = Catalogue("iot")
MAX_MESSAGES = 256
MAX_BODY_BYTES = MAX_MESSAGES * MAX_MESSAGE_BYTES
MAX_LEAVES = 1000
RETRY = {"retry-after": "30"}
SINGLE, SEQUENCE = "application/cose", "application/cbor-seq"
BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY_DOC = {"requestBody": {"required": True, "content": {SINGLE: BINARY, SEQUENCE: BINARY}}}

Hex = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$", description="Bytes as 0x and lower-case hex.")]
Size = Annotated[int, Query(ge=0, lt=2**63)]


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


class HeadBody(BaseModel):
    """Head of the log as it is now."""

    size: int = Field(description="Number of leaves.")
    root: Hex = Field(description="Merkle tree hash over them (RFC 9162).")
    ruleset: Hex = Field(description="Hash of the rules in force.")


class LeavesBody(BaseModel):
    """Leaves of the log. Who was where at what time stands in the messages, which are for those who judge them."""

    start: int = Field(serialization_alias="from", description="Index of the first leaf, from 0.")
    size: int = Field(description="Leaves in the log now.")
    leaf_hashes: list[Hex] = Field(description="SHA-256(0x00 || message) of each.")


class InclusionBody(BaseModel):
    """Where a leaf stands in a head."""

    leaf_hash: Hex
    index: int = Field(description="Place in the log, from 0.")
    size: int = Field(description="Leaves of the head.")
    path: list[Hex] = Field(description="Inclusion path, lowest first.")


class ConsistencyBody(BaseModel):
    """Proof that one head is the beginning of another."""

    old: int = Field(serialization_alias="from", description="Leaves of the old head.")
    new: int = Field(serialization_alias="to", description="Leaves of the new head.")
    path: list[Hex] = Field(description="Consistency path.")


class _RawRoute(APIRoute):
    """A documented route whose endpoint takes the request and gives the response itself, which costs a third less."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint."""
        return self.endpoint


def router(ingest: Ingest, store: EventStore, ruleset: Ruleset) -> APIRouter:
    """The routes of service events.

    Args:
        ingest: The way into the log.
        store: The log.
        ruleset: Rules in force.
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

    @routes.get("/v1/event-log/head", response_model=HeadBody)
    def get_head() -> Any:
        """Head of the log as it is now. What counts is what is anchored on chain."""
        with store.log() as reader:
            head = reader.head()
        return HeadBody(size=head.size, root=_hex(head.root), ruleset=_hex(ruleset.hash()))

    @routes.get("/v1/event-log/leaves", response_model=LeavesBody)
    def get_leaves(
        start: Annotated[int, Query(alias="from", ge=0, lt=2**63)] = 0,
        limit: Annotated[int, Query(ge=1, le=MAX_LEAVES)] = MAX_LEAVES,
    ) -> Any:
        """Leaf hashes of the log: whoever has a message finds it, and nobody reads what it says of a person."""
        with store.log() as log:
            hashes = [_hex(one) for one in log.leaf_hashes(start, limit)]
            return LeavesBody(start=start, size=log.size(), leaf_hashes=hashes)

    @routes.get("/v1/event-log/proofs/{leaf_hash}", response_model=InclusionBody)
    def get_inclusion(leaf_hash: Annotated[str, Path(pattern="^0x[0-9a-fA-F]{64}$")], size: Size) -> Any:
        """Inclusion path of a leaf in the head of a size (RFC 9162 §2.1.3)."""
        try:
            with store.log() as reader:
                proof = reader.inclusion(bytes.fromhex(leaf_hash[2:]), size)
        except (LeafUnknownError, LogRangeError) as error:
            return CATALOGUE.of(error).response()
        path = [_hex(one) for one in proof.path]
        return InclusionBody(leaf_hash=_hex(proof.leaf_hash), index=proof.index, size=size, path=path)

    @routes.get("/v1/event-log/consistency", response_model=ConsistencyBody)
    def get_consistency(
        old: Annotated[int, Query(alias="from", ge=1, lt=2**63)],
        new: Annotated[int, Query(alias="to", ge=1, lt=2**63)],
    ) -> Any:
        """Proof that the head of size `from` is the beginning of the head of size `to` (RFC 9162 §2.1.4)."""
        try:
            with store.log() as reader:
                path = reader.consistency(old, new)
        except LogRangeError as error:
            return CATALOGUE.of(error).response()
        return ConsistencyBody(old=old, new=new, path=[_hex(one) for one in path])

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
        "message_hash": _hex(receipt.message_hash),
        "outcome": receipt.outcome.name.lower(),
        "codes": [code.value for code in receipt.codes],
        "may_forget": receipt.may_forget,
        "event_hash": _hex(receipt.event_hash) if receipt.event_hash else None,
        "index": receipt.index,
        "why": receipt.why,
    }


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
