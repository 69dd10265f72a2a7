"""Where figures stand in the storage of contracts, from the storage layout in the ABI files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from audit.decode.abi import artifact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.evidence.pinned import TrustedContract


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a value stands in a word.

    Attributes:
        slot: Number of the word, 32 bytes.
        offset_bytes: From the right.
        size_bytes: How many bytes it has.
    """

    slot: bytes
    offset_bytes: int
    size_bytes: int

    def read(self, word: bytes, *, signed: bool = False) -> int:
        """The number that stands there.

        Args:
            word: 32 bytes.
            signed: Whether it is a signed number.
        """
        end = 32 - self.offset_bytes
        return int.from_bytes(word[end - self.size_bytes : end], "big", signed=signed)


def variable(contract: str, label: str) -> Place:
    """Place of a state variable."""
    return _place(contract, _entry(contract, label), 0)


def mapped(contract: str, label: str, key: bytes) -> Place:
    """Place of a value in a mapping.

    Args:
        contract: Name of the contract.
        label: Name of the mapping.
        key: 20 or 32 bytes.
    """
    return _place(contract, _value_type(contract, label), _mapped_slot(contract, label, key))


def member(contract: str, label: str, key: bytes, field: str) -> Place:
    """Place of a field of a struct in a mapping."""
    struct = _types(contract)[_value_type(contract, label)["type"]]
    entry = next(m for m in struct["members"] if m["label"] == field)
    return _place(contract, entry, _mapped_slot(contract, label, key))


def slots_to_prove(
    contracts: Mapping[str, TrustedContract], accounts: Iterable[bytes]
) -> dict[str, list[bytes]]:
    """Slots that a bundle proves, by contract, each list ascending and none twice.

    Args:
        contracts: What is pinned.
        accounts: Every account opened, 32 bytes each.
    """
    slots: dict[str, set[bytes]] = {name: set() for name in contracts}
    modules = [member("Ledger", "_modules", c.address, "kinds").slot for c in contracts.values()]
    books = [member("Ledger", "_accounts", a, "balance").slot for a in accounts]
    slots["Ledger"] |= {variable("Ledger", "sequence").slot, *modules, *books}
    slots["EventLog"].add(variable("EventLog", "anchoredSize").slot)
    return {name: sorted(found) for name, found in slots.items()}


def _mapped_slot(contract: str, label: str, key: bytes) -> int:
    base = int(_entry(contract, label)["slot"])
    return int.from_bytes(keccak(key.rjust(32, b"\0") + base.to_bytes(32, "big")), "big")


def _value_type(contract: str, label: str) -> dict[str, Any]:
    found = _types(contract)[_entry(contract, label)["type"]]["value"]
    return {"type": found, "offset": 0, "slot": "0"}


def _place(contract: str, entry: dict[str, Any], base: int) -> Place:
    size = int(_types(contract)[entry["type"]]["numberOfBytes"])
    slot = (base + int(entry["slot"])) % 2**256
    return Place(slot=slot.to_bytes(32, "big"), offset_bytes=entry["offset"], size_bytes=size)


@cache
def _entry(contract: str, label: str) -> dict[str, Any]:
    return dict(next(e for e in artifact(contract)["storage"]["storage"] if e["label"] == label))


def _types(contract: str) -> dict[str, Any]:
    return dict(artifact(contract)["storage"]["types"])
