"""The devices of the demo town are enrolled, and sign what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Order, Signed
from gongji.town.device_specs import DESK, DEVICES, pad_of, phone_of
from gongji.town.planned_visit import Pattern
from iot.event.event import Channel, EventType, Method
from iot.simulator.events import VisitPlan, reading, visit_events
from wallets.intents import Call, EnrolPhone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.acts import Act, Calendar, CallOf, Read
    from gongji.town.book import Book
    from gongji.town.planned_visit import Visit
    from iot.simulator.device import EmittedEvent
    from wallets.intents import Intent

NEAR_M = 35
CONFIRMED_EVERY = 3
PHONE_ALONE = (Pattern.PHONE, Pattern.WAITING)
# Who has a new telephone, and enrols it: it does not count in full yet today.
NEW_PHONE_OF = "volunteer-12"


def enrolled_at(calendar: Calendar) -> int:
    """When they are enrolled, seconds since 1970."""
    return calendar.at(-364, 9)


def acts(calendar: Calendar) -> Iterator[Act]:
    """The office enrols them all in the founding, and a volunteer an own phone later."""
    for name in DEVICES:
        yield Order(
            at=enrolled_at(calendar), key=f"enrol/{name}", service="device_registrar", call=_enrolled(name)
        )
    until = calendar.at(350)
    yield Signed(
        at=calendar.at(-5, 9),
        key="enrolPhone",
        by=NEW_PHONE_OF,
        intent=lambda *args: _own_phone(until, *args),
    )


class Rounds:
    """Makes the devices sign what happens. A pad that was offline delivers with its next visit."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._late: dict[str, list[bytes]] = {}

    def visit(self, visit: Visit) -> list[bytes]:
        """Signed messages of a visit, as they arrive."""
        pad = self._book.device(pad_of(visit.elder))
        if visit.pattern is Pattern.NO_OUT:
            emitted = [self._check_in_only(visit)]
        else:
            emitted = visit_events(self._plan(visit))
        messages = self._late.pop(pad_of(visit.elder), [])
        for one in emitted:
            is_late = (
                visit.pattern is Pattern.ONE_PAD
                and one.device == pad.id
                and one.event.type == EventType.CHECK_OUT
            )
            (self._late.setdefault(pad_of(visit.elder), []) if is_late else messages).append(one.message)
        return messages

    def reading(self, act: Read) -> list[bytes]:
        """Signed message of a meter."""
        meter = self._book.device(act.meter)
        return [reading(meter, act.at * 1000, act.index_litres, act.litres).message]

    def _plan(self, visit: Visit) -> VisitPlan:
        book, is_denied = self._book, visit.pattern is Pattern.DENIED
        is_told = is_denied or visit.number % CONFIRMED_EVERY == 0
        return VisitPlan(
            task=book.id16("task", visit.name),
            volunteer=book.member(visit.volunteer),
            place=book.place(visit.elder),
            check_in_ms=visit.check_in * 1000,
            minutes=visit.minutes,
            phone=book.device(phone_of(visit.volunteer)),
            pad=None if visit.pattern in PHONE_ALONE else book.device(pad_of(visit.elder)),
            distance_m=NEAR_M if visit.pattern in PHONE_ALONE else None,
            resident=book.id16("resident", visit.elder) if is_told else None,
            resident_device=book.device(DESK) if is_told else None,
            channel=Channel.CALL_BACK,
            happened=not is_denied,
        )

    def _check_in_only(self, visit: Visit) -> EmittedEvent:
        book = self._book
        return book.device(pad_of(visit.elder)).emit(
            EventType.CHECK_IN,
            visit.check_in * 1000,
            task=book.id16("task", visit.name),
            actor=book.member(visit.volunteer),
            place=book.place(visit.elder),
            measurements={1: int(Method.NFC_TAP)},
        )


def _own_phone(until: int, book: Book, nonce: int, deadline: int) -> Intent:
    phone = book.new_phone(NEW_PHONE_OF)
    return EnrolPhone(
        key_x=phone.enrolment.key_x, key_y=phone.enrolment.key_y, valid_until=until,
        possession=phone.possession(), nonce=nonce, deadline=deadline,
    )  # fmt: skip


def _enrolled(name: str) -> CallOf:
    return lambda book: Call(
        contract="DeviceRegistry",
        function="enrol",
        args=(book.device(name).id, book.device(name).registry_record()),
    )
