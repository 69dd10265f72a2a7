"""The few scalar types that Solidity, SQL, the API and the auditor share, and the base of all events.

A field of an event is annotated with one of these aliases, so that the SQL type, the JSON form and the check of a
value are each chosen once per scalar, by its name (`Scalar.abi`).
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Annotated, Any, ClassVar, get_type_hints


@dataclass(frozen=True, kw_only=True, slots=True)
class Scalar:
    """What a scalar is in the ABI.

    Attributes:
        abi: Canonical ABI type, such as "uint64", "bytes16", "address" or "bool"; "bytes" only of the last parameter of an event.
        enum: Name of the Solidity enum, or None. Enums are "uint8" in the ABI.
    """

    abi: str
    enum: str | None = None


Uint8 = Annotated[int, Scalar(abi="uint8")]
Uint16 = Annotated[int, Scalar(abi="uint16")]
Uint32 = Annotated[int, Scalar(abi="uint32")]
Uint40 = Annotated[int, Scalar(abi="uint40")]
Uint24 = Annotated[int, Scalar(abi="uint24")]
Uint48 = Annotated[int, Scalar(abi="uint48")]
Uint64 = Annotated[int, Scalar(abi="uint64")]
Bool = Annotated[bool, Scalar(abi="bool")]
Bytes4 = Annotated[bytes, Scalar(abi="bytes4")]
Bytes8 = Annotated[bytes, Scalar(abi="bytes8")]
Bytes16 = Annotated[bytes, Scalar(abi="bytes16")]
Bytes32 = Annotated[bytes, Scalar(abi="bytes32")]
Bytes = Annotated[bytes, Scalar(abi="bytes")]
Address = Annotated[bytes, Scalar(abi="address")]


def param(doc: str, *, indexed: bool = False) -> Any:
    """One field of an event, with the sentence its Solidity declaration gives it.

    Args:
        doc: The NatSpec of the parameter, unit included.
        indexed: Whether it is a topic.
    """
    return field(metadata={"doc": doc, "indexed": indexed})


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Base of the generated event types.

    Attributes:
        CONTRACT: Contract that emits it.
        SIGNATURE: Canonical signature, such as "Transferred(uint64,bytes32)".
        TOPIC: keccak256 of the signature, 32 bytes.
    """

    CONTRACT: ClassVar[str]
    SIGNATURE: ClassVar[str]
    TOPIC: ClassVar[bytes]

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """The fields in the order of the Solidity declaration."""
        return _params(cls)


@dataclass(frozen=True, kw_only=True, slots=True)
class Param:
    """One parameter of an event.

    Attributes:
        name: Field name, snake case.
        scalar: What it is in the ABI.
        indexed: Whether it is a topic.
        doc: What it means, unit included.
    """

    name: str
    scalar: Scalar
    indexed: bool
    doc: str


_CACHE: dict[str, tuple[Param, ...]] = {}


def _params(event: type[Event]) -> tuple[Param, ...]:
    if event.SIGNATURE not in _CACHE:
        hints = get_type_hints(event, include_extras=True)
        _CACHE[event.SIGNATURE] = tuple(_param(f, hints[f.name]) for f in fields(event))
    return _CACHE[event.SIGNATURE]


def _param(f: Field[Any], hint: Any) -> Param:
    scalar = next(m for m in hint.__metadata__ if isinstance(m, Scalar))
    return Param(name=f.name, scalar=scalar, indexed=f.metadata["indexed"], doc=f.metadata["doc"])
