"""People of the demo town who marry, move and leave: one change that holds, one that waits, and a seat whose holder is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Change, Keep, Order
from gongji.town.places import FUNDS
from gongji.town.roster import STAIRWELL_HOUSEHOLDS, neighbours
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

# Whose fund asks for nothing in the year, so that nobody misses the vote.
QUIET = FUNDS[24]
MOVED_AWAY = QUIET.seats[2]
MARRIED, MOVING, _ = neighbours(2)
HOME, NEXT_DOOR = STAIRWELL_HOUSEHOLDS[3], STAIRWELL_HOUSEHOLDS[6]
WAIT_DAYS = 15


def acts(calendar: Calendar) -> Iterator[Act]:
    """A marriage, a move that still waits in public, and a member who left the town."""
    yield _household(calendar.at(-75), MARRIED, HOME)
    yield Keep(at=calendar.at(-75 + WAIT_DAYS, 10), key="keep/marriage")
    yield _household(calendar.at(-6), MOVING, NEXT_DOOR)
    yield Order(
        at=calendar.at(-12, 9), key=f"leave/{MOVED_AWAY}", service="registrar",
        call=lambda book: Call(contract="Members", function="endMembership", args=(book.member(MOVED_AWAY),)),
    )  # fmt: skip


def _household(at: int, name: str, household: str) -> Change:
    def call(book: Book) -> Call:
        args = (book.member(name), book.id16("household", household))
        return Call(contract="Members", function="changeHousehold", args=args)

    return Change(at=at, key=f"household/{name}", service="registrar", call=call)
