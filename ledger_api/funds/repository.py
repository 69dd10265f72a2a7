"""Queries for funds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select, union_all

from contracts.accounts import AccountKind, account_id
from contracts.enums import Reason
from contracts.events import (
    BudgetLineSet,
    FundFrozen,
    FundOpened,
    PurposeOpened,
    Transferred,
)
from indexer.history import EVENT_TABLES
from indexer.projections.request import requests
from indexer.tables import blocks
from ledger_api.mirror import open_rows, recorded, total

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Select

# A transfer that takes an earlier one back lessens the side on which that stood.
TAKING_BACK = (Reason.DONATION_REVERSAL, Reason.DISBURSEMENT_REVERSAL, Reason.MATCH_RETURN)
DAY_SECONDS = 24 * 3600
# China has one time zone and no summer time.
CHINA_SECONDS = 8 * 3600


def funds() -> Select[Any]:
    """All funds by number."""
    return recorded(FundOpened).order_by(EVENT_TABLES[FundOpened].c.fund)


def purposes() -> Select[Any]:
    """All purposes by number."""
    opened = EVENT_TABLES[PurposeOpened]
    return select(opened.c.purpose, opened.c.fund).order_by(opened.c.purpose)


def freezes() -> Select[Any]:
    """Stops and permissions of spending, in the order of the chain."""
    frozen = EVENT_TABLES[FundFrozen]
    return select(frozen.c.fund, frozen.c.frozen).order_by(frozen.c.block_number, frozen.c.log_index)


def flows(first: int = 0, last: int = 2**32 - 1, *, by_day: bool = False) -> CompoundSelect[Any]:
    """What came into and went out of purposes: account, day, in_fen, out_fen. An account may have several rows.

    Args:
        first: Lowest purpose.
        last: Highest purpose.
        by_day: Whether a row is of a day, numbered from 1970 in China's time; else the day is 0.
    """
    transferred = EVENT_TABLES[Transferred]
    span = account_id(AccountKind.PURPOSE, first), account_id(AccountKind.PURPOSE, last)
    day = (blocks.c.time + CHINA_SECONDS) // DAY_SECONDS if by_day else 0 * transferred.c.tx_index
    back = transferred.c.reason.in_(TAKING_BACK)

    def side(account: Any, *, received: bool) -> Select[Any]:
        straight = total(case((back, 0), else_=transferred.c.amount))
        taken = total(case((back, transferred.c.amount), else_=0))
        in_fen, out_fen = (straight, -taken) if received else (-taken, straight)
        source = (
            transferred.join(blocks, blocks.c.number == transferred.c.block_number) if by_day else transferred
        )
        columns = account.label("account"), day.label("day"), in_fen.label("in_fen"), out_fen.label("out_fen")
        return select(*columns).select_from(source).where(account.between(*span)).group_by(account, day)

    return union_all(side(transferred.c.payee, received=True), side(transferred.c.payer, received=False))


def budget_lines() -> Select[Any]:
    """Limits of budget lines, in the order of the chain; the last of a line holds."""
    lines = EVENT_TABLES[BudgetLineSet]
    return select(lines).order_by(lines.c.block_number, lines.c.log_index)


def decisions() -> Select[Any]:
    """All proposals as far as they bind money."""
    return open_rows(requests)
