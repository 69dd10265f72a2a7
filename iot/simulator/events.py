"""Events that simulated devices sign for a visit or a meter reading.

Nothing here shortens a path: what comes out goes in through `Ingest` like any device's message. Time is an argument, so that
a year passes in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iot.event.event import Channel, EventType, Location, Method

if TYPE_CHECKING:
    from iot.simulator.device import EmittedEvent, SimulatedDevice

CELL = 0x89300D_0000


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitPlan:
    """One visit, as it shall happen.

    Attributes:
        task: Id of the task, 16 bytes.
        volunteer: Member who serves, 16 bytes.
        place: Pseudonym of the place, 16 bytes.
        check_in_ms: Milliseconds since 1970.
        minutes: From check-in to check-out.
        phone: The volunteer's phone, or None if it stays in the pocket.
        pad: Pad of the place, or None if there is none.
        distance_m: Where the phone's GPS sees itself from the place, or None if GPS is off.
        resident: Member who confirms or denies, 16 bytes, or None if nobody does.
        resident_device: What the resident confirms with: own phone, pad, or the desk's bridge.
        channel: How the resident confirms.
        happened: What the resident says.
    """

    task: bytes
    volunteer: bytes
    place: bytes
    check_in_ms: int
    minutes: int
    phone: SimulatedDevice | None = None
    pad: SimulatedDevice | None = None
    distance_m: int | None = None
    resident: bytes | None = None
    resident_device: SimulatedDevice | None = None
    channel: Channel = Channel.OWN_PHONE
    happened: bool = True


def visit_events(plan: VisitPlan) -> list[EmittedEvent]:
    """Signs the events of a visit, in order of time: check-in, check-out, confirmation."""
    check_out_ms = plan.check_in_ms + plan.minutes * 60_000
    events = [
        *_end(plan, EventType.CHECK_IN, plan.check_in_ms),
        *_end(plan, EventType.CHECK_OUT, check_out_ms),
    ]
    if plan.resident and plan.resident_device:
        answer = {1: int(plan.channel), 2: 5, 3: int(plan.happened)}
        fields = {"task": plan.task, "actor": plan.resident, "place": plan.place, "measurements": answer}
        events.append(plan.resident_device.emit(EventType.CONFIRMATION, check_out_ms + 120_000, **fields))
    return events


def reading(
    meter: SimulatedDevice, captured_ms: int, index_litres: int, litres: tuple[int, ...]
) -> EmittedEvent:
    """Signs a reading of a water meter that measures by the hour.

    Args:
        meter: The meter.
        captured_ms: End of the last hour, milliseconds since 1970.
        index_litres: What the dial shows.
        litres: Use per hour, in order of time.
    """
    measurements = {1: index_litres, 2: 3600, 3: litres, 5: 90}
    return meter.emit(EventType.WATER_READING, captured_ms, measurements=measurements)


def _end(plan: VisitPlan, event_type: EventType, captured_ms: int) -> list[EmittedEvent]:
    """Pad and phone at one end of a visit; the phone names the pad's event that it tapped."""
    fields: dict[str, Any] = {"task": plan.task, "actor": plan.volunteer, "place": plan.place}
    method = Method.NFC_TAP if plan.pad else Method.GPS
    fields["measurements"] = {1: int(method)}
    events = [plan.pad.emit(event_type, captured_ms, **fields)] if plan.pad else []
    if plan.phone:
        if plan.distance_m is not None:
            fields["location"] = Location(cell=CELL, accuracy_m=12, distance_m=plan.distance_m)
        refs = tuple(one.event_hash for one in events)
        events.append(plan.phone.emit(event_type, captured_ms + 2_000 * bool(events), refs=refs, **fields))
    return events
