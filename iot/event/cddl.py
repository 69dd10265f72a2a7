"""What the map of a signed payload must hold: the CDDL of `docs/service-events.md` §1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1
INT_LIMIT = 1 << 63


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


def mismatch(raw: Any) -> str | None:
    """What of a value is not as the CDDL has it; None if all is.

    Args:
        raw: The decoded payload.
    """
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
