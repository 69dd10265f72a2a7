"""What the ingest does now and then: retry parked events, delete what was kept long enough."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from kit.clock import Clock

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0


async def run(
    ingest: Ingest, store: EventStore, *, clock: Clock, every_seconds: float = EVERY_SECONDS
) -> None:
    """Keeps the house for ever.

    Args:
        ingest: Retries events whose device has been enrolled meanwhile.
        store: Where old bytes are deleted.
        clock: Seconds since 1970.
        every_seconds: Pause between two rounds, real seconds.
    """
    while True:
        retried = await ingest.retry_parked()
        await asyncio.to_thread(store.purge, clock())
        log.debug(
            "housekeeping", tried_again=len(retried), in_log=sum(one.index is not None for one in retried)
        )
        await asyncio.sleep(every_seconds)
