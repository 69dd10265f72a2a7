"""Structs inside intents, and what a field of either is in JSON and in a call."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, Self

from eth_abi import encode
from eth_utils import keccak

from wallets.intents.reading import read_fields

Json = Any


def typed(abi: str) -> Any:
    """A field of an intent or struct with its EIP-712 type."""
    return field(metadata={"abi": abi})


def camel(name: str) -> str:
    """`amount_fen` to `amountFen`."""
    return re.sub(r"_([a-z0-9])", lambda m: m.group(1).upper(), name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Struct:
    """A struct inside an intent."""

    @classmethod
    def layout(cls) -> list[tuple[str, str]]:
        """Names and ABI types of the fields, in order."""
        return [(camel(f.name), f.metadata["abi"]) for f in fields(cls)]

    def as_tuple(self) -> tuple[Any, ...]:
        """The values in order, as a contract takes them."""
        return tuple(getattr(self, f.name) for f in fields(self))

    def struct_hash(self) -> bytes:
        """Its EIP-712 hash, 32 bytes."""
        layout = self.layout()
        type_hash = keccak(text=f"{type(self).__name__}({','.join(f'{t} {n}' for n, t in layout)})")
        return keccak(encode(["bytes32", *(t for _, t in layout)], [type_hash, *self.as_tuple()]))

    def as_json(self) -> Json:
        """The form that wallets take."""
        return {camel(f.name): to_json(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Reads a struct strictly.

        Raises:
            IntentInvalidError: A field is missing, unknown or malformed.
        """
        known = {camel(f.name): (f.name, f.metadata["abi"]) for f in fields(cls)}
        return cls(**read_fields(cls.__name__, data, known, {}))


def to_json(value: Any) -> Json:
    """A value in the form that wallets take."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [to_json(v) for v in value]
    return value.as_json() if isinstance(value, Struct) else value


def as_argument(value: Any) -> Any:
    """A value as a contract takes it."""
    if isinstance(value, tuple):
        return [as_argument(v) for v in value]
    return value.as_tuple() if isinstance(value, Struct) else value
