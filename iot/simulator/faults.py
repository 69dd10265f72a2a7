"""One switch per fault: what goes wrong on a device or on its way, as messages that the ingest or the assembler must catch.

Each fault is named by the code it must yield. Faults of the registry (E_REVOKED, E_KEY_EXPIRED, V_SUSPENDED) are those of
the device given: enrol it so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cbor2

from iot.codes import Code
from iot.event.cbor import dump_canonical
from iot.event.cose import sign
from iot.event.event import MAX_PAYLOAD_BYTES, EventType, encode
from iot.simulator.events import visit_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from iot.event.cose import Domain
    from iot.simulator.device import EmittedEvent, SimulatedDevice
    from iot.simulator.events import VisitPlan

MINUTE_MS = 60_000
WEEK_MS = 7 * 24 * 3600 * 1000


def faulty_messages(fault: Code, device: SimulatedDevice, now_ms: int, elsewhere: Domain) -> list[bytes]:
    """Messages of which the last yields the fault at receipt.

    Args:
        fault: An `E_…` code.
        device: Its counters move as they would.
        now_ms: Receipt, milliseconds since 1970.
        elsewhere: Another deployment, for E_AAD.
    """
    return MESSAGE_FAULTS[fault](device, now_ms, elsewhere)


def faulty_visit(fault: Code, plan: VisitPlan, stranger: SimulatedDevice) -> list[EmittedEvent]:
    """Events of a visit that yields the fault when it is assembled.

    Args:
        fault: A `V_…` code, except V_SUSPENDED and V_OVERLAP (enrol so; plan two visits at one time).
        plan: The visit as it should have been, with phone, pad and resident.
        stranger: A phone of somebody else.
    """
    return VISIT_FAULTS[fault](plan, stranger)


def _status(device: SimulatedDevice, now_ms: int) -> EmittedEvent:
    return device.emit(EventType.DEVICE_STATUS, now_ms, measurements={1: device.seq})


def _size(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    event = device.next_event(EventType.DEVICE_STATUS, now_ms)
    raw = cbor2.loads(encode(event)) | {14: {1: bytes(MAX_PAYLOAD_BYTES)}}
    return [device.sign_payload(dump_canonical(raw))]


def _cbor(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    payload = encode(device.next_event(EventType.DEVICE_STATUS, now_ms))
    return [device.sign_payload(payload[:-1])]


def _noncanonical(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    raw = cbor2.loads(encode(device.next_event(EventType.DEVICE_STATUS, now_ms)))
    return [device.sign_payload(cbor2.dumps(dict(reversed(raw.items()))))]


def _version(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    raw = cbor2.loads(encode(device.next_event(EventType.DEVICE_STATUS, now_ms))) | {1: 2}
    return [device.sign_payload(dump_canonical(raw))]


def _kid_unknown(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    return [_status(device.twin("never enrolled"), now_ms).message]


def _signature(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    forger = device.twin("forger")
    payload = encode(device.next_event(EventType.DEVICE_STATUS, now_ms))
    return [sign(payload, device.id, forger.key, device.domain)]


def _external_data(device: SimulatedDevice, now_ms: int, elsewhere: Domain) -> list[bytes]:
    return [device.sign(device.next_event(EventType.DEVICE_STATUS, now_ms), elsewhere).message]


def _duplicate(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    return [_status(device, now_ms).message] * 2


def _equivocation(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    event = device.next_event(EventType.DEVICE_STATUS, now_ms)
    other = replace(event, measurements={1: 999_999})
    return [device.sign(event).message, device.sign(other).message]


def _gap(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    _status(device, now_ms)  # lost on its way
    return [_status(device, now_ms + 1).message]


def _fork(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    first, second = _status(device, now_ms), _status(device, now_ms + 1)
    forked = device.next_event(EventType.DEVICE_STATUS, now_ms + 2, prev=first.event_hash)
    return [first.message, second.message, device.sign(forked).message]


def _boot_back(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    device.reboot(now_ms)
    first = _status(device, now_ms)
    restored = device.next_event(EventType.DEVICE_STATUS, now_ms + 1, boot=device.boot - 1)
    return [first.message, device.sign(restored).message]


def _future(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    return [_status(device, now_ms + 6 * MINUTE_MS).message]


def _late(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    return [_status(device, now_ms - WEEK_MS - MINUTE_MS).message]


def _rate(device: SimulatedDevice, now_ms: int, _: Domain) -> list[bytes]:
    return [_status(device, now_ms + n).message for n in range(61)]


MESSAGE_FAULTS: dict[Code, Callable[[SimulatedDevice, int, Domain], list[bytes]]] = {
    Code.E_SIZE: _size,
    Code.E_CBOR: _cbor,
    Code.E_NONCANONICAL: _noncanonical,
    Code.E_VERSION: _version,
    Code.E_KID_UNKNOWN: _kid_unknown,
    Code.E_SIG: _signature,
    Code.E_AAD: _external_data,
    Code.E_DUP: _duplicate,
    Code.E_EQUIVOCATION: _equivocation,
    Code.E_CHAIN_GAP: _gap,
    Code.E_CHAIN_FORK: _fork,
    Code.E_BOOT_BACK: _boot_back,
    Code.E_CLOCK_FUTURE: _future,
    Code.E_LATE: _late,
    Code.E_RATE: _rate,
}


def _without(event_type: EventType) -> Callable[[VisitPlan, SimulatedDevice], list[EmittedEvent]]:
    return lambda plan, _: [one for one in visit_events(plan) if one.event.type != event_type]


VISIT_FAULTS: dict[Code, Callable[[VisitPlan, SimulatedDevice], list[EmittedEvent]]] = {
    Code.V_NO_IN: _without(EventType.CHECK_IN),
    Code.V_NO_OUT: _without(EventType.CHECK_OUT),
    Code.V_NO_TASK: lambda plan, stranger: visit_events(
        replace(plan, volunteer=stranger.enrolment.owner, phone=stranger)
    ),
    Code.V_WRONG_PLACE: lambda plan, _: visit_events(replace(plan, place=bytes(16))),
    Code.V_PROXY_PHONE: lambda plan, stranger: visit_events(replace(plan, phone=stranger)),
    Code.V_SHORT: lambda plan, _: visit_events(replace(plan, minutes=1)),
    Code.V_LONG: lambda plan, _: visit_events(replace(plan, minutes=13 * 60)),
    Code.V_LOC_MISSING: lambda plan, _: visit_events(replace(plan, pad=None, distance_m=None)),
    Code.V_LOC_FAR: lambda plan, _: visit_events(replace(plan, pad=None, distance_m=2_000)),
    Code.V_BENEF_DENY: lambda plan, _: visit_events(replace(plan, happened=False)),
}
