"""How far what the operator's parts said may be behind the chain: parts are asked before it, and that takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.chain.history import History

MAX_LAG_SECONDS = 3600


def due_block(history: History) -> int:
    """The block that every part must have reached: the last one with an event that is an hour older than the head."""
    until = history.head.time - MAX_LAG_SECONDS
    return max((log.block.number for log in history.all_logs if log.block.time <= until), default=0)
