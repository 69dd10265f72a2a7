"""CBOR as far as events use it: one deterministic form of integers, bytes, arrays and maps (RFC 8949 §4.2.1).

Tags, floats, text, simple values and indefinite lengths are refused before anything is decoded, because a decoder
may do much for a tag that nobody asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cbor2

from iot.codes import Code
from iot.errors import EventRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
PLAIN = frozenset({UNSIGNED, NEGATIVE, BYTES, ARRAY, MAP})
ANY = frozenset(range(8))
MAX_DEPTH = 4
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}


def load_canonical(data: bytes) -> Any:
    """Decodes one item that must be in core deterministic encoding.

    Raises:
        EventRefusedError: E_CBOR if it is not plain, E_NONCANONICAL if it encodes differently.
    """
    if _end(data, 0, PLAIN) is None:
        raise EventRefusedError(
            Code.E_CBOR, "expected integers, bytes, arrays and maps in CBOR, got something else"
        )
    try:
        item = cbor2.loads(data, max_depth=MAX_DEPTH + 1)
        again = cbor2.dumps(item, canonical=True)
    except (cbor2.CBORError, TypeError) as error:  # too deep, or an array or map as a key
        raise EventRefusedError(Code.E_CBOR, f"expected plain keys, nested little, got {error}") from None
    if again != data:
        raise EventRefusedError(
            Code.E_NONCANONICAL, f"expected {len(again)} bytes as encoded again, got {len(data)} others"
        )
    return item


def dump_canonical(item: Any) -> bytes:
    """Core deterministic encoding of an item whose map keys are integers."""
    return cbor2.dumps(item, canonical=True)


def split_sequence(body: bytes) -> Iterator[bytes]:
    """The items of a CBOR sequence (RFC 8742) as the bytes they are.

    From the first malformed one on, the rest is one item, for the reader to refuse.
    """
    start = 0
    while start < len(body):
        end = _end(body, start, ANY)
        yield body[start:end] if end else body[start:]
        start = end or len(body)


def _end(body: bytes, start: int, majors: frozenset[int]) -> int | None:
    """Where the item that begins at `start` ends, or None if it is cut off, indefinite or of another major type.

    It counts the items that are still to come instead of descending, so that no depth of nesting can hurt it.
    """
    at, to_come, size = start, 1, len(body)
    while to_come:
        if to_come > size - at:
            return None
        major, value = body[at] >> 5, body[at] & 31
        at += 1
        if major not in majors or value > 27:
            return None
        if value >= 24:
            width = WIDTHS[value]
            value = int.from_bytes(body[at : at + width], "big")
            at += width
        if major in (BYTES, TEXT):
            at += value
        elif major in (ARRAY, MAP):
            to_come += value if major == ARRAY else 2 * value
        elif major == TAG:
            to_come += 1
        to_come -= 1
    return at if at <= size else None
