"""`gongji ledger`: what came in, went out and was worked, a sentence for each record, as the portal's pages say it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gongji.commands.acting import PasswordFile, ReaderKey, get_as
from gongji.commands.listing import Column, plain, put_list
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, id_bytes, load
from gongji.commands.verify import ForgedCodeError
from gongji.errors import GongjiError

if TYPE_CHECKING:
    from gongji.commands.listing import Item
    from gongji.commands.values import Shown

app = typer.Typer(no_args_is_help=True)


class ReceiptNumberError(GongjiError):
    """Something else was typed in place of a receipt number."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"看不懂 {text!r} is not a receipt number",
            "收据编号是数字，或数字加校验码 it is a number, or a number and its check digits, such as 128-9f3a01bc",
            "照收据抄写，或用 `gongji ledger list` 查看 copy it from the receipt, or look with `gongji ledger list`",
        )


ROWS = 50


def _day(_: Shown, line: Item) -> str:
    """Day in China's time."""
    from indexer.calendar import china_day, day_text

    return day_text(china_day(int(datetime.fromisoformat(line["time"]).timestamp())))


def _sentence(_: Shown, line: Item) -> str:
    return f"{line['text_zh']} {line['text_en']}"


def _amount(shown: Shown, line: Item) -> str:
    """The amount with the sign of whose side is taken: the account's, the fund's or the town's."""
    return shown.both(lambda reader: reader.amount(line["amount"], line["unit"], line["sign"]))


COLUMNS = (
    Column("日期 date", _day),
    Column("说明 what it was", _sentence),
    Column("金额 amount", _amount),
    plain("code", "收据编号 receipt number"),
)
Account = Annotated[
    str | None, typer.Option(help="只看某账户 Only this account: its id, 0x and 64 hex digits.")
]
Fund = Annotated[int | None, typer.Option(min=1, max=0xFFFF, help="只看某基金 Only this fund.")]
Reason = Annotated[str | None, typer.Option(help="只看某事项 Only for this reason, such as DONATION.")]


@app.command("list")
def list_transfers(
    data_dir: DataDir = None,
    *,
    account: Account = None,
    fund: Fund = None,
    reason: Reason = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出账本 List the records of the ledger, the latest first, each as a sentence."""
    if account is not None:
        id_bytes(account, 32)
    settings = load(data_dir)
    query = {"account": account, "fund": fund, "reason": reason, "limit": limit, "cursor": cursor}
    page = get_as(settings, "/v1/transfers", key, password_file, **query)
    put_list(settings, page, COLUMNS, json=json)


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="收据编号 Receipt number, or the digits before its dash.")],
    data_dir: DataDir = None,
    *,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """查看收据 Show a record of the ledger as its receipt does."""
    if not re.fullmatch("[0-9]{1,15}(-[0-9a-f]{8})?", code):
        raise ReceiptNumberError(code)
    from gongji.commands.records import put_record
    from ledger_api.transfers.schemas import LedgerLine

    settings = load(data_dir)
    number, dash, _ = code.partition("-")
    found = get_as(settings, f"/v1/transfers/{number}", key, password_file)
    if dash and found["code"] != code:
        raise ForgedCodeError(code)
    put_record(settings, found, LedgerLine, json=json)
