"""`gongji fund`: funds, and what the guardian may do to them."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.options import AsJson, DataDir
from gongji.commands.ordering import order
from gongji.commands.reading import get, put_items, put_one
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)
Fund = Annotated[int, typer.Argument(min=1, max=0xFFFF, help="基金编号 Number of the fund.")]


@app.command("list")
def list_funds(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出基金 List funds with what came in, went out, and is left, in fen."""
    told = get(load(data_dir), "/v1/funds")
    put_items(
        told,
        ("fund", "parent", "level", "balance_fen", "in_fen", "out_fen", "committed_fen", "frozen"),
        json=json,
    )


@app.command()
def show(fund: Fund, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看基金 Show a fund, its budget lines and months."""
    put_one(get(load(data_dir), f"/v1/funds/{fund}"), json=json)


@app.command()
def freeze(fund: Fund, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """冻结支出 Stop spending from a fund, as the guardian. Giving is not affected."""
    order(load(data_dir), "guardian", "Funds", "setFrozen", fund, True, json=json)


@app.command()
def thaw(fund: Fund, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """解除冻结 Allow spending again, as the guardian."""
    order(load(data_dir), "guardian", "Funds", "setFrozen", fund, False, json=json)
