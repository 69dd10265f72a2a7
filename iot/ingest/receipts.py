"""What a device learns about a message it sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from iot.codes import Code


class Outcome(IntEnum):
    """What became of a message. The numbers are those of the MQTT acknowledgement."""

    ACCEPTED = 0
    DUPLICATE = 1
    REFUSED = 2
    PARKED = 3


RETRYABLE = frozenset({Code.E_RATE, Code.E_VERSION, Code.E_KID_UNKNOWN})
"""Conditions under which the device must keep the event and send it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What became of one message.

    Attributes:
        message_hash: SHA-256 of the message as it came, 32 bytes.
        outcome: Accepted (committed just now), duplicate (committed before), refused, or parked.
        codes: Conditions found (`docs/service-events.md` §4); none for a plain accepted event.
        why: For people: what was expected and what was got; empty if nothing is wrong.
        event_hash: SHA-256 of the payload, 32 bytes, or None if there is no readable one.
        index: Place in the log, or None if it is not there.
    """

    message_hash: bytes
    outcome: Outcome
    codes: tuple[Code, ...] = ()
    why: str = ""
    event_hash: bytes | None = None
    index: int | None = None

    @property
    def may_forget(self) -> bool:
        """Whether the device may delete the event (it is *acknowledged*)."""
        return not RETRYABLE.intersection(self.codes)
