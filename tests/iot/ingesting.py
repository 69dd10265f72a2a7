"""A process that takes in events and prints each receipt, to be killed: `python -m tests.iot.ingesting URL ROUND`."""

from __future__ import annotations

import asyncio
import sys

from contracts.enums import DeviceClass
from iot.config import IotConfig
from iot.event.event import EventType
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from tests.iot.town import DOMAIN, NOW, Clock, MemoryDirectory

DEVICES = 20


def meters(round_number: int) -> list[SimulatedDevice]:
    """Devices of one round."""
    return [
        SimulatedDevice(f"meter {n} of {round_number}", DOMAIN, DeviceClass.METER) for n in range(DEVICES)
    ]


async def main(url: str, round_number: int) -> None:
    """Takes in events until somebody kills it."""
    config = IotConfig(database_url=url, domain=DOMAIN, other_domains=(), rate_per_minute=10**9)
    directory = MemoryDirectory()
    devices = meters(round_number)
    directory.enrol(*devices)
    ingest = Ingest(EventStore.open(config), directory, config, clock=Clock())

    async def send(device: SimulatedDevice) -> None:
        while True:
            sent = device.emit(EventType.DEVICE_STATUS, NOW * 1000 + device.seq)
            receipt = await ingest.receive(sent.message)
            assert receipt.outcome is Outcome.ACCEPTED
            print(receipt.index, sent.event_hash.hex(), flush=True)  # noqa: T201

    await asyncio.gather(*(send(device) for device in devices))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
