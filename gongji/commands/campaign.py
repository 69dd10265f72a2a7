"""`gongji campaign`: campaigns and what they have so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongji.commands.listing import Column, money, name, plain, put_list, when, word
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, load
from gongji.commands.reading import get
from gongji.errors import HouseholdsMissingError

if TYPE_CHECKING:
    from gongji.commands.listing import Item
    from gongji.commands.values import Shown


def _households(_: Shown, campaign: Item) -> int | str:
    """How many households give; that they are few where that is all that is told."""
    count: int | None = campaign["households"]
    return _hidden("households") if count is None else count


def _match(_: Shown, campaign: Item) -> str:
    """What the gifts were matched with, in yuan; that it is not told where few households give."""
    from ledger_api.formats import yuan

    amount_fen: int | None = campaign["matched_fen"]
    return _hidden("matched_fen") if amount_fen is None else yuan(amount_fen)


def _hidden(field: str) -> str:
    """What stands for a value that is not told."""
    from kit.translation import bilingual
    from ledger_api.small_groups import HIDDEN_CELLS

    return bilingual(HIDDEN_CELLS[field])


app = typer.Typer(no_args_is_help=True)
COLUMNS = (
    plain("campaign", "编号 campaign"),
    name("campaign", "campaigns", "名称 name"),
    name("fund", "funds", "基金 fund"),
    money("target_fen", "目标 target"),
    money("gifts_fen", "已筹 raised"),
    Column("配捐 match funding", _match),
    Column("户数 households", _households),
    word("state", "campaign", "状态 state"),
    when("closes_at", "截止 closes"),
)
Campaign = Annotated[int, typer.Argument(min=1, max=2**32 - 1, help="众筹编号 Number of the campaign.")]


@app.command("list")
def list_campaigns(
    data_dir: DataDir = None, *, limit: Limit = None, cursor: Cursor = None, json: AsJson = False
) -> None:
    """列出众筹 List campaigns, the latest first."""
    settings = load(data_dir)
    put_list(settings, get(settings, "/v1/campaigns", limit=limit, cursor=cursor), COLUMNS, json=json)


@app.command()
def show(campaign: Campaign, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看众筹 Show a campaign, how it ended, and whether its match funding was set aside before its first gift."""
    from gongji.commands.records import put_record
    from ledger_api.campaigns.schemas import CampaignDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/campaigns/{campaign}"), CampaignDetail, json=json)


@app.command()
def gifts(
    campaign: Campaign,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出捐款 List the gifts to a campaign, the latest first."""
    from gongji.commands.records import put_page
    from ledger_api.campaigns.schemas import Gift

    settings = load(data_dir)
    page = get(settings, f"/v1/campaigns/{campaign}/gifts", limit=limit, cursor=cursor)
    put_page(settings, page, Gift, json=json)


@app.command()
def households(
    campaign: Campaign,
    data_dir: DataDir = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="写到文件 File for the service desk and auditors: it tells whose each number is."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """住户名单 Draw the list of a campaign's households, for the registrar to publish. Whose number is whose stays in the register."""
    from contextlib import closing
    from json import dumps

    from gongji.households import draw, exhibit, root_of
    from gongji.output import put_json, put_line, tell
    from gongji.run.configs import mirror_reader, open_register

    settings = load(data_dir)
    with closing(open_register(settings)) as register:
        salts = draw(mirror_reader(settings), register, campaign, "operator")
    if not salts:
        raise HouseholdsMissingError(campaign)
    if out is not None:
        out.write_text(dumps(exhibit(campaign, salts)), "utf-8")
        out.chmod(0o600)
    found = {"campaign": campaign, "root": f"0x{root_of(salts).hex()}", "households": len(salts)}
    if json:
        put_json(found)
    else:
        put_line(
            f"gongji act list-households --campaign {campaign} --root {found['root']} --households {len(salts)}"
        )
    tell(
        "请登记处照此公布名单；公布以后不再改。 The registrar publishes it so; it is not changed afterwards."
    )
