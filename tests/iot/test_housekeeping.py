"""What the ingest does now and then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from contracts.enums import DeviceClass
from iot.event.event import EventType
from iot.ingest import housekeeping
from iot.log.tables import leaves, refused
from iot.simulator.device import SimulatedDevice
from tests.iot.town import DOMAIN, NOW

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from tests.iot.town import Clock, MemoryDirectory


async def test_parked_events_are_taken_up_and_old_bytes_deleted(
    ingest: Ingest, store: EventStore, directory: MemoryDirectory, clock: Clock, config: IotConfig
) -> None:
    meter = SimulatedDevice("late enrolment", DOMAIN, DeviceClass.METER)
    await ingest.receive_many([b"\x00", meter.emit(EventType.DEVICE_STATUS, NOW * 1000).message])
    directory.enrol(meter)
    clock.now = NOW + config.refused_seconds + 1

    def rows() -> tuple[int, int]:
        with store.reading() as connection:
            counts = [
                connection.scalar(select(func.count()).select_from(table)) for table in (leaves, refused)
            ]
        return int(counts[0] or 0), int(counts[1] or 0)

    assert rows() == (0, 1)
    keeping = asyncio.create_task(housekeeping.run(ingest, store, clock=clock, every_seconds=0.05))
    async with asyncio.timeout(10):
        while rows() != (1, 0):  # noqa: ASYNC110 another task works towards it
            await asyncio.sleep(0.02)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
