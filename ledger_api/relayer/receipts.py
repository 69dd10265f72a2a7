"""What is kept and carried with a command that a portal acknowledges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wallets.intents import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledged:
    """What a portal acknowledges.

    Attributes:
        received_at: When it was received, seconds since 1970.
        call: The call that carries it, with the receipt where that makes it count longer.
        file: What the person keeps; see `wallets.receipt`.
    """

    received_at: int
    call: Call
    file: dict[str, Any]
