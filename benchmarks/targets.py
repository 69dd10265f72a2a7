"""The table at the end of a benchmark: each ratio beside what it must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio and its limit.

    Attributes:
        name: What is compared.
        value: What was measured.
        at_least: The least that it must be, or None.
        at_most: The most that it may be, or None.
    """

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is within its limits."""
        least = self.at_least is None or self.value >= self.at_least
        return least and (self.at_most is None or self.value <= self.at_most)


def show(targets: Iterable[Target]) -> None:
    """Prints a line for each."""
    for target in targets:
        limit = f"≥ {target.at_least}" if target.at_most is None else f"≤ {target.at_most}"
        print(f"{target.name:58}{target.value:>10.2f}   {limit:10}{'met' if target.met else 'MISSED'}")
