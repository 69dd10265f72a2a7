"""A visit of the demo town as it is planned, and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Pattern(Enum):
    """What the visit leaves behind."""

    BOTH = auto()
    """Pad and phone at both ends."""
    ONE_PAD = auto()
    """The pad at check-in only; the neighbour confirms."""
    PHONE = auto()
    """The phone only, with its position."""
    WAITING = auto()
    """As PHONE, and no coordinator has judged it yet."""
    NO_OUT = auto()
    """Nobody checks out."""
    DENIED = auto()
    """The neighbour says that nobody came."""
    DISPUTED = auto()
    """As BOTH, but a coordinator disputes and rejects it."""
    REVERSED = auto()
    """As BOTH, but the credit is taken back later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A visit that is planned.

    Attributes:
        number: Its number, from 1.
        volunteer: Who visits.
        elder: Who is visited.
        service: Code of the service.
        check_in: When it begins, seconds since 1970.
        minutes: How long it lasts.
        pattern: What it leaves behind.
    """

    number: int
    volunteer: str
    elder: str
    service: int
    check_in: int
    minutes: int
    pattern: Pattern

    @property
    def name(self) -> str:
        """What makes it different from all others."""
        return f"visit-{self.number}"

    @property
    def check_out(self) -> int:
        """When it ends, seconds since 1970."""
        return self.check_in + self.minutes * 60 + 20
