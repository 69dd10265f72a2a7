"""`gongji change`: changes that wait in public before they hold, and what the guardian does against one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gongji.commands.listing import Column, plain, put_list, when, word
from gongji.commands.office import Signing, do_for_office, signed_by_office
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, id_bytes, load
from gongji.commands.reading import get

if TYPE_CHECKING:
    from gongji.commands.listing import Item
    from gongji.commands.values import Shown


def _action(_: Shown, change: Item) -> str:
    """What the act is called; a function that is none, by its own name."""
    return change["action"] or f"{change['contract'] or change['target']}.{change['function'] or '?'}"


app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("operation_id", "编号 operation"),
    Column("改动 change", _action),
    word("office", "office", "谁提出 office"),
    when("time", "提出 scheduled"),
    when("effective_at", "最早生效 in force from"),
    word("phase", "change", "状态 state"),
)
Operation = Annotated[
    str,
    typer.Argument(
        help="改动编号 Id of the operation, 0x and 64 hex digits, as `gongji change list` has it."
    ),
]


@app.command("list")
def list_changes(
    data_dir: DataDir = None, *, limit: Limit = None, cursor: Cursor = None, json: AsJson = False
) -> None:
    """列出改动 List changes, the latest first: what each is, and from when it holds."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/changes", limit=limit, cursor=cursor), COLUMNS, json=json)


@app.command()
def show(operation: Operation, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看改动 Show a change with all that it is called with, and how it was scheduled before."""
    from gongji.commands.records import put_record
    from ledger_api.changes.schemas import ChangeDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/changes/{operation}"), ChangeDetail, json=json)


@app.command()
@signed_by_office
def stop(
    operation: Operation,
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """叫停改动 Stop a change that still waits, as the guardian."""
    values = {"operationId": id_bytes(operation, 32)}
    do_for_office(load(data_dir), "StopChange", values, signing)
