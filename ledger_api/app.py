"""The web application: reads, writes, pages and device events under one address.

Whoever uses the application without a server runs it inside `app.router.lifespan_context(app)`, which closes its context.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from kit.clock import system_ticks
from kit.problem import RESPONSES
from ledger_api import metrics, problem
from ledger_api.admission.admission import Admission
from ledger_api.admission.kinds import Kind, KindOfAddress, Kinds
from ledger_api.body_limit import BodyLimit
from ledger_api.head_method import HeadMethod
from ledger_api.known_host import KnownHost
from ledger_api.known_query import require_known_query
from ledger_api.portal import site
from ledger_api.scan import declared
from ledger_api.sessions.current import member_if_answered
from ledger_api.stream import feed
from ledger_api.stream.hub import Hub
from ledger_api.strict_headers import StrictHeaders
from ledger_api.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fastapi.telemetry import TelemetryConfig
    from starlette.types import Scope

    from kit.clock import Ticks
    from ledger_api.context import Context


# What we measure is at /metrics; FastAPI would look for other listeners at every request.
TELEMETRY_OFF: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
# Level 9 takes twice the time of this one for a hundredth less.
COMPRESSION_LEVEL = 6
# The stream of events, which must not wait for a full buffer, and downloads, of which most are compressed already.
NEVER_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
DESCRIPTION = (
    "Reads are public. Writes are intents that members sign with their own keys; a session is needed only for statements, "
    "documents, the register, sending a draft, taking an approval back, and executing a request. Every refusal is a problem of RFC 9457 whose "
    "`code` is the name of the rule. Amounts are integers of their smallest unit, with the unit last in the name."
)


def create_app(
    context: Context, extra_routers: Sequence[APIRouter] = (), ticks: Ticks = system_ticks
) -> FastAPI:
    """The application.

    Args:
        context: What its endpoints share; closed when the application ends.
        extra_routers: Routers of device events; what is posted to them comes from gateways.
        ticks: Nanoseconds that never go back, by which limits are counted.
    """
    app = FastAPI(
        title=f"共济 Gongji · {context.config.town_name}",
        version="1",
        description=DESCRIPTION,
        lifespan=lambda _: _closing(context),
        docs_url=None,
        redoc_url=None,
        # The framework would lead to the name that came with the request; `site` leads to the address alone.
        redirect_slashes=False,
        responses=RESPONSES,
        telemetry=TELEMETRY_OFF,
        dependencies=[Depends(require_known_query)],
    )
    app.state.context = context
    app.state.hub = Hub(
        partial(feed.now, context.app_engine, context.mirror),
        partial(feed.after, context.app_engine, context.mirror),
    )

    def worded(text: str, language: str) -> str:
        return context.names.current().overlay.apply(text, language)

    problem.install(app, worded)
    app.add_middleware(
        GZipMiddleware, compresslevel=COMPRESSION_LEVEL, exclude_content_types=NEVER_COMPRESSED
    )
    app.add_middleware(KnownHost, config=context.config)
    app.add_middleware(HeadMethod)
    app.add_middleware(BodyLimit, max_body_bytes=context.config.max_body_bytes, larger=_larger_bodies())
    app.add_middleware(
        Admission, limits=context.config.limits, kinds=Kinds(_kinds(extra_routers)), member_of=_member_of,
        refusal=site.refusal, metrics=context.metrics, ticks=ticks,
    )  # fmt: skip
    app.add_middleware(metrics.Measured, metrics=context.metrics)
    app.add_middleware(StrictHeaders)
    # A request is compared with each address in turn, and devices ask more often than people.
    for router in extra_routers:
        app.include_router(router)
    app.router.routes.extend(_addresses().routes)
    site.mount(app)
    return app


@cache
def _addresses() -> APIRouter:
    """All addresses that folders declare, those with the most last: acts have an address each.

    They know nothing of a context. FastAPI works out what an address takes when the first request comes, which is long for
    hundreds of them: the applications of one process share what it found.
    """
    shared = APIRouter(responses=RESPONSES, dependencies=[Depends(require_known_query)])
    pages = declared("pages", APIRouter)
    for router in sorted((*declared("api", APIRouter), *pages), key=lambda router: len(router.routes)):
        shared.include_router(router, include_in_schema=router not in pages)
    return shared


def _larger_bodies() -> dict[str, int]:
    """Size of the largest body by address, where files are uploaded."""
    return {upload.address: upload.body_bytes for upload in declared("api", Upload)}


def _kinds(extra_routers: Sequence[APIRouter]) -> list[KindOfAddress]:
    """The kinds of requests that are declared, and those of uploads and device events."""
    uploads = tuple(upload.address for upload in declared("api", Upload))
    routes = [route for router in extra_routers for route in router.routes if isinstance(route, APIRoute)]
    events = tuple(route.path for route in routes if "POST" in (route.methods or ()))
    return [
        *declared("api", KindOfAddress),
        site.FILES,
        KindOfAddress(kind=Kind.UPLOAD, method="POST", addresses=uploads),
        KindOfAddress(kind=Kind.DEVICE, method="POST", addresses=events),
    ]


async def _member_of(scope: Scope) -> bytes | None:
    return await member_if_answered(Request(scope))


@asynccontextmanager
async def _closing(context: Context) -> AsyncIterator[None]:
    following = asyncio.create_task(context.names.follow())
    yield
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await context.close()
