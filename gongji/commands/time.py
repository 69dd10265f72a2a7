"""`gongji time`: tasks and hours."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.options import AsJson, DataDir
from gongji.commands.reading import get, put_items, put_one
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_tasks(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出任务 List tasks, the latest first."""
    columns = ("task", "service", "state", "volunteer", "served_minutes", "level", "credited_minutes")
    put_items(get(load(data_dir), "/v1/tasks"), columns, json=json)


@app.command()
def show(
    task: Annotated[str, typer.Argument(help="任务编号 Id of the task, 0x and 32 hex digits.")],
    data_dir: DataDir = None,
    *,
    json: AsJson = False,
) -> None:
    """查看任务 Show a task and all that happened to it."""
    put_one(get(load(data_dir), f"/v1/tasks/{task}"), json=json)


@app.command()
def volunteer(
    member: Annotated[str, typer.Argument(help="成员编号 Id of the member, 0x and 32 hex digits.")],
    data_dir: DataDir = None,
    *,
    json: AsJson = False,
) -> None:
    """查看志愿者 Show what a volunteer holds, and why."""
    put_one(get(load(data_dir), f"/v1/volunteers/{member}"), json=json)
