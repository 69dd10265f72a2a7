"""How much one client or member may ask of the portal, and how much it takes on at once: settings, `api.limits`."""

from __future__ import annotations

from typing import Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

PerMinute = Annotated[int, Field(ge=1, le=10**9)]
Count = Annotated[int, Field(ge=1, le=10**9)]


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class Limits:
    """What is a minute's, comes back evenly, and may be used up at once. A client is an address, of IPv6 its /64."""

    client_requests_per_minute: Annotated[
        PerMinute,
        Field(description="Requests of one client; a page with all its files is about fifteen."),
    ] = 1200
    client_writes_per_minute: Annotated[
        PerMinute,
        Field(description="Drafts, intents, documents and other writes of one client; an act is three."),
    ] = 300
    client_challenges_per_minute: Annotated[
        PerMinute, Field(description="Texts to sign in with that one client may ask for.")
    ] = 120
    client_uploads_per_minute: Annotated[
        PerMinute, Field(description="Files that one client may upload.")
    ] = 30
    client_checks_per_minute: Annotated[
        PerMinute,
        Field(description="Requests of one client for health and metrics, which count for nothing else."),
    ] = 1200
    device_requests_per_minute: Annotated[
        PerMinute,
        Field(
            description="Requests of one client with events of devices, up to 256 each, which count for nothing else. A"
            " gateway sends for many."
        ),
    ] = 6000
    client_streams: Annotated[Count, Field(description="Streams that one client may have open.")] = 40
    client_parallel: Annotated[
        Count, Field(description="Requests of one client that may be in work, waiting or arriving at once.")
    ] = 32
    member_requests_per_minute: Annotated[
        PerMinute, Field(description="Requests of one member who is signed in, whatever their clients.")
    ] = 900
    member_writes_per_minute: Annotated[PerMinute, Field(description="Writes of one member.")] = 150
    member_uploads_per_minute: Annotated[
        PerMinute, Field(description="Files that one member may upload.")
    ] = 20
    member_streams: Annotated[Count, Field(description="Streams that one member may have open.")] = 10
    streams: Annotated[Count, Field(description="Streams open at once.")] = 400
    parallel: Annotated[Count, Field(description="Requests in work at once.")] = 64
    waiting: Annotated[
        int,
        Field(ge=0, le=10**9, description="Requests that may wait for one in work to end; more are refused."),
    ] = 128
    max_wait_seconds: Annotated[
        float,
        Field(gt=0, le=600, allow_inf_nan=False, description="How long one waits before it is refused."),
    ] = 2.0
    body_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            allow_inf_nan=False,
            description="How long the body of a request may take to arrive.",
        ),
    ] = 120.0
    head_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            allow_inf_nan=False,
            description="How long the head of a request may take to arrive.",
        ),
    ] = 10.0
    stall_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            allow_inf_nan=False,
            description="How long a client may take nothing of what is sent to it.",
        ),
    ] = 60.0
    connections: Annotated[
        Count,
        Field(
            description="Connections open at once; for one more, that is closed which asked nothing for longest."
        ),
    ] = 800
    clients: Annotated[
        Count,
        Field(
            description="Clients and members of each kind that are remembered; the one longest unseen goes first."
        ),
    ] = 10_000


_MANY = 10**9
# For a portal that is nobody's but its caller's: the demo town while it is built, tests, benchmarks.
UNLIMITED = Limits(
    client_requests_per_minute=_MANY, client_writes_per_minute=_MANY, client_challenges_per_minute=_MANY,
    client_uploads_per_minute=_MANY, client_checks_per_minute=_MANY, device_requests_per_minute=_MANY,
    client_streams=_MANY, client_parallel=_MANY, member_requests_per_minute=_MANY, member_writes_per_minute=_MANY,
    member_uploads_per_minute=_MANY, member_streams=_MANY, streams=_MANY, parallel=_MANY, waiting=_MANY,
    connections=_MANY,
)  # fmt: skip
