"""Tells how catching up goes: a line in the log every few seconds, with rate and remaining time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from indexer import metrics

if TYPE_CHECKING:
    from indexer.batch import Batch

log = structlog.get_logger(__name__)

TELL_SECONDS = 5.0


class Progress:
    """Counts what one round of catching up wrote."""

    def __init__(self, head_number: int) -> None:
        self._head_number = head_number
        self._began = self._reported = time.monotonic()
        self._blocks = self._events = 0

    def wrote(self, batch: Batch) -> None:
        """Counts a written batch, and tells if it is time."""
        self._blocks += len(batch.blocks)
        self._events += batch.logs
        metrics.EVENTS.inc(batch.logs)
        metrics.HEIGHT.set(batch.head.number)
        if time.monotonic() - self._reported >= TELL_SECONDS:
            self._tell(batch.head.number)

    def _tell(self, number: int) -> None:
        self._reported = time.monotonic()
        seconds = self._reported - self._began
        remaining_seconds = round((self._head_number - number) * seconds / self._blocks)
        events_per_second = round(self._events / seconds)
        log.info(
            "mirroring",
            block=number,
            of=self._head_number,
            events_per_second=events_per_second,
            remaining_seconds=remaining_seconds,
        )
