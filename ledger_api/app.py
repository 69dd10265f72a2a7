"""The web application: reads, writes, pages and device events under one address.

Whoever uses the application without a server runs it inside `app.router.lifespan_context(app)`, which closes its context.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from kit.problem import RESPONSES
from ledger_api import health, metrics, nouns, portal, problem
from ledger_api.acts import endpoints as acts
from ledger_api.body_limit import BodyLimit
from ledger_api.commands import endpoints as commands
from ledger_api.documents import endpoints as documents
from ledger_api.intents import endpoints as intents
from ledger_api.proposals.drafts import endpoints as drafts
from ledger_api.proposals.execution import endpoints as execution
from ledger_api.register import api as register
from ledger_api.register import pages as register_pages
from ledger_api.sessions import endpoints as sessions
from ledger_api.statements import endpoints as statements
from ledger_api.stream import endpoints as stream
from ledger_api.strict_headers import StrictHeaders
from ledger_api.uploads import MULTIPART_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fastapi import APIRouter
    from fastapi.telemetry import TelemetryConfig

    from ledger_api.context import Context


WRITERS = (intents, commands, drafts, execution, statements, documents, sessions, register, stream, health)
UPLOADS = {
    statements.router.prefix: statements.MAX_STATEMENT_BYTES + MULTIPART_BYTES,
    documents.router.prefix: documents.MAX_DOCUMENT_BYTES + MULTIPART_BYTES,
}
# What we measure is at /metrics; FastAPI would look for other listeners at every request.
UNTOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
DESCRIPTION = (
    "Reads are public. Writes are intents that members sign with their own keys; a session is needed only for statements, "
    "documents, the register, sending a draft, taking an approval back, and executing a request. Every refusal is a problem of RFC 9457 whose "
    "`code` is the name of the rule. Amounts are integers of their smallest unit, with the unit last in the name."
)


def create_app(context: Context, extra_routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The application.

    Args:
        context: What its endpoints share; closed when the application ends.
        extra_routers: Routers of other packages, such as device events.
    """
    app = FastAPI(
        title=f"共济 Gongji · {context.config.town_name}",
        version="1",
        description=DESCRIPTION,
        lifespan=lambda _: _closing(context),
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
        telemetry=UNTOLD,
    )
    app.state.context = context
    problem.install(app)
    app.add_middleware(BodyLimit, max_body_bytes=context.config.max_body_bytes, larger=UPLOADS)
    app.add_middleware(metrics.Measured, metrics=context.metrics)
    app.add_middleware(StrictHeaders)
    # A request is compared with each in turn, and devices ask more often than people.
    for router in (*extra_routers, *(module.router for module in WRITERS), *nouns.routers(), acts.router):
        app.include_router(router)
    app.include_router(register_pages.router, include_in_schema=False)
    portal.mount(app)
    return app


@asynccontextmanager
async def _closing(context: Context) -> AsyncIterator[None]:
    yield
    await context.close()
