"""Which events of a task count, and which of them are its check-in and check-out (`docs/service-events.md` §5, step 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import DeviceClass
from iot.event.event import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iot.directory import DeviceRecord, Enrolment
    from iot.event.event import Event
    from iot.visits.evidence import LoggedEvent

# Whose check-in counts first.
PRECEDENCE = (DeviceClass.PLACE_PAD, DeviceClass.PHONE, DeviceClass.BRIDGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedEvent:
    """An event with the enrolment it falls under.

    Attributes:
        logged: The event in the log.
        enrolment: The key that signed it.
        record: All that the registry says of the device.
    """

    logged: LoggedEvent
    enrolment: Enrolment
    record: DeviceRecord

    @property
    def event(self) -> Event:
        """What it says."""
        return self.logged.event

    @property
    def is_settled(self) -> bool:
        """Whether its device had stood in the open long enough: when it says it was captured, and when it was anchored."""
        seconds = min(self.event.captured_ms // 1000, self.logged.anchor.time_seconds)
        return seconds >= self.enrolment.settled_from_seconds

    @property
    def device_class(self) -> DeviceClass:
        """What kind of device signed it."""
        return self.enrolment.device_class


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckEvents:
    """Check-in and check-out of a visit.

    Attributes:
        check_in: Check-in that counts, or None.
        check_out: Check-out that counts, or None.
        phone_in: First check-in of a phone, or None; may be the one that counts.
        phone_out: Last check-out of a phone, or None; may be the one that counts.
    """

    check_in: SignedEvent | None
    check_out: SignedEvent | None
    phone_in: SignedEvent | None
    phone_out: SignedEvent | None

    @property
    def events(self) -> tuple[SignedEvent, ...]:
        """The visit's events, each once, in the order of the log."""
        events = (self.check_in, self.check_out, self.phone_in, self.phone_out)
        by_index = {event.logged.index: event for event in events if event}
        return tuple(by_index[index] for index in sorted(by_index))


def valid_events(
    events: Iterable[LoggedEvent], devices: Mapping[bytes, DeviceRecord]
) -> tuple[SignedEvent, ...]:
    """The events that are not void, each with its enrolment."""
    return tuple(signed for logged in events if (signed := _signed(logged, devices.get(logged.event.device))))


def check_events_of(events: Iterable[SignedEvent]) -> CheckEvents:
    """Check-in and check-out among the valid events of one task."""
    ordered = sorted(events, key=lambda one: (one.event.captured_ms, one.logged.index))
    first_in: dict[DeviceClass, SignedEvent] = {}
    last_out: dict[DeviceClass, SignedEvent] = {}
    for one in ordered:
        if one.event.type == EventType.CHECK_IN:
            first_in.setdefault(one.device_class, one)
        elif one.event.type == EventType.CHECK_OUT:
            last_out[one.device_class] = one
    return CheckEvents(
        check_in=_preferred(first_in),
        check_out=_preferred(last_out),
        phone_in=first_in.get(DeviceClass.PHONE),
        phone_out=last_out.get(DeviceClass.PHONE),
    )


def _preferred(by_class: Mapping[DeviceClass, SignedEvent]) -> SignedEvent | None:
    return next((by_class[c] for c in PRECEDENCE if c in by_class), None)


def _signed(logged: LoggedEvent, record: DeviceRecord | None) -> SignedEvent | None:
    enrolment = record.enrolment_at(logged.event.captured_ms) if record else None
    if record is None or enrolment is None or record.voids(logged.event.captured_ms, logged.anchor):
        return None
    return SignedEvent(logged=logged, enrolment=enrolment, record=record)
