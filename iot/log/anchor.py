"""When and what to anchor on chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.directory import Anchor
    from iot.log.log import Head, LogReader


# `EventLog` takes no more at once: a longer backlog is anchored in several heads.
MOST_NEW_LEAVES = 2**20


def next_anchor(log: LogReader, last: Anchor | None, config: IotConfig, *, now_seconds: int) -> Head | None:
    """The head to anchor now, or None.

    Args:
        log: The log as it is now.
        last: Latest anchored head, or None.
        config: After how many leaves or seconds to anchor; its ruleset goes with the head.
        now_seconds: Since 1970.

    Returns:
        Head for `EventLog.anchor(size, root, ruleset)`, larger than the last one.
    """
    size, anchored = log.size(), last.size if last else 0
    is_due = last is None or now_seconds - last.time_seconds >= config.anchor_seconds
    if size == anchored or not (is_due or size - anchored >= config.anchor_leaves):
        return None
    return log.head(min(size, anchored + MOST_NEW_LEAVES))
