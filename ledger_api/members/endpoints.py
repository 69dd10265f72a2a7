"""Addresses for members and committees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ledger_api.etag import HeadRoute, table
from ledger_api.forms import id_bytes
from ledger_api.members import repository, service
from ledger_api.members.schemas import Committee, CommitteeDetail, Member, MemberDetail
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, newer_than, place_cursor
from ledger_api.standing import Page

router = APIRouter(tags=["members"], route_class=HeadRoute)


@table(router, "/v1/members")
async def list_members(mirror: Mirror, cursor: Cursor = None, limit: Limit = 100) -> Page[Member]:
    """All members in the order in which they joined."""
    query, columns = repository.members().limit(limit + 1), repository.registered.c
    if cursor is not None:
        query = query.where(newer_than(columns, cursor))
    rows, following = cut(await mirror.rows(query), limit, place_cursor)
    items = [mirror.record(Member, row) for row in rows]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/members/{member}")
async def get_member(mirror: Mirror, member: str) -> MemberDetail:
    """A member with keys, roles and seats."""
    return await service.member_detail(mirror, id_bytes(member, 16))


@table(router, "/v1/committees")
async def list_committees(mirror: Mirror) -> Page[Committee]:
    """All committees by number."""
    items = await mirror.records(Committee, repository.committees())
    return Page(items=items, next_cursor=None, **mirror.head.stands())


@router.get("/v1/committees/{committee}")
async def get_committee(mirror: Mirror, committee: Annotated[int, Path(ge=1, lt=2**32)]) -> CommitteeDetail:
    """A committee with its seats and who holds them."""
    return await service.committee_detail(mirror, committee)
