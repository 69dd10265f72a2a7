"""When and what to anchor on chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iot.errors import LogForeignError

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
        Head for `EventLog.anchor(size, root, ruleset, path)`, larger than the last one.

    Raises:
        LogForeignError: The last one is none of this log, so that no head of it goes on from there.
    """
    size, anchored = log.size(), last.size if last else 0
    is_due = last is None or now_seconds - last.time_seconds >= config.anchor_seconds
    if size == anchored or not (is_due or size - anchored >= config.anchor_leaves):
        return None
    if last is not None:
        _require_own(log, last, size)
    return log.head(min(size, anchored + MOST_NEW_LEAVES))


def consistency(log: LogReader, last: Anchor | None, head: Head) -> tuple[bytes, ...]:
    """Path by which a head goes on from the one anchored last; of the first one nothing is asked."""
    return log.consistency(last.size, head.size) if last else ()


def _require_own(log: LogReader, last: Anchor, size: int) -> None:
    own = log.head(last.size).root if last.size <= size else b""
    if own != last.root:
        raise LogForeignError(
            f"expected an anchored head of this log of {size} leaves, got root {last.root.hex()} of {last.size} leaves"
        )
