"""Names of tables. Who fetches and proves needs no more of them, and does without SQLAlchemy, which takes 26 MB of each process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.types import Event

EMITTERS = "emitters"


def table_name(event: type[Event]) -> str:
    """Name of an event's table: the event's in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()
