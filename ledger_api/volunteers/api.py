"""Addresses for what one member served, holds, redeemed, provides and asked for."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.proposals.own import own_page
from ledger_api.proposals.schemas import Proposal
from ledger_api.redemptions.schemas import Redemption
from ledger_api.redemptions.service import provided_page, redeemed_page
from ledger_api.tasks import service
from ledger_api.tasks.schemas import Task, Volunteer
from ledger_api.volunteers.access import ReadableVolunteer

router = APIRouter(tags=["volunteers"], route_class=HeadRoute)


@router.get("/v1/volunteers/{member}")
async def get_volunteer(mirror: Mirror, member: ReadableVolunteer) -> Volunteer:
    """What a volunteer holds, earned and redeemed; for the volunteer alone."""
    return await service.volunteer(mirror, member)


@table(router, "/v1/volunteers/{member}/held")
async def list_held(
    mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None, limit: Limit = 100
) -> Page[Task]:
    """Tasks that a volunteer has accepted and not yet served, newest first; for the volunteer alone."""
    items, following = await service.held_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/volunteers/{member}/visits")
async def list_visits(
    mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None, limit: Limit = 100
) -> Page[Task]:
    """Tasks that a volunteer served, the latest claim first; for the volunteer alone."""
    items, following = await service.visits_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/volunteers/{member}/redemptions")
async def list_redemptions(
    mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None, limit: Limit = 100
) -> Page[Redemption]:
    """What a member redeemed, newest first; for the member alone."""
    items, following = await redeemed_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/volunteers/{member}/provided")
async def list_provided(
    mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None, limit: Limit = 100
) -> Page[Redemption]:
    """Redemptions for a service of a member, newest first; for the member alone."""
    items, following = await provided_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@table(router, "/v1/volunteers/{member}/requests")
async def list_requests(
    mirror: Mirror, member: ReadableVolunteer, cursor: Cursor = None, limit: Limit = 100
) -> Page[Proposal]:
    """Requests that a member asked for or objected to, by when the member did, the latest first; for the member alone."""
    items, following = await own_page(mirror, member, cursor, limit)
    return Page(items=items, next_cursor=following, **mirror.head.stands())
