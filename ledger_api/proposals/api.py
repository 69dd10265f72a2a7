"""Addresses for proposals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.enums import ProposalState
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import enum_member
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.proposals import service
from ledger_api.proposals.drafts import api as drafts
from ledger_api.proposals.execution import api as execution
from ledger_api.proposals.schemas import Proposal, ProposalDetail
from ledger_api.proposals.texts import api as texts
from ledger_api.sessions.access import Viewing

router = APIRouter(tags=["proposals"], route_class=HeadRoute)
# First: "drafts" is no id of a proposal.
router.include_router(drafts.router)
router.include_router(execution.router)
router.include_router(texts.router)


@table(router, "/v1/proposals")
async def list_proposals(
    mirror: Mirror,
    cursor: Cursor = None,
    limit: Limit = 50,
    fund: Annotated[int | None, Query(ge=1, le=0xFFFF, description="Fund that pays.")] = None,
    state: Annotated[str | None, Query(description="State on the chain, such as APPROVED.")] = None,
) -> Page[Proposal]:
    """Proposals, newest first."""
    in_state = None if state is None else enum_member(ProposalState, state)
    items, following = await service.proposals_page(mirror, cursor, limit, fund=fund, state=in_state)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/proposals/{proposal}")
async def get_proposal(mirror: Mirror, viewer: Viewing, proposal: str) -> ProposalDetail:
    """A proposal with its votes and all that happened to it, by its id or by the number that people use."""
    detail = await service.proposal_detail(mirror, await service.id_of(mirror, proposal))
    return service.detail_as_seen_by(viewer, detail)
