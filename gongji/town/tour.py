"""The bank statement that a tour of the demo town imports: what comes in and is paid on the day on which it is taken.

The tour earns a wage and misses a campaign before its treasurer pays and returns money, so its lines have no day of their own:
the portal writes the day of whoever downloads it (`ledger_api.demo`).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from gongji.town.bank import account_number
from ledger_api.demo.statement import TODAY
from ledger_api.statements.parsed import yuan

if TYPE_CHECKING:
    from gongji.town.bank import Bank

BANK = 1
HEADINGS = ("本方账号", "记账日期", "流水号", "收入金额", "支出金额", "余额", "对方户名", "摘要")
# Amount in fen, the other side, and what for.
LINES = (
    (30_000, "陈先生", "众筹 长者食堂新炉灶"), (8_800, "李女士", "捐款"), (-10_000, "捐赠人", "退回 广场健身器材"),
    (-1_584, "郑子涵", "工钱"),
)  # fmt: skip


def statement(bank: Bank) -> str:
    """The statement as CSV in the generic format, going on from the balance of the last one of the year.

    Args:
        bank: What moved in the year.
    """
    balance_fen = [one.closing_fen for one in bank.statements() if one.bank == BANK][-1]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADINGS)
    for number, (amount_fen, party, purpose) in enumerate(LINES, 1):
        balance_fen += amount_fen
        sides = (yuan(amount_fen), "") if amount_fen > 0 else ("", yuan(-amount_fen))
        rows.writerow(
            (account_number(BANK), TODAY, f"TOUR-{number}", *sides, yuan(balance_fen), party, purpose)
        )
    return text.getvalue()
