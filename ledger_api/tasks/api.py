"""Addresses for tasks, redemptions and volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Query

from contracts.enums import TaskState
from indexer.projections.redemption import redemptions
from indexer.projections.task import tasks
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page, Record
from ledger_api.forms import enum_member, id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, older_than, place_cursor
from ledger_api.sessions.access import DataClass, Viewing
from ledger_api.tasks import queries, service
from ledger_api.tasks.schemas import Redemption, Task, TaskDetail, Volunteer

if TYPE_CHECKING:
    from sqlalchemy import Select

    from indexer.projections.noun import Noun
    from ledger_api.mirror import Reading

R = TypeVar("R", bound=Record)

router = APIRouter(tags=["tasks"], route_class=HeadRoute)


@table(router, "/v1/tasks")
async def list_tasks(
    mirror: Mirror,
    viewer: Viewing,
    cursor: Cursor = None,
    limit: Limit = 50,
    fund: Annotated[int | None, Query(ge=1, le=0xFFFF, description="Fund that looks after it.")] = None,
    state: Annotated[str | None, Query(description="State on the chain, such as OPEN.")] = None,
) -> Page[Task]:
    """Tasks, newest first."""
    task_state = None if state is None else enum_member(TaskState, state)
    query = queries.tasks(fund=fund, state=task_state)
    page = await _page(mirror, Task, tasks, query, cursor, limit)
    return page.model_copy(update={"items": [service.task_as_seen_by(viewer, task) for task in page.items]})


@router.get("/v1/tasks/{task}")
async def get_task(mirror: Mirror, viewer: Viewing, task: str) -> TaskDetail:
    """A task and all that happened to it."""
    return await service.task_detail(mirror, viewer, id_bytes(task, 16))


@table(router, "/v1/redemptions")
async def list_redemptions(
    mirror: Mirror, viewer: Viewing, cursor: Cursor = None, limit: Limit = 50
) -> Page[Redemption]:
    """Redemptions, newest first."""
    page = await _page(mirror, Redemption, redemptions, queries.redemptions(), cursor, limit)
    items = [viewer.without(one, DataClass.REDEMPTION, "member", "provider") for one in page.items]
    return page.model_copy(update={"items": items})


@router.get("/v1/volunteers/{member}")
async def get_volunteer(mirror: Mirror, viewer: Viewing, member: str) -> Volunteer:
    """What a volunteer holds, earned and redeemed; for the volunteer alone."""
    viewer.require(DataClass.HOURS, id_bytes(member, 16))
    return await service.volunteer(mirror, id_bytes(member, 16))


async def _page(
    mirror: Reading, kind: type[R], noun: Noun[Any], query: Select[Any], cursor: str | None, limit: int
) -> Page[R]:
    if cursor is not None:
        query = query.where(older_than(noun.table.c, cursor))
    found = await mirror.placed(noun, query.limit(limit + 1))
    shown, following = cut(found, limit, lambda one: place_cursor(one.version))
    items = [mirror.placed_record(kind, one) for one in shown]
    return Page(items=items, next_cursor=following, **mirror.head.stands())
