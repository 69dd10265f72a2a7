"""When an event is late or in the future of its receipt (`docs/service-events.md` §3).

At receipt this is noted by the receiver's clock; when a visit is judged, the event's anchor stands for its receipt, so
that nobody needs the receiver's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iot.event.event import Event

LATE_SECONDS = 7 * 24 * 3600
FUTURE_SECONDS = 300


def is_late(event: Event, received_seconds: int) -> bool:
    """Whether an event was captured over a week before its receipt, seconds since 1970."""
    return event.captured_ms < 1000 * (received_seconds - LATE_SECONDS)


def is_future(event: Event, received_seconds: int) -> bool:
    """Whether an event says it was captured over five minutes after its receipt, seconds since 1970."""
    return event.captured_ms > 1000 * (received_seconds + FUTURE_SECONDS)
