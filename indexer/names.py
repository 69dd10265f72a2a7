"""Names that follow from the events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.types import Event


def table_name(event: type[Event]) -> str:
    """Name of an event's table: the event's in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()
