"""A hundred visits to old neighbours in the demo town, and the hours they earned (case H1)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from gongji.town.acts import DAY_SECONDS, Act, Calendar, Keep, Read, Serve, Signed
from gongji.town.device_specs import METER
from gongji.town.founding import REPAIR, SHOPPING
from gongji.town.planned_visit import Pattern, Visit
from gongji.town.roster import ELDERS, VOLUNTEERS
from wallets.intents import ActOnTask, OpenTask, TaskAct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

VISITS = 100
FIRST_DAY, YESTERDAY = -70, -1
FUND = 1
AUTHORISED_MINUTES = 120
COORDINATOR, SECOND_COORDINATOR = "coordinator", "second-coordinator"
TASK_SECONDS = 3 * DAY_SECONDS


RARE = {
    7: Pattern.ONE_PAD, 13: Pattern.PHONE, 22: Pattern.NO_OUT, 31: Pattern.ONE_PAD, 38: Pattern.DENIED,
    44: Pattern.PHONE, 52: Pattern.DISPUTED, 61: Pattern.ONE_PAD, 70: Pattern.REVERSED, 83: Pattern.PHONE, 100: Pattern.WAITING,
}  # fmt: skip
REASONS = {
    TaskAct.DISPUTE: "居民说那天没有人来过 The resident says nobody came that day",
    TaskAct.REJECT: "问过双方，那天没有上门 Both sides say that there was no visit that day",
    TaskAct.CANCEL: "老人住院了，这次不用去 The neighbour is in hospital: no visit this time",
    TaskAct.REVERSE_CREDIT: "去的是另一位志愿者，时长记错了人 Another volunteer went: the hours were credited to the wrong person",
}


def visits(calendar: Calendar) -> list[Visit]:
    """All visits: three on every second day, until four days ago; the last was yesterday."""
    chance = random.Random(58)  # noqa: S311 the town is the same for everybody
    found = []
    for number in range(1, VISITS + 1):
        day, place = FIRST_DAY + (number - 1) // 3 * 2, (number - 1) % 3
        if number == VISITS:
            day = YESTERDAY
        found.append(
            Visit(
                number=number, volunteer=VOLUNTEERS[number % len(VOLUNTEERS)], elder=ELDERS[number * 3 % len(ELDERS)],
                service=chance.choice((SHOPPING, SHOPPING, REPAIR)),
                check_in=calendar.at(day, 9 + 3 * place, chance.randrange(50)), minutes=chance.randint(40, 110),
                pattern=RARE.get(number, Pattern.BOTH),
            )
        )  # fmt: skip
    return found


def acts(calendar: Calendar) -> Iterator[Act]:
    """Tasks, visits, the keeper's rounds, and what coordinators judge."""
    for visit in visits(calendar):
        yield from _of_visit(calendar, visit)
    days = sorted({(visit.check_in - calendar.midnight) // DAY_SECONDS for visit in visits(calendar)})
    for minute, day in enumerate(days):
        # A minute later each time, so that what waits two days is ripe in the second round after.
        yield Keep(at=calendar.at(day, 22, minute), key=f"keep/{day}")
    yield from _unserved(calendar)
    yield from _silent_meter(calendar)


def _of_visit(calendar: Calendar, visit: Visit) -> Iterator[Act]:
    day = (visit.check_in - calendar.midnight) // DAY_SECONDS
    yield _opened(calendar.at(day, 7), visit.name, visit.elder, visit.service)
    yield _judged(calendar.at(day, 8), visit.name, TaskAct.ACCEPT, visit.volunteer)
    yield Serve(at=visit.check_out + 60, key=f"serve/{visit.name}", visit=visit)
    if visit.pattern is Pattern.PHONE:
        yield _judged(calendar.at(day + 1, 9), visit.name, TaskAct.ACKNOWLEDGE, COORDINATOR)
    if visit.pattern is Pattern.DISPUTED:
        yield _judged(calendar.at(day + 1, 9), visit.name, TaskAct.DISPUTE, COORDINATOR)
        yield _judged(calendar.at(day + 1, 10), visit.name, TaskAct.REJECT, SECOND_COORDINATOR)
    if visit.pattern is Pattern.REVERSED:
        yield _judged(calendar.at(day + 6, 10), visit.name, TaskAct.REVERSE_CREDIT, SECOND_COORDINATOR)


def _unserved(calendar: Calendar) -> Iterator[Act]:
    """Tasks that bring no visit: one is called off, one that somebody took passes its date, and so does one that nobody took."""
    for name, day in (("called-off", -16), ("left", -18), ("untaken", -12)):
        yield _opened(calendar.at(day, 7), name, ELDERS[day % len(ELDERS)], SHOPPING)
    yield _judged(calendar.at(-16, 8), "called-off", TaskAct.ACCEPT, VOLUNTEERS[3])
    yield _judged(calendar.at(-15, 9), "called-off", TaskAct.CANCEL, COORDINATOR)
    yield _judged(calendar.at(-18, 8), "left", TaskAct.ACCEPT, VOLUNTEERS[5])


def _opened(at: int, name: str, elder: str, service: int) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> OpenTask:
        return OpenTask(
            task=book.id16("task", name), fund=FUND, service=service, authorised_minutes=AUTHORISED_MINUTES,
            beneficiary=book.place_commitment(elder, name), expires_at=at + TASK_SECONDS, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"open/{name}", by=COORDINATOR, intent=intent)


def _judged(at: int, name: str, act: TaskAct, by: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> ActOnTask:
        document = book.commit(REASONS[act]) if act in REASONS else bytes(32)
        return ActOnTask(
            act=act, task=book.id16("task", name), document=document, nonce=nonce, deadline=deadline
        )

    return Signed(at=at, key=f"{act.name.lower()}/{name}", by=by, intent=intent)


def _silent_meter(calendar: Calendar) -> Iterator[Act]:
    """Last night an old neighbour's tap stayed dry: the meter reports hourly, and the keeper raises a visit, which still waits (case D1)."""
    index = 48_200
    for hour in range(30):
        litres = 9 if hour < 14 else 0
        index += litres
        yield Read(
            at=calendar.at(-2, 6) + hour * 3600,
            key=f"meter/{hour}",
            meter=METER,
            index_litres=index,
            litres=(litres,),
        )
    yield Keep(at=calendar.at(YESTERDAY, 12, 30), key="keep/meter")
