"""JSON forms of the scalars, each chosen once: bytes as 0x and hex, moments as RFC 3339 with Z, enums by name.

The sentence and the unit of a field come from the NatSpec of the event that it is taken from (`event_field`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from ledger_api.errors import QueryInvalidError

if TYPE_CHECKING:
    from contracts.types import Event

E = TypeVar("E", bound=IntEnum)
# The last second that RFC 3339 can tell; "for ever" on chain is beyond it.
LAST_MOMENT = 253_402_300_799


def hexed(value: bytes) -> str:
    """0x and hex digits."""
    return "0x" + value.hex()


def moment_text(seconds: int) -> str:
    """RFC 3339 text of a moment.

    Args:
        seconds: Seconds since 1970; what is beyond the year 9999 is told as its end.

    >>> moment_text(1750000000)
    '2025-06-15T15:06:40Z'
    """
    return datetime.fromtimestamp(min(seconds, LAST_MOMENT), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def id_bytes(text: str, size: int) -> bytes:
    """Bytes of an id that came in.

    Args:
        text: 0x and hex digits.
        size: Expected number of bytes.

    Raises:
        QueryInvalidError: It is something else.
    """
    if not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * size}}}", text):
        raise QueryInvalidError(f"expected 0x and {2 * size} hex digits, got {text[:80]!r}")
    return bytes.fromhex(text[2:])


def enum_member(kind: type[E], name: str) -> E:
    """A member of an enum by its name that came in.

    Raises:
        QueryInvalidError: None has this name.
    """
    if name not in kind.__members__:
        raise QueryInvalidError(f"expected one of {', '.join(kind.__members__)}, got {name[:80]!r}")
    return kind[name]


def _hex_schema(size: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^0x[0-9a-f]{{{2 * size}}}$"})


# ECDSA, or the 84 bytes of a signer and what its verifier takes (`wallets.signing_key`).
SIGNATURE = "^0x(?:[0-9a-fA-F]{130}|(?:[0-9a-fA-F]{2}){85,2048})$"
SIGNATURE_MEANS = "Signature of the key: 65 bytes of a wallet; of a P-256 key or passkey its signer, 84 bytes, then what its verifier takes."
HEX = PlainSerializer(hexed, return_type=str)
Address = Annotated[bytes, HEX, _hex_schema(20)]
Id16 = Annotated[bytes, HEX, _hex_schema(16)]
Id32 = Annotated[bytes, HEX, _hex_schema(32)]


@dataclass(frozen=True, slots=True)
class Of:
    """What an id is of, where people are told that in names: "member", "donor", "payee", "account" or "request"."""

    thing: str


MemberId = Annotated[bytes, HEX, _hex_schema(16), Of("member")]
DonorId = Annotated[bytes, HEX, _hex_schema(32), Of("donor")]
PayeeId = Annotated[bytes, HEX, _hex_schema(32), Of("payee")]
AccountId = Annotated[bytes, HEX, _hex_schema(32), Of("account")]
RequestId = Annotated[bytes, HEX, _hex_schema(32), Of("request")]
Moment = Annotated[
    int,
    PlainSerializer(moment_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


# A Solidity enum by the name of its member: `ByName[Unit]`.
ByName = Annotated[E, PlainSerializer(lambda member: member.name, return_type=str)]


def event_field(event: type[Event], name: str) -> Any:
    """A field described by the NatSpec of an event's parameter, unit included.

    Args:
        event: The event.
        name: Field name in snake case.
    """
    return Field(description=next(p.doc for p in event.params() if p.name == name))


class Form(BaseModel):
    """Base of what the API answers."""

    model_config = ConfigDict(frozen=True, from_attributes=True, extra="forbid")
