"""Addresses for tasks, redemptions and volunteers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.enums import TaskState
from ledger_api.etag import HeadRoute, table
from ledger_api.forms import enum_member, id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, older_than, place_cursor
from ledger_api.standing import Page
from ledger_api.tasks import repository, service
from ledger_api.tasks.schemas import Redemption, Task, TaskDetail, Volunteer

router = APIRouter(tags=["tasks"], route_class=HeadRoute)


@table(router, "/v1/tasks")
async def list_tasks(
    mirror: Mirror,
    cursor: Cursor = None,
    limit: Limit = 50,
    fund: Annotated[int | None, Query(ge=1, le=0xFFFF, description="Fund that looks after it.")] = None,
    state: Annotated[str | None, Query(description="State on the chain, such as OPEN.")] = None,
) -> Page[Task]:
    """Tasks, newest first."""
    query, columns = repository.tasks().limit(limit + 1), repository.opened.c
    if fund is not None:
        query = query.where(columns.fund == fund)
    if state is not None:
        query = query.where(repository.in_state(enum_member(TaskState, state)))
    if cursor is not None:
        query = query.where(older_than(columns, cursor))
    rows, following = cut(await mirror.rows(query), limit, place_cursor)
    items = [mirror.record(Task, row) for row in rows]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/tasks/{task}")
async def get_task(mirror: Mirror, task: str) -> TaskDetail:
    """A task and all that happened to it."""
    return await service.task_detail(mirror, id_bytes(task, 16))


@table(router, "/v1/redemptions")
async def list_redemptions(mirror: Mirror, cursor: Cursor = None, limit: Limit = 50) -> Page[Redemption]:
    """Redemptions, newest first."""
    query, columns = repository.redemptions().limit(limit + 1), repository.redemptions_opened.c
    if cursor is not None:
        query = query.where(older_than(columns, cursor))
    rows, following = cut(await mirror.rows(query), limit, place_cursor)
    items = [mirror.record(Redemption, row) for row in rows]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/volunteers/{member}")
async def get_volunteer(mirror: Mirror, member: str) -> Volunteer:
    """What a volunteer holds, earned and redeemed."""
    return await service.volunteer(mirror, id_bytes(member, 16))
