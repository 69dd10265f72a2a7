"""What the charts of the pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.portal.charts import Pair, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.enterprises.schemas import Band, WorkDay
    from ledger_api.funds.schemas import BudgetLine, Month, Purpose
    from ledger_api.locale import Locale
    from ledger_api.overview.schemas import LevelMinutes

SHOWN_DAYS = 31


def purposes(locale: Locale, held: Sequence[Purpose]) -> list[Part]:
    """What a fund holds, by purpose."""
    return [
        Part(
            name=locale.name("purposes", p.purpose),
            value=p.balance_fen,
            text=locale.amount(p.balance_fen, "CNY"),
        )
        for p in held
        if p.balance_fen > 0
    ]


def levels(locale: Locale, minutes: Sequence[LevelMinutes]) -> list[Part]:
    """Credited minutes by level."""
    return [
        Part(
            name=f"{m.level.name} {locale.word('assurance', m.level.name)}",
            value=m.minutes,
            text=locale.minutes(m.minutes),
        )
        for m in minutes
        if m.minutes
    ]


def budget(locale: Locale, line: BudgetLine) -> list[Part]:
    """What became of the limit of a budget line."""
    left_fen = max(line.limit_fen - line.spent_fen - line.committed_fen, 0)
    parts = (
        (locale.gettext("已用"), line.spent_fen),
        (locale.gettext("待拨款"), line.committed_fen),
        (locale.gettext("剩余"), left_fen),
    )
    return [Part(name=name, value=fen, text=locale.amount(fen, "CNY")) for name, fen in parts]


def band(locale: Locale, earned: Band) -> str:
    """From how much to how much somebody of a band earned."""
    low = locale.amount(earned.from_fen, "CNY")
    if earned.below_fen is None:
        return locale.gettext("{low} 以上", low=low)
    return locale.gettext("{low} 到 {high}", low=low, high=locale.amount(earned.below_fen, "CNY"))


def months(locale: Locale, flows: Sequence[Month]) -> list[Pair]:
    """In and out by month."""
    return [Pair(name=locale.short_month(m.month), first=m.in_fen, second=m.out_fen) for m in flows]


def days(locale: Locale, worked: Sequence[WorkDay]) -> list[Pair]:
    """Earned on the last days, oldest first."""
    latest = reversed(worked[:SHOWN_DAYS])
    return [Pair(name=locale.short_date(d.day), first=d.earned_fen, second=0) for d in latest]
