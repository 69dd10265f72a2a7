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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VERSION = 1
MAX_PAYLOAD_BYTES = 512
INT_LIMIT = 1 << 63


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
    problem = _problem(raw)
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
    problem = _problem(raw)
    if problem:
        raise EventRefusedError(Code.E_CBOR, problem)
    return _from_map(raw)


def _is_uint(value: object) -> bool:
    return type(value) is int and 0 <= value < INT_LIMIT


def _is_int(value: object) -> bool:
    return type(value) is int and -INT_LIMIT <= value < INT_LIMIT


def _is_bytes(size: int) -> Callable[[object], bool]:
    return lambda value: type(value) is bytes and len(value) == size


def _is_measurement(value: object) -> bool:
    if type(value) is list:
        return all(map(_is_int, value))
    return _is_int(value) or type(value) is bytes


def _is_measurements(value: object) -> bool:
    if type(value) is not dict or not value:
        return False
    return all(map(_is_uint, value)) and all(map(_is_measurement, value.values()))


def _is_location(value: object) -> bool:
    if type(value) is not dict or not {1, 2} <= value.keys() <= {1, 2, 3}:
        return False
    return all(map(_is_uint, value.values()))


def _is_refs(value: object) -> bool:
    return type(value) is list and bool(value) and all(map(_is_bytes(32), value))


REQUIRED = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 10})
FIELDS: dict[int, tuple[str, Callable[[Any], bool]]] = {
    1: ("v", lambda v: type(v) is int and v == VERSION),
    2: ("id", _is_bytes(16)),
    3: ("dev", _is_bytes(8)),
    4: ("boot", _is_uint),
    5: ("seq", _is_uint),
    6: ("t", _is_uint),
    7: ("cq", lambda v: _is_uint(v) and v <= 3),
    8: ("cu", _is_uint),
    9: ("mono", _is_uint),
    10: ("type", _is_uint),
    11: ("task", _is_bytes(16)),
    12: ("actor", _is_bytes(16)),
    13: ("place", _is_bytes(16)),
    14: ("m", _is_measurements),
    15: ("prev", _is_bytes(32)),
    16: ("loc", _is_location),
    17: ("refs", _is_refs),
    18: ("nonce", _is_bytes(8)),
}


def _problem(raw: Any) -> str | None:
    if type(raw) is not dict:
        return f"expected a map, got {type(raw).__name__}"
    missing = REQUIRED - raw.keys()
    if missing:
        return f"expected the field {FIELDS[min(missing)][0]}, got none"
    for key, value in raw.items():
        name, fits = FIELDS.get(key, (None, None)) if type(key) is int else (None, None)
        if fits is None:
            return f"expected the keys 1 to 18, got {key!r}"
        if not fits(value):
            return f"{name} does not fit the CDDL: {value!r}"[:200]
    return None


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
