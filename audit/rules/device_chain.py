"""The chain of a device's events: conflicts and gaps (`docs/service-events.md` §4), over the set of them in the log."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.decode.cose import Event

EQUIVOCATION, FORK, BOOT_BACK = "E_EQUIVOCATION", "E_CHAIN_FORK", "E_BOOT_BACK"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Events of a device that cannot all be true.

    Attributes:
        code: `E_EQUIVOCATION`, `E_CHAIN_FORK` or `E_BOOT_BACK`.
        until_ms: The latest capture of them. Pairs are not kept: a device can sign any number of events with one number.
    """

    code: str
    until_ms: int


class DeviceChain:
    """One device's events."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = sorted(events, key=lambda e: (e.seq, e.index))
        self._by_hash = {e.hash: e for e in self._events}
        self._by_seq: dict[int, list[Event]] = defaultdict(list)
        for event in self._events:
            self._by_seq[event.seq].append(event)
        self.conflicts = [*self._equivocations(), *self._boots_back(), *self._forks()]

    def has_gap_before(self, event: Event) -> bool:
        """Whether the event that it follows is not there."""
        if event.seq == 0:
            return False
        return not any(before.hash == event.prev for before in self._by_seq.get(event.seq - 1, ()))

    def is_unbroken(self, first_seq: int, last_seq: int) -> bool:
        """Whether every event of a range is there, none with a gap before it; both bounds inclusive."""
        if last_seq - first_seq >= len(self._events):
            return False
        numbers = range(first_seq, last_seq + 1)
        return all(
            n in self._by_seq and not any(self.has_gap_before(e) for e in self._by_seq[n]) for n in numbers
        )

    def _equivocations(self) -> Iterable[Conflict]:
        for same in self._by_seq.values():
            if len(same) > 1:
                yield _conflict(EQUIVOCATION, *same)

    def _boots_back(self) -> Iterable[Conflict]:
        numbers = sorted(self._by_seq)
        for lower, higher in pairwise(numbers):
            before, after = self._by_seq[lower], self._by_seq[higher]
            highest, lowest = max(e.boot for e in before), min(e.boot for e in after)
            if lowest < highest:
                back = [*(e for e in before if e.boot > lowest), *(e for e in after if e.boot < highest)]
                yield _conflict(BOOT_BACK, *back)

    def _forks(self) -> Iterable[Conflict]:
        numbers = sorted(self._by_seq)
        for event in self._events:
            named = self._by_hash.get(event.prev) if event.prev else None
            if named is None or named.index >= event.index:
                continue
            if named.seq >= event.seq or numbers[bisect_right(numbers, named.seq)] < event.seq:
                yield _conflict(FORK, named, event)


def _conflict(code: str, *events: Event) -> Conflict:
    return Conflict(code=code, until_ms=max(event.captured_ms for event in events))
