"""`gongji coop`: enterprises and what their workers earn."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.options import AsJson, DataDir
from gongji.commands.reading import get, put_items, put_one
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)
Enterprise = Annotated[int, typer.Argument(min=1, max=2**32 - 1, help="企业编号 Number of the enterprise.")]


@app.command("list")
def list_enterprises(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出企业 List enterprises."""
    columns = (
        "enterprise",
        "lots",
        "proceeds_fen",
        "worker_fen",
        "reserve_fen",
        "fund_fen",
        "remainder_fen",
        "paid_fen",
    )
    put_items(get(load(data_dir), "/v1/enterprises"), columns, json=json)


@app.command()
def show(enterprise: Enterprise, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看企业 Show an enterprise: cards, orders, settlements."""
    put_one(get(load(data_dir), f"/v1/enterprises/{enterprise}"), json=json)


@app.command()
def worker(
    member: Annotated[str, typer.Argument(help="成员编号 Id of the member, 0x and 32 hex digits.")],
    data_dir: DataDir = None,
    *,
    json: AsJson = False,
) -> None:
    """查看工人 Show what a worker earned, day by day, and what was paid."""
    put_one(get(load(data_dir), f"/v1/workers/{member}"), json=json)
