"""How many events a device may send: a bucket per device that fills with time."""

from __future__ import annotations


class RateLimit:
    """Lets each device through `per_minute` times a minute on average, and as many at once.

    Only verified messages are counted, so nobody can use up another device's share.

    Args:
        per_minute: Over 0.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: dict[bytes, tuple[float, int]] = {}

    def allows(self, device: bytes, now_seconds: int) -> bool:
        """Counts one event of a device and says whether it may pass."""
        level, at = self._buckets.get(device, (float(self._per_minute), now_seconds))
        filled = level + max(0, now_seconds - at) * self._per_minute / 60
        level = min(filled, float(self._per_minute))
        passes = level >= 1
        self._buckets[device] = (level - 1 if passes else level, now_seconds)
        return passes
