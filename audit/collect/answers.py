"""Values of JSON-RPC answers (Ethereum's execution API), of the type that they must have: a node may answer anything."""

from __future__ import annotations

import re
from typing import Any

from audit.errors import CollectError
from audit.evidence.canonical import shown

Json = Any
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def quantity(value: Json) -> int:
    """A number of up to 256 bits, from 0.

    Raises:
        CollectError: It is none.
    """
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise CollectError(f"expected a number in hex, got {shown(value)}")
    return int(value, 16)


def data(value: Json) -> bytes:
    """Bytes.

    Raises:
        CollectError: They are not in hex.
    """
    if not isinstance(value, str) or not _DATA.fullmatch(value):
        raise CollectError(f"expected 0x and bytes in hex, got {shown(value)}")
    return bytes.fromhex(value[2:])


def field(value: Json, name: str) -> Json:
    """A field of an object.

    Raises:
        CollectError: It is no object, or has no such field.
    """
    if not isinstance(value, dict) or name not in value:
        raise CollectError(f"expected an object with {name!r}, got {shown(value)}")
    return value[name]


def array(value: Json) -> list[Json]:
    """A list.

    Raises:
        CollectError: It is none.
    """
    if not isinstance(value, list):
        raise CollectError(f"expected a list, got {shown(value)}")
    return value
