"""What may be asked for: budget lines that can pay, and the form of a new request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func

from contracts.accounts import fund_of
from indexer.calendar import china_day, day_text
from indexer.projections.committee import committees, decides
from indexer.projections.request import requests
from ledger_api.funds.service import budget_lines
from ledger_api.mirror import open_rows
from ledger_api.proposals.drafts import queries
from wallets.amounts import fen_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.funds.schemas import BudgetLine
    from ledger_api.mirror import Reading

A_DAY = 100  # Numbers of a day: its date and two digits.


class Entry(StrEnum):
    """What was entered of a new request."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    TOO_MUCH = "too_much"
    WHOLE = "whole"


@dataclass(frozen=True, kw_only=True, slots=True)
class Payable:
    """A budget line that may be asked of.

    Attributes:
        line: The budget line.
        fund: Fund of its purpose.
        committee: Committee that decides.
    """

    line: BudgetLine
    fund: int
    committee: int

    @property
    def left_fen(self) -> int:
        """What is neither spent nor approved, in fen."""
        return self.line.limit_fen - self.line.spent_fen - self.line.committed_fen


async def payable_lines(mirror: Reading) -> list[Payable]:
    """Budget lines that are not blocked and whose fund has a committee, by number."""
    found = await mirror.versions(committees, open_rows(committees))
    deciding = {c.fund: c.committee for c in found if decides(c, mirror.head.time)}
    return [
        Payable(line=line, fund=fund_of(line.purpose), committee=deciding[fund_of(line.purpose)])
        for line in await budget_lines(mirror)
        if not line.blocked and fund_of(line.purpose) in deciding
    ]


async def next_number(app: AsyncEngine, mirror: Reading, now: int) -> int:
    """Number of a new request: the date in China's time and the next two digits that are free.

    Args:
        app: Engine of the schema `app`.
        mirror: A snapshot of the mirror.
        now: Seconds since 1970.
    """
    first = int(day_text(china_day(now)).replace("-", "")) * A_DAY
    number = requests.table.c.number
    of_today = open_rows(requests).where(number.between(first, first + A_DAY - 1))
    row = await mirror.first(of_today.with_only_columns(func.max(number).label("last")))
    drafted = await queries.page(app, now, committee=None, after=None, limit=A_DAY)
    numbers = [draft.intent.proposal.number for draft in drafted]
    taken = [n for n in (row.last if row else None, *numbers) if n and first <= n < first + A_DAY]
    return max(taken, default=first) + 1


def amount_fen(text: str) -> int | None:
    """An amount over zero in yuan that somebody typed, in fen; None if it is none."""
    return fen_of(text) or None


def entry_of(amount: str, line: Payable | None) -> Entry:
    """What was entered: whether a sheet can be made of it, else what is wrong.

    Args:
        amount: The amount as somebody typed it.
        line: The budget line that was chosen; None if none was.
    """
    fen = amount_fen(amount)
    if fen is None:
        return Entry.UNREADABLE if amount else Entry.MISSING
    if line is None:
        return Entry.MISSING
    return Entry.WHOLE if fen <= line.left_fen else Entry.TOO_MUCH
