"""A directory in memory, and names for people and places of the tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iot.event.cose import Domain

if TYPE_CHECKING:
    from pathlib import Path

    from iot.directory import Anchor, DeviceRecord, TaskRecord
    from iot.simulator.device import SimulatedDevice

DOMAIN = Domain(chain_id=77001, registry=bytes.fromhex("11" * 20))
OTHER_DOMAIN = Domain(chain_id=77002, registry=bytes.fromhex("11" * 20))
NOW = 1_750_000_000


def id16(name: str) -> bytes:
    """Id of a named member, task or place, 16 bytes."""
    return hashlib.sha256(name.encode()).digest()[:16]


def commitment(name: str) -> bytes:
    """Commitment of a named person or place, 32 bytes."""
    return hashlib.sha256(f"commitment {name}".encode()).digest()


@dataclass
class MemoryDirectory:
    """What the chain would tell, said by the test."""

    devices: dict[bytes, DeviceRecord] = field(default_factory=dict)
    tasks: dict[bytes, TaskRecord] = field(default_factory=dict)
    places: dict[bytes, bytes] = field(default_factory=dict)
    heads: list[Anchor] = field(default_factory=list)

    def enrol(self, *devices: SimulatedDevice) -> None:
        for one in devices:
            self.devices[one.id] = one.record

    def device(self, device: bytes) -> DeviceRecord | None:
        return self.devices.get(device)

    def task(self, task: bytes) -> TaskRecord | None:
        return self.tasks.get(task)

    def place_of(self, commitment: bytes) -> bytes | None:
        return self.places.get(commitment)

    def last_anchor(self) -> Anchor | None:
        return self.heads[-1] if self.heads else None

    def anchor_above(self, index: int) -> Anchor | None:
        return next((head for head in self.heads if head.size > index), None)


class Clock:
    """A clock that the test sets, seconds since 1970."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'events.db'}"
