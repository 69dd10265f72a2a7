"""Strict reading of messages that came in: exactly the fields, each in its one form and range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wallets.errors import IntentInvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any
# Of a list in a message.
MAX_ENTRIES = 1000
# Of bytes without a size of their own, such as the proof that a passkey is held.
MAX_BYTES = 4096


def names(message: Json) -> str:
    """The names that a message has, for an error."""
    return ", ".join(map(str, message)) if isinstance(message, dict) else repr(message)


def read_fields(
    owner: str, data: Json, known: Mapping[str, tuple[str, str]], structs: Mapping[str, Any]
) -> dict[str, Any]:
    """Reads all fields of a message or struct.

    Args:
        owner: Name of the message or struct.
        data: What came in.
        known: EIP-712 name to field name and ABI type.
        structs: Structs that the fields use, by name.

    Raises:
        IntentInvalidError: A field is missing, unknown or malformed.
    """
    if not isinstance(data, dict) or sorted(data) != sorted(known):
        raise IntentInvalidError(f"{owner}: expected the fields {', '.join(known)}, got {names(data)}")
    return {name: _from_json(f"{owner}.{n}", data[n], abi, structs) for n, (name, abi) in known.items()}


def _from_json(where: str, value: Json, abi: str, structs: Mapping[str, Any]) -> Any:
    if abi.endswith("[]"):
        if not isinstance(value, list) or len(value) > MAX_ENTRIES:
            raise IntentInvalidError(
                f"{where}: expected a list of at most {MAX_ENTRIES}, got {type(value).__name__}"
            )
        return tuple(_from_json(where, v, abi[:-2], structs) for v in value)
    if abi in structs:
        return structs[abi].from_json(value)
    if abi.startswith("uint"):
        return _integer(where, value, int(abi[4:]))
    if abi == "bytes":
        return _open_bytes(where, value)
    return _bytes(where, value, 20 if abi == "address" else int(abi[5:]))


def _integer(where: str, value: Json, bits: int) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"0|[1-9][0-9]{0,77}", text) or int(text) >> bits:
        raise IntentInvalidError(f"{where}: expected a whole number below 2^{bits}, got {value!r}")
    return int(text)


def _open_bytes(where: str, value: Json) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(f"0x(?:[0-9a-fA-F]{{2}}){{1,{MAX_BYTES}}}", value):
        raise IntentInvalidError(
            f"{where}: expected 0x and an even number of hex digits, got {str(value)[:80]!r}"
        )
    return bytes.fromhex(value[2:])


def _bytes(where: str, value: Json, size: int) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * size}}}", value):
        raise IntentInvalidError(f"{where}: expected 0x and {2 * size} hex digits, got {str(value)[:80]!r}")
    return bytes.fromhex(value[2:])
