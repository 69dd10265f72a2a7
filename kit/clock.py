"""What time it is: always passed in, for the demo town and the tests live in their own year."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]


def system_clock() -> int:
    """Seconds since 1970 by the machine's clock."""
    return int(time.time())
