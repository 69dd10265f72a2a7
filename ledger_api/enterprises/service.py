"""What an enterprise earned and how it was split, and a worker's statement."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger_api.enterprises import repository
from ledger_api.enterprises.bands import bands_of
from ledger_api.enterprises.schemas import (
    EarningsMonth,
    Enterprise,
    EnterpriseDetail,
    Lot,
    Payout,
    RateCard,
    WorkDay,
    Worker,
    WorkMonth,
    WorkOrder,
)
from ledger_api.errors import NotFoundError
from ledger_api.funds.repository import CHINA_SECONDS
from ledger_api.funds.service import china_day, month_of

if TYPE_CHECKING:
    from ledger_api.mirror import Reading


async def all_enterprises(mirror: Reading) -> list[Enterprise]:
    """All enterprises by number."""
    sums = {row.enterprise: row._mapping for row in await mirror.rows(repository.sums())}  # noqa: SLF001
    paid = {row.enterprise: row.paid_fen for row in await mirror.rows(repository.paid())}
    nothing = dict.fromkeys((*repository.PARTS, "lots"), 0)
    told = []
    for row in await mirror.rows(repository.enterprises()):
        parts = {name: sums.get(row.enterprise, nothing)[name] for name in nothing}
        told.append(mirror.record(Enterprise, row, paid_fen=paid.get(row.enterprise, 0), **parts))
    return told


async def enterprise_detail(mirror: Reading, enterprise: int) -> EnterpriseDetail:
    """An enterprise with its rate cards, work orders and earnings in bands.

    Raises:
        NotFoundError: There is no such enterprise.
    """
    found = next((e for e in await all_enterprises(mirror) if e.enterprise == enterprise), None)
    if found is None:
        raise NotFoundError("enterprise", enterprise)
    return EnterpriseDetail(
        enterprise=found,
        rate_cards=await mirror.records(RateCard, repository.rate_cards(enterprise)),
        orders=await mirror.records(WorkOrder, repository.work_orders(enterprise)),
        earnings=await earnings(mirror, enterprise),
        **mirror.head.stands(),
    )


async def earnings(mirror: Reading, enterprise: int | None = None) -> list[EarningsMonth]:
    """Earnings in bands by month; of one enterprise, or of all."""
    by_month: defaultdict[str, defaultdict[bytes, int]] = defaultdict(lambda: defaultdict(int))
    for row in await mirror.rows(repository.earnings(enterprise)):
        by_month[month_of(china_day(row.time))][row.worker] += row.worker_fen
    return [
        EarningsMonth(month=month, bands=bands_of(by_month[month].values())) for month in sorted(by_month)
    ]


async def worker(mirror: Reading, member: bytes) -> Worker:
    """A worker's statement."""
    lots = await mirror.records(Lot, repository.lots().where(repository.settled.c.worker == member))
    payouts = await mirror.records(Payout, repository.payouts_to(member))
    earned_fen, paid_fen = sum(lot.worker_fen for lot in lots), sum(p.amount_fen for p in payouts)
    return Worker(
        member=member,
        earned_fen=earned_fen,
        paid_fen=paid_fen,
        owed_fen=earned_fen - paid_fen,
        months=_months(lots, payouts),
        days=_days(lots),
        payouts=payouts,
        **mirror.head.stands(),
    )


def _days(lots: list[Lot]) -> list[WorkDay]:
    by_day: defaultdict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        by_day[_day_text(lot.time)].append(lot)
    return [
        WorkDay(
            day=day,
            lots=len(of_day),
            accepted_pieces=sum(lot.accepted_pieces for lot in of_day),
            rejected_pieces=sum(lot.rejected_pieces for lot in of_day),
            earned_fen=sum(lot.worker_fen for lot in of_day),
        )
        for day, of_day in by_day.items()
    ]


def _months(lots: list[Lot], payouts: list[Payout]) -> list[WorkMonth]:
    earned_fen: defaultdict[str, int] = defaultdict(int)
    paid_fen: defaultdict[str, int] = defaultdict(int)
    for lot in lots:
        earned_fen[month_of(china_day(lot.time))] += lot.worker_fen
    for payout in payouts:
        paid_fen[month_of(china_day(payout.time))] += payout.amount_fen
    months = sorted(earned_fen.keys() | paid_fen.keys(), reverse=True)
    return [WorkMonth(month=m, earned_fen=earned_fen[m], paid_fen=paid_fen[m]) for m in months]


def _day_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds + CHINA_SECONDS, UTC).strftime("%Y-%m-%d")
