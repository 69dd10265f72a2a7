"""What time it is: always passed in, for the demo town and the tests live in their own year."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
# Nanoseconds since no particular moment, which never go back: to measure how long something is ago.
Ticks = Callable[[], int]

TICKS_PER_SECOND = 10**9


def system_clock() -> int:
    """Seconds since 1970 by the machine's clock."""
    return int(time.time())


def system_ticks() -> int:
    """Nanoseconds of the machine, whatever is done to its clock."""
    return time.monotonic_ns()
