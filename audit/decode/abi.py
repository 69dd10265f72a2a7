"""The auditor's own decoder of events and calls, from the ABI files as data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_abi import decode
from eth_abi.exceptions import DecodingError

from audit.decode.keccak import keccak_text
from audit.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable

ABI_FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "abi"

# Not mirrored: what the library of the authority tells, and what each contract tells once of itself.
MIRRORED_OF_AUTHORITY = {"FoundingEnded", "ChangeScheduled", "ChangeExecuted", "ChangeCancelled"}
UNMIRRORED_EVENTS = {"AuthorityUpdated", "EIP712DomainChanged"}

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One parameter.

    Attributes:
        name: Snake case.
        type: Canonical ABI type; a struct is the tuple of its components.
        indexed: Whether it is a topic.
        components: Those of a struct, or of the structs of a list; else none.
    """

    name: str
    type: str
    indexed: bool
    components: tuple[Input, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An event or a function.

    Attributes:
        name: As in Solidity.
        inputs: Its parameters in order.
    """

    name: str
    inputs: tuple[Input, ...]

    @property
    def signature(self) -> str:
        """Canonical signature, such as `HeadAnchored(uint64,bytes32,bytes32)`."""
        return f"{self.name}({','.join(i.type for i in self.inputs)})"


@cache
def artifact(contract: str) -> Json:
    """The ABI file of a contract: ABI, runtime code, storage layout.

    Raises:
        DecodeError: There is none.
    """
    path = ABI_FOLDER / f"{contract}.json"
    if not re.fullmatch(r"[A-Za-z0-9]+", contract) or not path.is_file():
        raise DecodeError(f"no ABI of contract {contract!r:.40}")
    return dict(json.loads(path.read_text("utf-8")))


@cache
def events(contract: str) -> dict[bytes, Entry]:
    """Events of a contract by their first topic."""
    return {keccak_text(e.signature): e for e in _entries(contract, "event")}


@cache
def functions(contract: str) -> dict[bytes, Entry]:
    """Functions of a contract by their selector."""
    return {keccak_text(e.signature)[:4]: e for e in _entries(contract, "function")}


def decode_log(contract: str, topics: list[bytes], data: bytes) -> tuple[str, Json]:
    """Event and values of a log.

    Args:
        contract: Who emitted it.
        topics: 32 bytes each.
        data: The rest.

    Raises:
        DecodeError: The ABI has no such event, or topics and data do not have its shape.
    """
    entry = events(contract).get(topics[0]) if topics else None
    if entry is None:
        raise DecodeError(f"{contract} has no event with the topics {[t.hex() for t in topics]}")
    indexed = [i for i in entry.inputs if i.indexed]
    plain = [i for i in entry.inputs if not i.indexed]
    if len(topics) != len(indexed) + 1:
        raise DecodeError(f"{entry.name}: expected {len(indexed)} indexed parameters, got {len(topics) - 1}")
    values = _values(indexed, b"".join(topics[1:])) | _values(plain, data)
    return entry.name, {i.name: values[i.name] for i in entry.inputs}


def decode_call(contract: str, calldata: bytes) -> tuple[str, Json]:
    """Function and arguments of a call.

    Raises:
        DecodeError: The ABI has no such function, or the arguments do not have its shape.
    """
    entry = functions(contract).get(calldata[:4])
    if entry is None:
        raise DecodeError(f"{contract} has no function {calldata[:4].hex()}")
    return entry.name, _values(entry.inputs, calldata[4:])


def flat(values: Json) -> Json:
    """Values with the fields of structs in place of the structs, as the mirror has them."""
    fields: Json = {}
    for name, value in values.items():
        fields |= flat(value) if isinstance(value, dict) else {name: value}
    return fields


def snake(name: str) -> str:
    """`amountFen` to `amount_fen`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def camel(name: str) -> str:
    """`amount_fen` to `amountFen`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


@cache
def contract_names() -> list[str]:
    """Every contract that has an ABI file, in order."""
    return sorted(path.stem for path in ABI_FOLDER.glob("*.json"))


@cache
def reading(contract: str) -> frozenset[str]:
    """Names of the functions of a contract that change nothing."""
    abi = artifact(contract)["abi"]
    return frozenset(e["name"] for e in abi if e.get("stateMutability") in ("view", "pure"))


def event_tables() -> dict[str, str]:
    """The events that the mirror holds: "Contract.Event" by the name of the table."""
    return {
        snake(e.name): f"{contract}.{e.name}"
        for contract in contract_names()
        for e in events(contract).values()
        if (e.name in MIRRORED_OF_AUTHORITY if contract == "Authority" else e.name not in UNMIRRORED_EVENTS)
    }


def _values(inputs: Iterable[Input], data: bytes) -> Json:
    inputs = tuple(inputs)
    try:
        values = decode([i.type for i in inputs], data)
    except (DecodingError, OverflowError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected {[i.type for i in inputs]}, got {data.hex()[:200]}: {error}") from None
    return {i.name: _named(i, v) for i, v in zip(inputs, values, strict=True)}


def _named(item: Input, value: Any) -> Any:
    if item.type.endswith("]"):
        inner = Input(
            name=item.name, type=item.type.rpartition("[")[0], indexed=False, components=item.components
        )
        return [_named(inner, v) for v in value]
    if item.components:
        return {c.name: _named(c, v) for c, v in zip(item.components, value, strict=True)}
    return bytes.fromhex(value[2:]) if item.type == "address" else value


def _entries(contract: str, kind: str) -> list[Entry]:
    abi = artifact(contract)["abi"]
    return [Entry(name=e["name"], inputs=_inputs(e["inputs"])) for e in abi if e["type"] == kind]


def _inputs(entries: list[Json]) -> tuple[Input, ...]:
    return tuple(_input(t) for t in entries)


def _input(entry: Json) -> Input:
    components = _inputs(entry.get("components", []))
    inner = f"({','.join(c.type for c in components)})"
    return Input(
        name=snake(entry["name"]), type=entry["type"].replace("tuple", inner) if components else entry["type"],
        indexed=entry.get("indexed", False), components=components,
    )  # fmt: skip
