"""The signed payload: CDDL map of `docs/service-events.md` §1, as a frozen dataclass and as deterministic CBOR.

The identity of an event is the SHA-256 of its payload, because one event may be signed twice (ECDSA is not
deterministic for whoever verifies). Encoding is core deterministic (RFC 8949 §4.2.1); all keys are unsigned
integers, so byte order, length-first order and numeric order agree.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from iot.codes import Code
from iot.errors import EventInvalidError, EventRefusedError
from iot.event.cbor import dump_canonical, load_canonical
from iot.event.cddl import VERSION, mismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PAYLOAD_BYTES = 512


class EventType(IntEnum):
    """What an event reports (§2)."""

    CHECK_IN = 101
    CHECK_OUT = 102
    CONFIRMATION = 103
    WATER_READING = 301
    WATER_NOT_USED = 302
    DEVICE_STATUS = 901
    CLOCK_SET = 903


class Method(IntEnum):
    """How a check-in was made: measurement 1 of types 101 and 102. It is reported, not trusted."""

    NFC_TAP = 1
    CHANGING_QR = 2
    GPS = 4
    MANUAL = 9


class Channel(IntEnum):
    """How a beneficiary confirmed: measurement 1 of type 103."""

    OWN_PHONE = 1
    CARD = 2
    KEYPAD = 3
    CALL_BACK = 4


Measurement = int | tuple[int, ...] | bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """Where a phone says it was.

    Attributes:
        cell: Number of the map cell.
        accuracy_m: In metres.
        distance_m: To the place of the visit, in metres, or None.
    """

    cell: int
    accuracy_m: int
    distance_m: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event, before it is signed.

    Attributes:
        id: UUIDv7, 16 bytes.
        device: Signing device, 8 bytes.
        boot: +1 at each power-up or loss of the monotonic counter.
        seq: +1 per event in the device's life, from 0.
        captured_ms: Capture, milliseconds since 1970.
        clock_class: 0 to 3 (§3).
        clock_uncertainty_seconds: One sigma.
        mono_ms: Milliseconds since boot at capture, or None.
        type: What it reports; a number above the known types is accepted and logged.
        task: Id of the task, 16 bytes, or None.
        actor: Member id of the person, 16 bytes, or None.
        place: Pseudonym of the place, 16 bytes, or None.
        measurements: By number (§2).
        prev: Event hash of this device's previous event, 32 bytes, or None for its first.
        location: Where a phone says it was, or None.
        refs: Event hashes of other events, 32 bytes each.
        nonce: Server challenge, 8 bytes, or None.
    """

    id: bytes
    device: bytes
    boot: int
    seq: int
    captured_ms: int
    clock_class: int
    clock_uncertainty_seconds: int
    type: int
    mono_ms: int | None = None
    task: bytes | None = None
    actor: bytes | None = None
    place: bytes | None = None
    measurements: Mapping[int, Measurement] = field(default_factory=dict)
    prev: bytes | None = None
    location: Location | None = None
    refs: tuple[bytes, ...] = ()
    nonce: bytes | None = None


def event_hash(payload: bytes) -> bytes:
    """Identity of an event: SHA-256 of its payload, 32 bytes."""
    return hashlib.sha256(payload).digest()


def encode(event: Event) -> bytes:
    """Payload of an event, at most 512 bytes.

    Raises:
        EventInvalidError: A field breaks the CDDL, or the payload is too long.
    """
    raw = {key: value for key, value in _to_map(event).items() if value is not None}
    problem = mismatch(raw)
    payload = b"" if problem else dump_canonical(raw)
    if problem or len(payload) > MAX_PAYLOAD_BYTES:
        raise EventInvalidError(problem or f"expected at most {MAX_PAYLOAD_BYTES} bytes, got {len(payload)}")
    return payload


def decode(payload: bytes) -> Event:
    """Reads a payload strictly.

    Raises:
        EventRefusedError: E_SIZE, E_CBOR, E_NONCANONICAL or E_VERSION.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise EventRefusedError(
            Code.E_SIZE, f"expected a payload of at most {MAX_PAYLOAD_BYTES} bytes, got {len(payload)}"
        )
    raw = load_canonical(payload)
    if isinstance(raw, dict) and type(raw.get(1)) is int and raw[1] != VERSION:
        raise EventRefusedError(Code.E_VERSION, f"expected version {VERSION}, got {raw[1]}")
    problem = mismatch(raw)
    if problem:
        raise EventRefusedError(Code.E_CBOR, problem)
    return _from_map(raw)


def _to_map(event: Event) -> dict[int, Any]:
    measurements = {k: list(v) if isinstance(v, tuple) else v for k, v in event.measurements.items()}
    return {
        1: VERSION,
        2: event.id,
        3: event.device,
        4: event.boot,
        5: event.seq,
        6: event.captured_ms,
        7: event.clock_class,
        8: event.clock_uncertainty_seconds,
        9: event.mono_ms,
        10: int(event.type),
        11: event.task,
        12: event.actor,
        13: event.place,
        14: measurements or None,
        15: event.prev,
        16: _location_map(event.location) if event.location else None,
        17: list(event.refs) or None,
        18: event.nonce,
    }


def _location_map(location: Location) -> dict[int, int]:
    raw = {1: location.cell, 2: location.accuracy_m}
    return raw if location.distance_m is None else raw | {3: location.distance_m}


def _from_map(raw: dict[int, Any]) -> Event:
    loc = raw.get(16)
    return Event(
        id=raw[2],
        device=raw[3],
        boot=raw[4],
        seq=raw[5],
        captured_ms=raw[6],
        clock_class=raw[7],
        clock_uncertainty_seconds=raw[8],
        mono_ms=raw.get(9),
        type=raw[10],
        task=raw.get(11),
        actor=raw.get(12),
        place=raw.get(13),
        measurements={k: tuple(v) if type(v) is list else v for k, v in raw.get(14, {}).items()},
        prev=raw.get(15),
        location=Location(cell=loc[1], accuracy_m=loc[2], distance_m=loc.get(3)) if loc else None,
        refs=tuple(raw.get(17, ())),
        nonce=raw.get(18),
    )
