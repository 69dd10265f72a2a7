"""`gongji time`: tasks and hours."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.acting import PasswordFile, ReaderKey, get_as
from gongji.commands.listing import Column, minutes, name, plain, put_list, when, word
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, Member, load
from gongji.commands.reading import get

app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("task", "任务 task"),
    name("service", "services", "服务 service"),
    name("fund", "funds", "基金 fund"),
    word("phase", "task_phase", "状态 state"),
    when("expires_at", "截止 until"),
    minutes("served_minutes", "服务时长 served"),
    minutes("credited_minutes", "记入时长 credited"),
    plain("level", "等级 level"),
    word("level", "assurance", "依据 assurance"),
    Column("志愿者 volunteer", lambda shown, task: task["volunteer"] and shown.member(task["volunteer"])),
    plain("volunteer", "成员编号 member"),
)


@app.command("list")
def list_tasks(
    data_dir: DataDir = None, *, limit: Limit = None, cursor: Cursor = None, json: AsJson = False
) -> None:
    """列出任务 List tasks, the latest first."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/tasks", limit=limit, cursor=cursor), COLUMNS, json=json)


@app.command()
def show(
    task: Annotated[str, typer.Argument(help="任务编号 Id of the task, 0x and 32 hex digits.")],
    data_dir: DataDir = None,
    *,
    json: AsJson = False,
) -> None:
    """查看任务 Show a task and all that happened to it."""
    from gongji.commands.records import put_record
    from ledger_api.tasks.schemas import TaskDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/tasks/{task}"), TaskDetail, json=json)


@app.command()
def volunteer(
    member: Member,
    data_dir: DataDir = None,
    *,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """查看志愿者 Show what a volunteer holds, and why."""
    from gongji.commands.records import put_record
    from ledger_api.tasks.schemas import Volunteer

    settings = load(data_dir)
    put_record(
        settings, get_as(settings, f"/v1/volunteers/{member}", key, password_file), Volunteer, json=json
    )


@app.command()
def held(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出已接的任务 List tasks that a volunteer took and has not served, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.tasks.schemas import Task

    settings = load(data_dir)
    page = get_as(settings, f"/v1/volunteers/{member}/held", key, password_file, limit=limit, cursor=cursor)
    put_page(settings, page, Task, json=json)


@app.command()
def visits(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出服务记录 List what a volunteer served, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.tasks.schemas import Task

    settings = load(data_dir)
    page = get_as(settings, f"/v1/volunteers/{member}/visits", key, password_file, limit=limit, cursor=cursor)
    put_page(settings, page, Task, json=json)


@app.command()
def redemptions(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出兑换记录 List what a member redeemed, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.redemptions.schemas import Redemption

    settings = load(data_dir)
    page = get_as(
        settings, f"/v1/volunteers/{member}/redemptions", key, password_file, limit=limit, cursor=cursor
    )
    put_page(settings, page, Redemption, json=json)


@app.command()
def provided(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出要提供的服务 List redemptions for a service of a member, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.redemptions.schemas import Redemption

    settings = load(data_dir)
    page = get_as(
        settings, f"/v1/volunteers/{member}/provided", key, password_file, limit=limit, cursor=cursor
    )
    put_page(settings, page, Redemption, json=json)


@app.command()
def disputes(
    fund: Annotated[int, typer.Argument(min=1, max=0xFFFF, help="基金编号 Number of the fund.")],
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出有争议的兑换 List disputed redemptions that coordinators of a fund decide on, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.redemptions.schemas import Redemption

    settings = load(data_dir)
    query = {"fund": fund, "state": "DISPUTED", "limit": limit, "cursor": cursor}
    page = get_as(settings, "/v1/redemptions", key, password_file, **query)
    put_page(settings, page, Redemption, json=json)
