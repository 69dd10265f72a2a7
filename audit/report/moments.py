"""Times of blocks for people. Whoever makes a block may write any number there."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(time: int) -> str:
    """A time as text, in UTC; one that no calendar has as it stands.

    Args:
        time: Seconds since 1970.
    """
    try:
        return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{time} s"
