"""What the offices of the demo town change once its founding has ended: what waits today, what was stopped, what replaced a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town import handing_over
from gongji.town.acts import Act, Calendar, Change, Keep, Record, Stop, Upgrade, Veto
from gongji.town.founding import DAY, TIERS, order
from gongji.town.places import FUNDS, GREEN, MEALS, purpose
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the canteen of Zhaohui Street may spend from then on.
MEALS_LIMIT_FEN = 12_000_000
# Ten times what the pocket park may spend.
PARK_LIMIT_FEN = 100_000_000
# From when a new version of redemptions waits: what was begun before it holds goes on under the former one.
UPGRADE_DAY = -45
# Seven days of notice in place of fifteen, for the largest sums.
SHORTER_NOTICE = (*TIERS[:2], (*TIERS[2][:8], 7 * DAY, *TIERS[2][9:]))


def acts(calendar: Calendar) -> Iterator[Act]:
    """The end of the founding, and what is changed after it; campaigns that open are changes as well (`campaigns`)."""
    yield order(calendar.at(-364, 12), "admin", "Authority", "endFounding", "")
    shorter = _change(
        calendar.at(-40), "shorter-notice", "Committees", "setRules", FUNDS[1].committee, list(SHORTER_NOTICE)
    )
    yield shorter
    yield Stop(at=calendar.at(-38), key="stop/shorter-notice", change=shorter)
    park = _change(
        calendar.at(-30),
        "more-for-the-park",
        "Budgets",
        "setBudgetLine",
        *[purpose(1, GREEN)] * 2,
        PARK_LIMIT_FEN,
    )
    yield park
    for day, name in enumerate(FUNDS[1].seats[1:5]):
        yield Veto(
            at=calendar.at(-28 + day), key=f"veto/{name}", by=name, committee=FUNDS[1].committee, change=park
        )
    yield Upgrade(at=calendar.at(UPGRADE_DAY), key="upgrade", contract="Redemptions")
    yield Keep(at=calendar.at(UPGRADE_DAY + 15, 10), key="keep/upgrade")
    yield Record(at=calendar.at(UPGRADE_DAY + 15, 11), key="record")
    yield from handing_over.acts(calendar)
    line = purpose(1, MEALS)
    yield _change(calendar.at(-5), "more-for-meals", "Budgets", "setBudgetLine", line, line, MEALS_LIMIT_FEN)


def _change(at: int, key: str, contract: str, function: str, *args: object) -> Change:
    return Change(
        at=at, key=f"change/{key}", service="steward",
        call=lambda _: Call(contract=contract, function=function, args=args),
    )  # fmt: skip
