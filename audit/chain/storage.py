"""Where figures stand in the storage of contracts, from the storage layout in the ABI files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from audit.decode.abi import artifact
from audit.decode.keccak import keccak
from audit.evidence.pinned import contract_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.evidence.pinned import TrustedContract


Json = dict[str, Any]
Step = bytes | int | str


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A value in a contract's storage, of one word or several.

    Attributes:
        contract: Name of the contract.
        slot: Number of its first word.
        entry: What the layout says of it: type, and offset in the first word.
    """

    contract: str
    slot: int
    entry: Json

    def place(self, field: str = "") -> Place:
        """Place of a field of a struct, or of the value itself."""
        found = self if not field else self.step(field)
        size = int(_types(self.contract)[found.entry["type"]]["numberOfBytes"])
        return Place(slot=_word(found.slot), offset_bytes=found.entry["offset"], size_bytes=size)

    def words(self) -> list[bytes]:
        """Numbers of its words, 32 bytes each; what a mapping inside it holds is not among them."""
        members = _types(self.contract)[self.entry["type"]].get("members")
        if members is None:
            return [self.place().slot]
        plain = [m for m in members if not m["type"].startswith("t_mapping")]
        return sorted({_word(self.slot + int(m["slot"])) for m in plain})

    def step(self, step: Step) -> Spot:
        """One step further: into a mapping by its key, or into a struct by the name of a field."""
        kind = _types(self.contract)[self.entry["type"]]
        if isinstance(step, str):
            entry = next(m for m in kind["members"] if m["label"] == step)
            return Spot(contract=self.contract, slot=self.slot + int(entry["slot"]), entry=entry)
        key = _padded(kind["key"], step) + _word(self.slot)
        value = {"type": kind["value"], "offset": 0}
        return Spot(contract=self.contract, slot=int.from_bytes(keccak(key), "big"), entry=value)


def spot(contract: str, label: str, *steps: Step) -> Spot:
    """Where a value stands.

    Args:
        contract: Label of the version of the contract.
        label: Name of the state variable.
        steps: Keys of mappings, as bytes or numbers, and names of fields of structs, on the way from there.
    """
    entry = _entry(contract, label)
    found = Spot(contract=contract, slot=int(entry["slot"]), entry=entry)
    for step in steps:
        found = found.step(step)
    return found


def slots_to_prove(
    contracts: Mapping[str, TrustedContract], accounts: Iterable[bytes], spots: Iterable[Spot]
) -> dict[str, list[bytes]]:
    """Slots that a bundle proves, by contract, each list ascending and none twice.

    Args:
        contracts: What is pinned.
        accounts: Every account opened, 32 bytes each.
        spots: What else is proven.
    """
    slots: dict[str, set[bytes]] = {name: set() for name in contracts}
    modules = [word for c in contracts.values() for word in spot("Ledger", "_modules", c.address).words()]
    books = [word for account in accounts for word in spot("Ledger", "_accounts", account).words()]
    slots["Ledger"] |= {*spot("Ledger", "sequence").words(), *modules, *books}
    slots["EventLog"].update(spot("EventLog", "anchoredSize").words())
    for one in spots:
        slots[one.contract].update(one.words())
    return {name: sorted(found) for name, found in slots.items()}


def _padded(kind: str, key: bytes | int) -> bytes:
    """A key of a mapping as it is hashed: numbers and addresses on the right of a word, other bytes on the left."""
    if isinstance(key, int):
        return _word(key)
    return key.rjust(32, b"\0") if kind == "t_address" else key.ljust(32, b"\0")


def _word(number: int) -> bytes:
    return (number % 2**256).to_bytes(32, "big")


@cache
def _entry(contract: str, label: str) -> Json:
    return dict(next(e for e in artifact(contract_of(contract))["storage"]["storage"] if e["label"] == label))


def _types(contract: str) -> Json:
    return dict(artifact(contract_of(contract))["storage"]["types"])
