"""Calldata for the contracts, and the meaning of what they answer, from the committed ABI."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils import keccak

from contracts.build.compiler import DEPLOYED
from contracts.build.syntax import snake
from contracts.errors import UnknownRevertError

Json = dict[str, Any]
SELECTOR_BYTES = 4


@cache
def artifact(contract: str) -> Json:
    """The committed artifact of a contract: ABI, documentation, code, storage layout."""
    return dict(json.loads((files("contracts") / "abi" / f"{contract}.json").read_text("utf-8")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Revert:
    """Why a contract refused.

    Attributes:
        name: Name of the Solidity error, such as "LedgerBalanceInsufficient".
        args: Its arguments by name, snake case.
        meaning: The sentence its declaration gives it.
    """

    name: str
    args: dict[str, Any]
    meaning: str

    def __str__(self) -> str:
        arguments = ", ".join(f"{k} {v.hex() if isinstance(v, bytes) else v}" for k, v in self.args.items())
        return f"{self.meaning} ({self.name}: {arguments})" if arguments else f"{self.meaning} ({self.name})"


def encode_call(contract: str, function: str, *args: Any) -> bytes:
    """Calldata of a call.

    Args:
        contract: Name of the contract.
        function: Name of the function; the contracts have no overloads that are called from outside.
        args: Its arguments; structs as tuples, addresses as 20 bytes or hex text.
    """
    selector, types = _function(contract, function)
    return selector + encode(types, args)


def decode_call(contract: str, function: str, data: bytes) -> Json:
    """Arguments of calldata in JSON, by their Solidity names: structs as objects, bytes and addresses as 0x and hex.

    Args:
        contract: Name of the contract.
        function: Name of the function.
        data: The calldata, selector included.
    """
    inputs = _entry(contract, "function", function)["inputs"]
    return _as_object(inputs, decode([canonical(i) for i in inputs], data[SELECTOR_BYTES:]))


def call_of(contract: str, data: bytes) -> tuple[str, Json]:
    """Function and arguments of calldata, as `decode_call` has them; no name if the contract has none such.

    There are no arguments where they cannot be read: whoever may schedule a call may schedule any bytes.

    Args:
        contract: Name of the contract.
        data: The calldata, selector included.
    """
    for entry in artifact(contract)["abi"]:
        if entry["type"] == "function" and data[:SELECTOR_BYTES] == _function(contract, entry["name"])[0]:
            try:
                return str(entry["name"]), decode_call(contract, entry["name"], data)
            except DecodingError:
                return str(entry["name"]), {}
    return "", {}


def decode_result(contract: str, function: str, data: bytes) -> Any:
    """What a view returned: the value, or a tuple of values if there are several."""
    entry = _entry(contract, "function", function)
    values = decode([canonical(o) for o in entry["outputs"]], data)
    return values[0] if len(values) == 1 else values


def decode_revert(data: bytes) -> Revert:
    """Why a contract refused, from the data of the revert.

    Raises:
        UnknownRevertError: No error of ours or of OpenZeppelin's has this selector.
    """
    found = _errors().get(data[:SELECTOR_BYTES])
    if found is None:
        raise UnknownRevertError(data)
    entry, meaning = found
    values = decode([canonical(i) for i in entry["inputs"]], data[SELECTOR_BYTES:])
    names = (snake(i["name"]) for i in entry["inputs"])
    return Revert(name=entry["name"], args=dict(zip(names, values, strict=True)), meaning=meaning)


def _as_object(items: list[Json], values: Any) -> Json:
    return {item["name"]: _as_json(item, value) for item, value in zip(items, values, strict=True)}


def _as_json(item: Json, value: Any) -> Any:
    if isinstance(value, (list, tuple)) and item["type"].endswith("[]"):
        entry = item | {"type": item["type"].removesuffix("[]")}
        return [_as_json(entry, one) for one in value]
    if item["type"] == "tuple":
        return _as_object(item["components"], value)
    return "0x" + value.hex() if isinstance(value, bytes) else value


def canonical(item: Json) -> str:
    """Canonical ABI type of an input or output; a struct is the tuple of its components."""
    if item["type"].startswith("tuple"):
        inner = ",".join(canonical(c) for c in item["components"])
        return f"({inner}){item['type'].removeprefix('tuple')}"
    return str(item["type"])


@cache
def _function(contract: str, function: str) -> tuple[bytes, list[str]]:
    entry = _entry(contract, "function", function)
    types = [canonical(i) for i in entry["inputs"]]
    return keccak(text=f"{function}({','.join(types)})")[:4], types


@cache
def _entry(contract: str, kind: str, name: str) -> Json:
    return next(e for e in artifact(contract)["abi"] if e["type"] == kind and e["name"] == name)


@cache
def _errors() -> dict[bytes, tuple[Json, str]]:
    table: dict[bytes, tuple[Json, str]] = {}
    for contract in DEPLOYED:
        docs = artifact(contract)["docs"]["errors"]
        for entry in artifact(contract)["abi"]:
            if entry["type"] == "error":
                signature = f"{entry['name']}({','.join(canonical(i) for i in entry['inputs'])})"
                meaning = docs.get(signature, {}).get("notice", entry["name"])
                table.setdefault(keccak(text=signature)[:4], (entry, meaning))
    panic = {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]}
    table[keccak(text="Panic(uint256)")[:4]] = (panic, "An arithmetic or internal check failed.")
    return table


def operation_id(caller: str, target: str, data: bytes) -> bytes:
    """Id of a call that is scheduled at the authority, 32 bytes, as `Authority.hashOperation` makes it.

    Args:
        caller: Address of who schedules it.
        target: Address of the contract that is called.
        data: Calldata.
    """
    return keccak(encode(["address", "address", "bytes"], [caller, target, data]))
