"""Stores on both databases, an ingest, and a little town of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import DeviceClass
from iot.config import IotConfig
from iot.directory import TaskRecord
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from tests.iot.scene import Scene
from tests.iot.town import DOMAIN, NOW, OTHER_DOMAIN, Clock, MemoryDirectory, commitment, id16, sqlite_url
from tests.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def config(tmp_path: Path) -> IotConfig:
    return IotConfig(
        database_url=sqlite_url(tmp_path),
        domain=DOMAIN,
        other_domains=(OTHER_DOMAIN,),
        device_cache_seconds=0,
    )


@pytest.fixture
def store(config: IotConfig) -> Iterator[EventStore]:
    opened = EventStore.open(config)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pad() -> SimulatedDevice:
    return SimulatedDevice("pad", DOMAIN, DeviceClass.PLACE_PAD, place=commitment("place"))


@pytest.fixture
def phone() -> SimulatedDevice:
    return SimulatedDevice("phone", DOMAIN, DeviceClass.PHONE, owner=id16("volunteer"))


@pytest.fixture
def home() -> SimulatedDevice:
    return SimulatedDevice("home", DOMAIN, DeviceClass.PHONE, owner=id16("resident"))


@pytest.fixture
def directory(pad: SimulatedDevice, phone: SimulatedDevice, home: SimulatedDevice) -> MemoryDirectory:
    """Knows the three devices, the task, and that beneficiary and pad belong to the place."""
    task = TaskRecord(
        task=id16("task"), service=3, min_minutes=10, authorised_minutes=90,
        beneficiary=commitment("resident"), volunteer=id16("volunteer"),
    )  # fmt: skip
    known = MemoryDirectory(
        tasks={task.task: task},
        places={commitment("resident"): id16("place"), commitment("place"): id16("place")},
    )
    known.enrol(pad, phone, home)
    return known


@pytest.fixture
def ingest(store: EventStore, directory: MemoryDirectory, config: IotConfig, clock: Clock) -> Ingest:
    return Ingest(store, directory, config, clock=clock)


@pytest.fixture
def now_ms() -> int:
    return NOW * 1000


@pytest.fixture
def scene(
    store: EventStore, ingest: Ingest, directory: MemoryDirectory, clock: Clock,
    pad: SimulatedDevice, phone: SimulatedDevice, home: SimulatedDevice,
) -> Scene:  # fmt: skip
    return Scene(store, ingest, directory, clock, pad, phone, home)
