"""What a bundle has of the event log: leaves, bindings and rulesets (`docs/bundle.md` §8 and §9)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode import cose
from audit.errors import BundleError, DecodeError
from audit.evidence.canonical import array, encode, integer, record, unhexed

if TYPE_CHECKING:
    from audit.decode.cose import Message
    from audit.evidence.bundle import Bundle

PLACE_TAG = b"gongji.place.v1"
LEAVES, BINDINGS, RULESETS = "events/leaves.jsonl", "exhibits/bindings.jsonl", "exhibits/rulesets.jsonl"
DEFAULT_RULESET = {
    "confirm_channels": [1, 2, 3, 4],
    "gps_radius_m": 150,
    "max_visit_minutes": 720,
    "version": 1,
}
STANDARD_RULESET = hashlib.sha256(encode(DEFAULT_RULESET)).digest()
"""Hash of the rules of `docs/service-events.md` §6, 32 bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A leaf that is no event.

    Attributes:
        index: Its place in the log, from 0.
        why: What is wrong with it.
    """

    index: int
    why: str


def read_leaves(bundle: Bundle) -> list[bytes]:
    """The entries of the log, as they came in.

    Raises:
        BundleError: The bundle has none, or a line is not hex.
    """
    return [unhexed(line) for line in bundle.lines(LEAVES)]


def read_messages(leaves: list[bytes]) -> list[Message | Unreadable]:
    """Every leaf as a message, or why it is none."""
    return [_read(leaf, index) for index, leaf in enumerate(leaves)]


def read_bindings(bundle: Bundle) -> dict[bytes, bytes]:
    """Place by commitment; empty where the bundle tells no bindings.

    Raises:
        BundleError: A line is not of its shape, or not in the order of the commitment, or a salt does not open its commitment.
    """
    if not bundle.has(BINDINGS):
        return {}
    bindings: dict[bytes, bytes] = {}
    for line in bundle.lines(BINDINGS):
        row = record(line, ("beneficiary", "place", "salt"))
        place, salt = unhexed(row["place"], 16), unhexed(row["salt"], 32)
        commitment = hashlib.sha256(PLACE_TAG + salt + place).digest()
        if commitment != unhexed(row["beneficiary"], 32):
            raise BundleError(f"{BINDINGS}: {row['beneficiary']} is no commitment to {row['place']}")
        if commitment <= next(reversed(bindings), b""):
            raise BundleError(f"{BINDINGS}: {row['beneficiary']} is not in order, or appears there twice")
        bindings[commitment] = place
    return bindings


def read_rulesets(bundle: Bundle) -> dict[bytes, dict[str, Any]]:
    """Rulesets by their hash: that of `docs/service-events.md` §6, and those of the bundle.

    Raises:
        BundleError: A line is not of its shape, or stands there twice.
    """
    rulesets = [_ruleset(line) for line in bundle.lines(RULESETS)] if bundle.has(RULESETS) else []
    by_hash = {hashlib.sha256(encode(ruleset)).digest(): ruleset for ruleset in (DEFAULT_RULESET, *rulesets)}
    if len(by_hash) != len(rulesets) + 1:
        raise BundleError(f"{RULESETS}: a ruleset stands there twice, or is that which holds without it")
    return by_hash


def _ruleset(line: Any) -> dict[str, Any]:
    ruleset = record(line, DEFAULT_RULESET)
    for name, value in ruleset.items():
        for number in array(value) if name == "confirm_channels" else [value]:
            integer(number)
    return ruleset


def _read(leaf: bytes, index: int) -> Message | Unreadable:
    try:
        return cose.read(leaf, index)
    except DecodeError as error:
        return Unreadable(index=index, why=str(error))
