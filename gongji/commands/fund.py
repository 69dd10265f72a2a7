"""`gongji fund`: funds, and what the guardian may do to them."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.listing import Column, money, name, plain, put_list, word
from gongji.commands.office import Signing, do_for_office, signed_by_office
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, load
from gongji.commands.reading import get

app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("fund", "编号 fund"),
    name("fund", "funds", "名称 name"),
    word("level", "level", "级别 level"),
    money("balance_fen", "余额 balance"),
    money("in_fen", "收入 received"),
    money("out_fen", "支出 paid out"),
    money("committed_fen", "已批准待拨款 approved, not yet paid"),
    Column("支出状态 spending", lambda _, fund: "已冻结 frozen" if fund["frozen"] else "正常 open"),
)
Fund = Annotated[int, typer.Argument(min=1, max=0xFFFF, help="基金编号 Number of the fund.")]


@app.command("list")
def list_funds(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出基金 List funds with what came in, went out, and is left."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/funds"), COLUMNS, json=json)


@app.command()
def show(fund: Fund, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看基金 Show a fund, its budget lines and months."""
    from gongji.commands.records import put_record
    from ledger_api.funds.schemas import FundDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/funds/{fund}"), FundDetail, json=json)


@app.command()
def months(
    fund: Fund,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出每月收支 List what came in and went out of a fund by month, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.funds.schemas import Month

    settings = load(data_dir)
    page = get(settings, f"/v1/funds/{fund}/months", limit=limit, cursor=cursor)
    put_page(settings, page, Month, json=json)


@app.command()
@signed_by_office
def freeze(
    fund: Fund,
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """冻结支出 Stop spending from a fund, as the guardian. Giving is not affected."""
    do_for_office(load(data_dir), "FreezeFund", {"fund": fund}, signing)


@app.command()
@signed_by_office
def unfreeze(
    fund: Fund,
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """解除冻结 Allow spending again, as the guardian."""
    do_for_office(load(data_dir), "UnfreezeFund", {"fund": fund}, signing)
