"""How PostgreSQL finds what ingest asks for."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from contracts.enums import DeviceClass
from iot.config import IotConfig
from iot.event.event import EventType
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from tests.iot.town import DOMAIN, Clock, MemoryDirectory

BATCHES, BATCH_EVENTS = 120, 20
ROWS_FOR_AN_EVENT = 10  # A small table is read whole, and rightly so; the large one must not be.
USED = text("SELECT n_tup_ins, seq_tup_read FROM pg_stat_user_tables WHERE relname = 'leaves'")


async def test_a_log_that_grows_from_nothing_is_never_read_from_end_to_end(
    postgres_url: str, now_ms: int
) -> None:
    config = IotConfig(database_url=postgres_url, domain=DOMAIN, other_domains=(), rate_per_minute=10**9)
    directory, meter = MemoryDirectory(), SimulatedDevice("meter", DOMAIN, DeviceClass.METER)
    directory.enrol(meter)
    store = EventStore.open(config)
    ingest = Ingest(store, directory, config, clock=Clock())
    for _ in range(BATCHES):
        sent = [meter.emit(EventType.DEVICE_STATUS, now_ms).message for _ in range(BATCH_EVENTS)]
        receipts = await ingest.receive_many(sent)
        assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    store.close()
    written, read = await use_of_the_log(config, BATCHES * BATCH_EVENTS)
    assert read < ROWS_FOR_AN_EVENT * written


async def use_of_the_log(config: IotConfig, written: int) -> tuple[int, int]:
    """Rows written, and rows read one after the other. A server process tells its share when it ends, not at once."""
    observer = EventStore.open(config)
    async with asyncio.timeout(20):
        while True:
            with observer.reading() as connection:
                inserted, read = connection.execute(USED).one()
            if inserted == written:
                observer.close()
                return inserted, read
            await asyncio.sleep(0.05)
