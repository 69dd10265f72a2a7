"""Addresses for proposals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.enums import ProposalState
from ledger_api.etag import HeadRoute, table
from ledger_api.forms import enum_member
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, older_than, place_cursor
from ledger_api.proposals import repository, service
from ledger_api.proposals.schemas import Proposal, ProposalDetail
from ledger_api.standing import Page

router = APIRouter(tags=["proposals"], route_class=HeadRoute)


@table(router, "/v1/proposals")
async def list_proposals(
    mirror: Mirror,
    cursor: Cursor = None,
    limit: Limit = 50,
    fund: Annotated[int | None, Query(ge=1, le=0xFFFF, description="Fund that pays.")] = None,
    state: Annotated[str | None, Query(description="State on the chain, such as APPROVED.")] = None,
) -> Page[Proposal]:
    """Proposals, newest first."""
    columns = repository.submitted.c
    query = (
        repository.proposals()
        .order_by(columns.block_number.desc(), columns.log_index.desc())
        .limit(limit + 1)
    )
    if fund is not None:
        query = query.where(columns.purpose.between(fund << 16, (fund << 16) | 0xFFFF))
    if state is not None:
        query = query.where(repository.in_state(enum_member(ProposalState, state)))
    if cursor is not None:
        query = query.where(older_than(columns, cursor))
    rows, following = cut(await mirror.rows(query), limit, place_cursor)
    items = [service.proposal_of(mirror, row) for row in rows]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/proposals/{proposal}")
async def get_proposal(mirror: Mirror, proposal: str) -> ProposalDetail:
    """A proposal with its votes and all that happened to it, by its id or by the number that people use."""
    return await service.proposal_detail(mirror, await service.id_of(mirror, proposal))
