"""Addresses for tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.enums import TaskState
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import enum_member, id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.sessions.access import Viewing
from ledger_api.tasks import service
from ledger_api.tasks.schemas import Task, TaskDetail

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
    found, following = await service.tasks_page(mirror, cursor, limit, fund=fund, state=task_state)
    items = [service.task_as_seen_by(viewer, task) for task in found]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/v1/tasks/{task}")
async def get_task(mirror: Mirror, viewer: Viewing, task: str) -> TaskDetail:
    """A task and all that happened to it."""
    return await service.task_detail(mirror, viewer, id_bytes(task, 16))
