"""The town at a glance, put together from its nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.accounts import AccountKind, account_id
from contracts.enums import AssuranceLevel
from indexer.projections.hours import level_hours, town_hours
from indexer.projections.task import VERIFIED
from indexer.projections.work import PARTS
from ledger_api.accounts.queries import account_at
from ledger_api.enterprises.schemas import Parts
from ledger_api.enterprises.service import all_enterprises, earnings
from ledger_api.funds.schemas import Figures
from ledger_api.funds.service import all_funds
from ledger_api.mirror import open_rows
from ledger_api.overview.queries import hours_at
from ledger_api.overview.schemas import Hours, LevelMinutes, Overview

if TYPE_CHECKING:
    from indexer.projections.hours import TownHours
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
    found = await mirror.versions(town_hours, open_rows(town_hours))
    now = found[0] if found else None
    by_level = {
        one.level: one.credited_minutes for one in await mirror.versions(level_hours, open_rows(level_hours))
    }
    credited = sum(by_level.values())
    verified = sum(minutes for level, minutes in by_level.items() if level >= VERIFIED)
    outstanding = await _outstanding(mirror)
    return Hours(
        credited_minutes=credited,
        outstanding_minutes=outstanding,
        redeemed_minutes=now.redeemed_minutes if now else 0,
        pending_minutes=now.pending_minutes if now else 0,
        verified_bps=share_bps(verified, credited),
        coverage_bps=share_bps(await _served_in_a_year(mirror, now), outstanding),
        levels=[LevelMinutes(level=level, minutes=by_level.get(level, 0)) for level in AssuranceLevel],
    )


def share_bps(part: int, whole: int) -> int | None:
    """A share in basis points, rounded down; None of nothing."""
    return part * WHOLE_BPS // whole if whole else None


async def _outstanding(mirror: Reading) -> int:
    """What was issued and not used up: the world account of minutes is as far below zero."""
    issued = account_id(AccountKind.ISSUED_MINUTES)
    row = await mirror.first(account_at(issued, mirror.head.number))
    return -row.balance if row else 0


async def _served_in_a_year(mirror: Reading, now: TownHours | None) -> int:
    before = await mirror.versions(town_hours, hours_at(mirror.head.time - YEAR_SECONDS))
    served = (now.issued_minutes if now else 0) - sum(one.issued_minutes for one in before)
    # What was taken back this year may have been credited long before.
    return max(0, served)
