"""How often each of many may do something: token buckets, in the form of the generic cell rate algorithm (ITU-T I.371).

Of each key one number is kept, the time at which its bucket is full again. So a bucket that is full takes no room.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from kit.clock import TICKS_PER_SECOND

if TYPE_CHECKING:
    from kit.clock import Ticks

MINUTE = 60 * TICKS_PER_SECOND


class Rate:
    """Lets each key through so many times a minute on average, and as many at once.

    Whoever is refused uses nothing up. Where more keys are seen than are remembered, the one longest unseen is forgotten, which
    only ever does it good.
    """

    def __init__(self, per_minute: int, *, keys: int, ticks: Ticks) -> None:
        """Nobody has been seen yet.

        Args:
            per_minute: 1 to 10^9.
            keys: How many are remembered, at least 1.
            ticks: Nanoseconds that never go back.
        """
        self.per_minute = per_minute
        self._interval, self._keys, self._ticks = MINUTE // per_minute, keys, ticks
        self._full_at: OrderedDict[bytes, int] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._full_at)

    def take(self, key: bytes) -> int:
        """Counts one for a key, if it may.

        Args:
            key: Whose.

        Returns:
            0 if it may; otherwise the least number of whole seconds after which it may again.
        """
        now = self._ticks()
        full_at = max(self._full_at.get(key, now), now) + self._interval
        too_early = full_at - now - self.per_minute * self._interval
        if too_early > 0:
            return -(-too_early // TICKS_PER_SECOND)
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._keys:
            self._full_at.popitem(last=False)
        return 0
