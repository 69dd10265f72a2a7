"""`gongji proposal`: requests for money."""

from __future__ import annotations

from typing import Annotated

import typer

from gongji.commands.options import AsJson, DataDir
from gongji.commands.ordering import order
from gongji.commands.reading import get, put_items, put_one
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)
ProposalId = Annotated[str, typer.Argument(help="申请编号 Id of the request, 0x and 64 hex digits.")]


@app.command("list")
def list_proposals(
    data_dir: DataDir = None,
    *,
    fund: Annotated[int | None, typer.Option(help="只看某基金 Only of this fund.")] = None,
    state: Annotated[
        str | None, typer.Option(help="只看某状态 Only in this state, such as APPROVED.")
    ] = None,
    json: AsJson = False,
) -> None:
    """列出申请 List requests, the latest first."""
    told = get(load(data_dir), "/v1/proposals", fund=fund, state=state)
    put_items(told, ("proposal_id", "number", "fund", "amount_fen", "state"), json=json)


@app.command()
def show(proposal: ProposalId, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看申请 Show a request with its timeline."""
    put_one(get(load(data_dir), f"/v1/proposals/{proposal}"), json=json)


@app.command()
def execute(proposal: ProposalId, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """执行拨款 Execute an approved request after its notice. Anyone may; the chain checks that it is due."""
    settings = load(data_dir)
    told = get(settings, f"/v1/proposals/{proposal}")["proposal"]
    numbers = tuple(told[name] for name in ("committee", "purpose", "budget_line", "amount_fen", "number"))
    ids = tuple(bytes.fromhex(told[name][2:]) for name in ("requester", "payee", "documents"))
    order(settings, "relayer", "Disbursements", "execute", numbers + ids, json=json)
