"""`gongji campaign`: campaigns and what they have so far."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.listing import money, name, plain, put_list, word
from gongji.commands.options import AsJson, DataDir
from gongji.commands.reading import get, put_one
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("campaign", "编号 campaign"),
    name("campaign", "campaigns", "名称 name"),
    name("fund", "funds", "基金 fund"),
    money("target_fen", "目标 target"),
    money("gifts_fen", "已筹 gifts"),
    money("matched_fen", "配比 match"),
    plain("households", "户数 households"),
    word("state", "campaign", "状态 state"),
    plain("closes_at", "截止 until"),
)
Campaign = Annotated[int, typer.Argument(min=1, max=2**32 - 1, help="众筹编号 Number of the campaign.")]


@app.command("list")
def list_campaigns(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出众筹 List campaigns, the latest first."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/campaigns"), COLUMNS, json=json)


@app.command()
def show(campaign: Campaign, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看众筹 Show a campaign, how it ended, and whether its match stood before its first gift."""
    put_one(get(load(data_dir), f"/v1/campaigns/{campaign}"), json=json)
