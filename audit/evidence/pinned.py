"""What a trust file pins of a chain: contracts with their code, and the head that was verified last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audit.evidence.canonical import hexed, integer, record, text, unhexed


def contract_of(label: str) -> str:
    """Contract of which a label names a version: the first has the contract's name, the next ones are `TimeBank.2` and on."""
    return label.partition(".")[0]


def version_of(label: str) -> int:
    """Number of the version that a label names, from 1; 0 if it names none.

    Args:
        label: Such as `TimeBank` or `TimeBank.2`.
    """
    _, point, number = label.partition(".")
    if not point:
        return 1
    is_number = number.isascii() and number.isdecimal() and not number.startswith("0") and len(number) < 5
    return int(number) if is_number and int(number) > 1 else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustedContract:
    """One pinned version of a contract.

    Attributes:
        address: 20 bytes.
        code_hash: keccak-256 of its runtime code, immutables filled in, 32 bytes.
    """

    address: bytes
    code_hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """The head of a bundle that was verified: every later bundle must continue it.

    Attributes:
        number: Its number.
        hash: 32 bytes.
        time: Of the block, seconds since 1970.
        bundle: Digest of the bundle, that is SHA-256 of its manifest, 32 bytes.
    """

    number: int
    hash: bytes
    time: int
    bundle: bytes

    def to_json(self) -> dict[str, Any]:
        """The part of a trust file."""
        return {
            "number": self.number,
            "hash": hexed(self.hash),
            "time": self.time,
            "bundle": hexed(self.bundle),
        }


def read_contract(entry: Any) -> TrustedContract:
    """Reads the part of a trust file.

    Raises:
        BundleError: It is not of this shape.
    """
    entry = record(entry, ("address", "code_hash"))
    return TrustedContract(address=read_address(entry["address"]), code_hash=unhexed(entry["code_hash"], 32))


def read_pin(entry: Any) -> Pin:
    """Reads the part of a trust file.

    Raises:
        BundleError: It is not of this shape.
    """
    entry = record(entry, ("bundle", "hash", "number", "time"))
    return Pin(
        number=integer(entry["number"]), hash=unhexed(entry["hash"], 32), time=integer(entry["time"]),
        bundle=unhexed(entry["bundle"], 32),
    )  # fmt: skip


def read_address(value: Any) -> bytes:
    """An address, 20 bytes, in any case.

    Raises:
        BundleError: It is none.
    """
    return unhexed(text(value).lower(), 20)
