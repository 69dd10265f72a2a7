"""The town at a glance, put together from its nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id
from contracts.enums import AssuranceLevel, RedemptionState, TaskState
from indexer.projections.earning import PARTS
from ledger_api.accounts.repository import account_at
from ledger_api.enterprises.schemas import Parts
from ledger_api.enterprises.service import all_enterprises, earnings
from ledger_api.funds.schemas import Figures
from ledger_api.funds.service import all_funds
from ledger_api.overview.repository import credited_since
from ledger_api.overview.schemas import Hours, LevelMinutes, Overview
from ledger_api.tasks import repository as tasks
from ledger_api.tasks.service import VERIFIED, minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ledger_api.mirror import Reading

YEAR_SECONDS = 365 * 24 * 3600
WHOLE_BPS = 10_000


async def overview(mirror: Reading) -> Overview:
    """The town at a glance."""
    funds, enterprises = await all_funds(mirror), await all_enterprises(mirror)
    return Overview(
        money=Figures(**{name: sum(getattr(fund, name) for fund in funds) for name in Figures.model_fields}),
        funds=funds,
        hours=await hours(mirror),
        work=Parts(**{name: sum(getattr(e, name) for e in enterprises) for name in PARTS}),
        earnings=await earnings(mirror),
        **mirror.head.stands(),
    )


async def hours(mirror: Reading) -> Hours:
    """Volunteer hours of the town."""
    claims = await mirror.rows(tasks.claims())
    credited, verified = minutes(claims, TaskState.CREDITED), minutes(claims, TaskState.CREDITED, VERIFIED)
    outstanding = await _outstanding(mirror)
    redemptions = await mirror.rows(tasks.redemptions())
    return Hours(
        credited_minutes=credited,
        outstanding_minutes=outstanding,
        redeemed_minutes=sum(r.held_minutes for r in redemptions if r.state == RedemptionState.DONE),
        pending_minutes=minutes(claims, TaskState.CLAIMED),
        verified_bps=share_bps(verified, credited),
        coverage_bps=share_bps(await _credited_since(mirror, mirror.head.time - YEAR_SECONDS), outstanding),
        levels=[LevelMinutes(level=level, minutes=_at_level(claims, level)) for level in AssuranceLevel],
    )


def _at_level(claims: Sequence[Row[Any]], level: AssuranceLevel) -> int:
    return sum(row.minutes for row in claims if row.state == TaskState.CREDITED and row.level == level)


def share_bps(part: int, whole: int) -> int | None:
    """A share in basis points, rounded down; None of nothing."""
    return part * WHOLE_BPS // whole if whole else None


async def _outstanding(mirror: Reading) -> int:
    """What was issued and not redeemed: the world account of minutes is as far below zero."""
    issued = account_id(AccountKind.ISSUED_MINUTES)
    row = await mirror.first(account_at(issued, mirror.head.number))
    return -row.balance if row else 0


async def _credited_since(mirror: Reading, time: int) -> int:
    row = await mirror.first(credited_since(time))
    return int(row.minutes) if row else 0
