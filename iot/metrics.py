"""Prometheus metrics of this package."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

MESSAGES = Counter(
    "gongji_event_messages_total", "Messages of devices, by what became of them.", ["outcome", "codes"]
)
COMMIT_SECONDS = Histogram(
    "gongji_event_commit_seconds",
    "Time to commit one batch of messages.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
)
BATCH_EVENTS = Histogram(
    "gongji_event_batch_messages", "Messages that shared one commit.", buckets=(1, 3, 10, 30, 100, 300, 1000)
)
