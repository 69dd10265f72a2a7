"""The drafts of the town that an application serves, for its addresses and pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from ledger_api.context import AppContext
from ledger_api.proposals.drafts.service import Drafts


async def drafts_of(context: AppContext) -> Drafts:
    """The drafts of this application."""
    return Drafts(
        app=context.app_engine, outbox=context.outbox, chain=context.chain, deployment=context.config.deployment,
        clock=context.clock,
    )  # fmt: skip


OurDrafts = Annotated[Drafts, Depends(drafts_of)]
