"""A clock for limits that stands still until a test lets time pass."""

from __future__ import annotations

from dataclasses import dataclass

from kit.clock import TICKS_PER_SECOND


@dataclass
class Ticking:
    """Nanoseconds that pass only by `wait`."""

    now: int = 0

    def __call__(self) -> int:
        return self.now

    def wait(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += int(seconds * TICKS_PER_SECOND)
