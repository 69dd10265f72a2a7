"""An event as the log that a node tells: the ABI encoding of any event of ours, from its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import EVENTS

if TYPE_CHECKING:
    from contracts.types import Event, Scalar

# The contracts of the chain on paper.
ADDRESSES = {
    name: "0x" + bytes([number] * 20).hex()
    for number, name in enumerate(sorted({event.CONTRACT for event in EVENTS}), 1)
}


def log_of(event: Event) -> dict[str, Any]:
    """Address, topics and data of an event."""
    words = [(p.indexed, _word(p.scalar, getattr(event, p.name))) for p in event.params()]
    return {
        "address": ADDRESSES[event.CONTRACT],
        "topics": ["0x" + event.TOPIC.hex(), *("0x" + word.hex() for indexed, word in words if indexed)],
        "data": "0x" + b"".join(word for indexed, word in words if not indexed).hex(),
    }


def _word(scalar: Scalar, value: int | bytes) -> bytes:
    if isinstance(value, bytes):
        return value.rjust(32, b"\0") if scalar.abi == "address" else value.ljust(32, b"\0")
    return int(value).to_bytes(32, "big")
