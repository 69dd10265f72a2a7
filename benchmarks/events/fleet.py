"""The devices of the benchmark, and the events they signed beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.enums import DeviceClass
from iot.event.cose import Domain
from iot.event.event import EventType
from iot.simulator.device import SimulatedDevice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.directory import Anchor, DeviceRecord, TaskRecord

DOMAIN = Domain(chain_id=77001, registry=bytes(20))


def fleet(count: int) -> list[SimulatedDevice]:
    """Phones with P-256 keys made from their number."""
    return [
        SimulatedDevice(f"phone {n}", DOMAIN, DeviceClass.PHONE, owner=bytes([1]) * 16) for n in range(count)
    ]


def signed(devices: Sequence[SimulatedDevice], count: int, now_ms: int) -> list[bytes]:
    """Messages in the order in which they are sent: the devices take turns."""
    one = {
        "task": bytes([2]) * 16,
        "actor": bytes([1]) * 16,
        "place": bytes([3]) * 16,
        "measurements": {1: 1},
    }
    return [
        devices[n % len(devices)].emit(EventType.CHECK_IN, now_ms + n // len(devices), **one).message
        for n in range(count)
    ]


@dataclass
class FleetDirectory:
    """Knows the fleet and nothing else."""

    devices: dict[bytes, DeviceRecord] = field(default_factory=dict)

    def device(self, device: bytes) -> DeviceRecord | None:
        """Record of a device of the fleet."""
        return self.devices.get(device)

    def task(self, task: bytes) -> TaskRecord | None:
        """No task."""
        del task
        return None

    def place_of(self, commitment: bytes) -> bytes | None:
        """No place."""
        del commitment
        return None

    def last_anchor(self) -> Anchor | None:
        """No anchor."""
        return None

    def anchor_above(self, index: int) -> Anchor | None:
        """No anchor."""
        del index
        return None
