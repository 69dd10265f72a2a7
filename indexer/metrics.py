"""Figures of the indexer for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

HEIGHT = Gauge("gongji_mirror_block", "Last mirrored block.")
HEAD = Gauge("gongji_mirror_head_block", "Last block of the node when it was last asked.")
HALTED = Gauge("gongji_mirror_halted", "1 while what the node tells does not prove itself, else 0.")
LIES = Counter("gongji_mirror_lies", "Answers of a node that did not prove themselves.")
EVENTS = Counter("gongji_mirror_events", "Events written to the mirror.")
TAKEN_BACK = Counter(
    "gongji_mirror_taken_back_blocks", "Blocks taken back because the node follows another chain."
)
FAILURES = Counter("gongji_mirror_failures", "Attempts that failed, by the name of the error.", ["error"])
