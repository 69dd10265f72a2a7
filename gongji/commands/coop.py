"""`gongji coop`: enterprises and what their workers earn."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.acting import PasswordFile, ReaderKey, get_as
from gongji.commands.listing import money, name, plain, put_list
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, Member, load
from gongji.commands.reading import get

app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("enterprise", "编号 enterprise"),
    name("enterprise", "enterprises", "名称 name"),
    plain("lots", "批数 batches"),
    money("proceeds_fen", "货款 sales income"),
    money("worker_fen", "工钱 wages"),
    money("paid_fen", "已付工钱 wages paid"),
    money("reserve_fen", "公积金 reserve"),
    money("fund_fen", "归公益基金 public fund"),
    money("remainder_fen", "留存 kept"),
)
Enterprise = Annotated[
    int, typer.Argument(min=1, max=2**32 - 1, help="微工厂编号 Number of the micro-factory.")
]


@app.command("list")
def list_enterprises(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出微工厂 List micro-factories."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/enterprises"), COLUMNS, json=json)


@app.command()
def show(enterprise: Enterprise, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看微工厂 Show a micro-factory: piece rates, work orders, settlements."""
    from gongji.commands.records import put_record
    from ledger_api.enterprises.schemas import EnterpriseDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/enterprises/{enterprise}"), EnterpriseDetail, json=json)


@app.command()
def orders(
    enterprise: Enterprise,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出加工单 List the work orders of a micro-factory, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import WorkOrder

    settings = load(data_dir)
    page = get(settings, f"/v1/enterprises/{enterprise}/orders", limit=limit, cursor=cursor)
    put_page(settings, page, WorkOrder, json=json)


@app.command("rate-cards")
def rate_cards(
    enterprise: Enterprise,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出计件单价 List the piece rates of a micro-factory, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import RateCard

    settings = load(data_dir)
    page = get(settings, f"/v1/enterprises/{enterprise}/rate-cards", limit=limit, cursor=cursor)
    put_page(settings, page, RateCard, json=json)


@app.command()
def lots(
    enterprise: Enterprise,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出验收过的活 List the batches of a micro-factory that were accepted, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import Lot

    settings = load(data_dir)
    page = get_as(
        settings, f"/v1/enterprises/{enterprise}/lots", key, password_file, limit=limit, cursor=cursor
    )
    put_page(settings, page, Lot, json=json)


@app.command("open-lots")
def open_lots(
    enterprise: Enterprise,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出还没验收的活 List the batches of a micro-factory that are not accepted yet, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import OpenLot

    settings = load(data_dir)
    page = get_as(
        settings, f"/v1/enterprises/{enterprise}/open-lots", key, password_file, limit=limit, cursor=cursor
    )
    put_page(settings, page, OpenLot, json=json)


@app.command()
def worker(
    member: Member,
    data_dir: DataDir = None,
    *,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """查看工友 Show what a worker earned, day by day, and what was paid."""
    from gongji.commands.records import put_record
    from ledger_api.enterprises.schemas import Worker

    settings = load(data_dir)
    put_record(settings, get_as(settings, f"/v1/workers/{member}", key, password_file), Worker, json=json)


@app.command()
def days(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出每天的工钱 List what a worker earned by day, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import WorkDay

    settings = load(data_dir)
    page = get_as(settings, f"/v1/workers/{member}/days", key, password_file, limit=limit, cursor=cursor)
    put_page(settings, page, WorkDay, json=json)


@app.command()
def months(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出每月的工钱 List what a worker earned and was paid by month, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import WorkMonth

    settings = load(data_dir)
    page = get_as(settings, f"/v1/workers/{member}/months", key, password_file, limit=limit, cursor=cursor)
    put_page(settings, page, WorkMonth, json=json)


@app.command()
def payouts(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出发过的工钱 List payments to a worker, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.enterprises.schemas import Payout

    settings = load(data_dir)
    page = get_as(settings, f"/v1/workers/{member}/payouts", key, password_file, limit=limit, cursor=cursor)
    put_page(settings, page, Payout, json=json)
