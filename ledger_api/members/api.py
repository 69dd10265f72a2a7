"""Addresses for members and committees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from indexer.projections.committee import committees
from indexer.projections.member import members
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import id_bytes
from ledger_api.members import queries, service
from ledger_api.members.schemas import Committee, CommitteeDetail, Member, MemberDetail
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, newer_than, place_cursor
from ledger_api.sessions.access import DataClass, Viewing

router = APIRouter(tags=["members"], route_class=HeadRoute)


@table(router, "/v1/members")
async def list_members(
    mirror: Mirror, viewer: Viewing, cursor: Cursor = None, limit: Limit = 100
) -> Page[Member]:
    """All members in the order in which they joined; for offices."""
    viewer.require(DataClass.MEMBERSHIP)
    query = queries.all_members().limit(limit + 1)
    if cursor is not None:
        query = query.where(newer_than(members.table.c, cursor))
    found, following = cut(await mirror.placed(members, query), limit, lambda m: place_cursor(m.version))
    items = [mirror.placed_record(Member, member) for member in found]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/members/{member}")
async def get_member(mirror: Mirror, viewer: Viewing, member: str) -> MemberDetail:
    """A member with keys, roles and seats; for the member and for offices."""
    viewer.require(DataClass.MEMBERSHIP, id_bytes(member, 16))
    return await service.member_detail(mirror, id_bytes(member, 16))


@table(router, "/v1/committees")
async def list_committees(mirror: Mirror) -> Page[Committee]:
    """All committees by number."""
    found = await mirror.placed(committees, queries.all_committees())
    items = [mirror.placed_record(Committee, committee) for committee in found]
    return Page(items=items, next_cursor=None, **mirror.head.stands())


@router.get("/v1/committees/{committee}")
async def get_committee(mirror: Mirror, committee: Annotated[int, Path(ge=1, lt=2**32)]) -> CommitteeDetail:
    """A committee with its seats and who holds them."""
    return await service.committee_detail(mirror, committee)
