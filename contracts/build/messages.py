"""What members sign: the EIP-712 type of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

Layout = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The EIP-712 type of a message.

    Attributes:
        name: Its primary type, such as "AttestDonations".
        layout: ABI type and name of each field, in order.
        structs: The same for each struct that it uses.
    """

    name: str
    layout: Layout
    structs: dict[str, Layout]


def parse(text: str) -> Message:
    """Reads a type such as "RotateKey(string action,address newKey,uint256 nonce,uint48 deadline)"."""
    types = {
        name: tuple((abi, field) for abi, field in (part.split(" ") for part in inside.split(",")))
        for name, inside in re.findall(r"(\w+)\(([^)]*)\)", text)
    }
    name = next(iter(types))
    return Message(name=name, layout=types.pop(name), structs=types)
