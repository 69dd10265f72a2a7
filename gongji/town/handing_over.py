"""A community's committee hands its fund over: two neighbourhoods elected a common one, with more seats for residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Change, Keep, Signed
from gongji.town.founding import TIERS
from gongji.town.places import FUNDS
from wallets.intents import ActOnHandover, Call, HandoverAct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gongji.town.book import Book

FUND, NEIGHBOUR = FUNDS[28], FUNDS[29]
SUCCESSOR = 128
# Donor, two residents of each neighbourhood, official and enterprise, as the numbers of `ICommittees.SeatClass`.
CLASSES = (0, 1, 1, 1, 1, 2, 3)
SEATS = (*FUND.seats[:3], *NEIGHBOUR.seats[1:3], *FUND.seats[3:])
# Its rules, and each of its seats.
REVISION = 1 + len(SEATS)
OPENS, ANNOUNCED, WAIT_DAYS = -110, -94, 15


def acts(calendar: Calendar) -> Iterator[Act]:
    """The new committee is set up in public, the old one agrees, and the fund is handed over."""
    opening = calendar.at(OPENS)
    yield _change(opening, "openCommittee", "", lambda _: (SUCCESSOR, FUND.number, list(CLASSES)))
    yield Keep(at=calendar.at(OPENS + WAIT_DAYS, 10), key="keep/successor")
    yield from _seated(calendar)
    announced = calendar.at(ANNOUNCED + WAIT_DAYS + 1)
    yield _change(announced, "handOver", "", lambda _: (FUND.number, SUCCESSOR))
    for day, name in enumerate(FUND.seats[:3], 2):
        yield _agreement(calendar.at(ANNOUNCED + WAIT_DAYS + day), name)
    yield Keep(at=calendar.at(ANNOUNCED + 2 * WAIT_DAYS + 1, 10), key="keep/handover")


def _seated(calendar: Calendar) -> Iterator[Act]:
    """Rules and seats, changes as well, as soon as the committee is there."""
    at, until = calendar.at(ANNOUNCED), calendar.at(365)
    yield _change(at, "setRules", "", lambda _: (SUCCESSOR, list(TIERS)))
    for seat, name in enumerate(SEATS):

        def args(book: Book, seat: int = seat, name: str = name) -> tuple[object, ...]:
            return SUCCESSOR, seat, book.member(name), until

        yield _change(at, "fillSeat", f"/{seat}", args)
    yield Keep(at=calendar.at(ANNOUNCED + WAIT_DAYS, 10), key="keep/seats")


def _change(at: int, function: str, name: str, args: Callable[[Book], tuple[object, ...]]) -> Change:
    def call(book: Book) -> Call:
        return Call(contract="Committees", function=function, args=args(book))

    return Change(at=at, key=f"handover/{function}{name}", service="steward", call=call)


def _agreement(at: int, name: str) -> Signed:
    def intent(_: Book, nonce: int, deadline: int) -> ActOnHandover:
        return ActOnHandover(
            act=HandoverAct.AGREE_TO, fund=FUND.number, committee=FUND.committee, successor=SUCCESSOR,
            revision=REVISION, operation_nonce=1, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"handover/agree/{name}", by=name, intent=intent)
