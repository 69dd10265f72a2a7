"""How long a visit lasted: what counts of it, and why that is less than its two clock times say.

What counts is step 3 of `docs/service-events.md` §5. Why it is less is for people, who compare it with the times that they see.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from iot.visits.levels import is_same_boot

if TYPE_CHECKING:
    from iot.visits.check_events import CheckEvents, SignedEvent

MINUTE_MS = 60_000


class Lessening(StrEnum):
    """Why fewer minutes count than lie between the two times."""

    AUTHORISED = "authorised"
    COUNTER = "counter"
    UNCERTAIN = "uncertain"
    SECONDS = "seconds"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What lies between check-in and check-out.

    Attributes:
        clock_minutes: Between the two times as they are shown, without their seconds.
        counted_minutes: What counts of it.
        lessened_by: Why that is less; None if it is not.
    """

    clock_minutes: int
    counted_minutes: int
    lessened_by: Lessening | None


def elapsed_ms(check_in: SignedEvent, check_out: SignedEvent, checks: CheckEvents) -> int:
    """Milliseconds that count: by the counter of one device in one boot, else by the clocks less what they may be wrong.

    Args:
        check_in: The check-in that counts.
        check_out: The check-out that counts.
        checks: Both, with those of phones.
    """
    start, end = check_in.event, check_out.event
    if is_same_boot(checks) and start.mono_ms is not None and end.mono_ms is not None:
        return end.mono_ms - start.mono_ms
    return _between_ms(check_in, check_out) - 1000 * _uncertain_seconds(check_in, check_out)


def span_of(checks: CheckEvents, counted_minutes: int | None) -> Span | None:
    """What lies between check-in and check-out; None while one is missing.

    Args:
        checks: Check-in and check-out.
        counted_minutes: What counts; None while one is missing.
    """
    if checks.check_in is None or checks.check_out is None or counted_minutes is None:
        return None
    start_ms, end_ms = checks.check_in.event.captured_ms, checks.check_out.event.captured_ms
    clock_minutes = end_ms // MINUTE_MS - start_ms // MINUTE_MS
    lessened_by = _lessened_by(checks, counted_minutes) if counted_minutes < clock_minutes else None
    return Span(clock_minutes=clock_minutes, counted_minutes=counted_minutes, lessened_by=lessened_by)


def _lessened_by(checks: CheckEvents, counted_minutes: int) -> Lessening:
    check_in, check_out = checks.check_in, checks.check_out
    if check_in is None or check_out is None:
        raise ValueError("expected both ends of a visit, got one")
    if counted_minutes < elapsed_ms(check_in, check_out, checks) // MINUTE_MS:
        return Lessening.AUTHORISED
    if counted_minutes >= _between_ms(check_in, check_out) // MINUTE_MS:
        return Lessening.SECONDS
    return Lessening.COUNTER if is_same_boot(checks) else Lessening.UNCERTAIN


def _between_ms(check_in: SignedEvent, check_out: SignedEvent) -> int:
    return check_out.event.captured_ms - check_in.event.captured_ms


def _uncertain_seconds(check_in: SignedEvent, check_out: SignedEvent) -> int:
    """By so much the length may be wrong: twice what each clock may be."""
    return 2 * (check_in.event.clock_uncertainty_seconds + check_out.event.clock_uncertainty_seconds)
