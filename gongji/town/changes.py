"""What the offices of the demo town change once its founding has ended: a limit that waits today, rules that the guardian stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Cancel, Change
from gongji.town.founding import DAY, TIERS, order
from gongji.town.places import FUNDS, MEALS, purpose
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the canteen of Zhaohui Street may spend from then on.
MEALS_LIMIT_FEN = 12_000_000
# Seven days of notice in place of fifteen, for the largest sums.
SHORTER_NOTICE = (*TIERS[:2], (*TIERS[2][:8], 7 * DAY, *TIERS[2][9:]))


def acts(calendar: Calendar) -> Iterator[Act]:
    """The end of the founding, and what is changed after it; campaigns that open are changes as well (`campaigns`)."""
    yield order(calendar.at(-364, 12), "admin", "Authority", "endFounding", "")
    shorter = _change(
        calendar.at(-40), "shorter-notice", "Committees", "setRules", FUNDS[1].committee, list(SHORTER_NOTICE)
    )
    yield shorter
    yield Cancel(at=calendar.at(-38), key="cancel/shorter-notice", change=shorter)
    line = purpose(1, MEALS)
    yield _change(calendar.at(-5), "more-for-meals", "Budgets", "setBudgetLine", line, line, MEALS_LIMIT_FEN)


def _change(at: int, key: str, contract: str, function: str, *args: object) -> Change:
    return Change(
        at=at, key=f"change/{key}", service="steward",
        call=lambda _: Call(contract=contract, function=function, args=args),
    )  # fmt: skip
