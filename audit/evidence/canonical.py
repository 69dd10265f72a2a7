"""Canonical JSON (`docs/bundle.md` §1), and readers of its values that refuse what is not of the expected type."""

from __future__ import annotations

import re
import reprlib
from typing import TYPE_CHECKING, Any

import orjson

from audit.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")
# Not `repr`, which is as long as the value, and runs out of stack where it is nested deeply.
_SHOWN = reprlib.Repr()
_SHOWN.maxlevel, _SHOWN.maxstring, _SHOWN.maxother = 4, 200, 200

Json = Any


def encode(value: Json) -> bytes:
    """Canonical form of a JSON value, without a line feed.

    Raises:
        BundleError: It is nested more deeply than `orjson` writes, or holds what no bundle can, such as a number above 2^64.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise BundleError(f"expected what canonical JSON can hold: {error}") from None


def decode(data: bytes) -> Json:
    """Reads a JSON value in canonical form.

    Raises:
        BundleError: It is not JSON, not canonical, nested too deeply, or holds a number that is not a 64 bit integer.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BundleError(f"expected JSON, got {data[:40]!r}: {error}") from None
    # What can be written again is not nested so deeply that walking through it would run out of stack.
    if encode(value) != data or _has_float(value):
        raise BundleError(f"expected canonical JSON, got {data[:40]!r}")
    return value


def _has_float(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_float, value))
    return isinstance(value, float)


def record(value: Json, keys: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Json]:
    """An object with exactly these keys.

    Raises:
        BundleError: It is no object, or has other keys.
    """
    needed, allowed = set(keys), {*keys, *optional}
    if not isinstance(value, dict) or not needed <= set(value) <= allowed:
        got = shown(sorted(value)) if isinstance(value, dict) else type(value).__name__
        raise BundleError(f"expected an object with {sorted(allowed)}, got {got}")
    return value


def integer(value: Json, *, low: int = 0, high: int = 2**63 - 1) -> int:
    """An integer, both bounds inclusive.

    Raises:
        BundleError: It is none.
    """
    if type(value) is not int or not low <= value <= high:
        raise BundleError(f"expected an integer from {low} to {high}, got {shown(value)}")
    return value


def text(value: Json) -> str:
    """A text.

    Raises:
        BundleError: It is none.
    """
    if not isinstance(value, str):
        raise BundleError(f"expected a text, got {shown(value)}")
    return value


def array(value: Json) -> list[Json]:
    """A list.

    Raises:
        BundleError: It is none.
    """
    if not isinstance(value, list):
        raise BundleError(f"expected a list, got {shown(value)}")
    return value


def unhexed(value: Json, size: int | None = None) -> bytes:
    """The bytes of a hex text.

    Args:
        value: `0x` and lower-case hex digits.
        size: How many bytes there must be, if that is known.

    Raises:
        BundleError: It is no such text.
    """
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise BundleError(f"expected 0x and lower-case hex, got {shown(value)}")
    data = bytes.fromhex(value[2:])
    if size is not None and len(data) != size:
        raise BundleError(f"expected {size} bytes, got {len(data)}: {value:.40}")
    return data


def hexed(data: bytes) -> str:
    """Bytes as `0x` and lower-case hex digits."""
    return "0x" + data.hex()


def shown(value: Json) -> str:
    """A value for a message, at most some lines of it."""
    return _SHOWN.repr(value)
