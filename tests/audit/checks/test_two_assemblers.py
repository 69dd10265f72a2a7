"""Two programs that share no code come to the same minutes, level and holds: the assembler of `iot` and the auditor's.

Random towns, some with every fault that a device can have, go through the real ingest; both judge what stands in the log.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.decode.cose import Message
from audit.evidence.signed_events import DEFAULT_RULESET, read_messages
from audit.rules.devices import Device
from audit.rules.event_log import EventLog, Head
from audit.rules.visit_evidence import Task
from audit.rules.visits import Assembler
from contracts.enums import DeviceClass, KeyClass
from iot.config import IotConfig
from iot.directory import Anchor, Revocation, TaskRecord
from iot.event.event import Location
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from iot.ruleset import Ruleset
from iot.simulator.device import SimulatedDevice
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from tests.iot.town import DOMAIN, NOW, Clock, MemoryDirectory, commitment, id16

if TYPE_CHECKING:
    from pathlib import Path

    from iot.directory import DeviceRecord

PEOPLE, PLACES, TASKS = ("volunteer", "resident"), ("home", "elsewhere"), ("walk", "read")
SEEDS = 40


@dataclass
class RandomTown:
    """A town made from a seed.

    Attributes:
        random: Where its chances come from.
        faulty: How often something goes wrong, 0 to 1.
    """

    random: random.Random
    faulty: float
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    clock: Clock = field(default_factory=Clock)
    sent: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    def goes_wrong(self) -> bool:
        return self.random.random() < self.faulty

    def devices(self) -> list[SimulatedDevice]:
        """A pad, two phones, and a bridge, each with some key."""
        devices = []
        for name, kind, owner in (
            ("pad", DeviceClass.PLACE_PAD, None), ("phone", DeviceClass.PHONE, "volunteer"),
            ("other phone", DeviceClass.PHONE, "resident"), ("bridge", DeviceClass.BRIDGE, None),
        ):  # fmt: skip
            place = self.random.choice(PLACES) if self.goes_wrong() else "home"
            devices.append(
                SimulatedDevice(
                    name, DOMAIN, kind, key_class=KeyClass(self.random.choice((1, 2, 3, 4)) if self.goes_wrong() else 3),
                    owner=id16(owner) if owner else bytes(16), booted_ms=(NOW - 86_400) * 1000,
                    place=commitment(place) if kind is DeviceClass.PLACE_PAD else bytes(32),
                    settled_from_seconds=NOW + self.random.randrange(-3600, 3600) if self.goes_wrong() else None,
                )
            )  # fmt: skip
        self.directory.enrol(*devices)
        return devices

    def tell(self, devices: list[SimulatedDevice]) -> None:
        """What the chain says of tasks and places."""
        for task in TASKS:
            self.directory.tasks[id16(task)] = TaskRecord(
                task=id16(task), service=1, min_minutes=self.random.choice((1, 20)),
                authorised_minutes=self.random.choice((30, 90)), beneficiary=commitment("home"), volunteer=id16("volunteer"),
            )  # fmt: skip
        if not self.goes_wrong():
            self.directory.places[commitment("home")] = id16("home")
        for device in devices:
            record = self.directory.devices[device.id]
            if self.goes_wrong():
                record = replace(record, suspended=self.goes_wrong())
            if self.goes_wrong() and self.goes_wrong():
                block = self.random.randrange(9, 14)
                since = NOW + self.random.randrange(-3_000, 6_000)
                record = replace(
                    record, revocation=Revocation(compromised_from_seconds=since, block_number=block)
                )
            if self.goes_wrong() and self.goes_wrong():
                anew = replace(record.enrolments[0], valid_from_seconds=NOW + self.random.randrange(6_000))
                record = replace(record, enrolments=(*record.enrolments, anew))
            self.directory.devices[device.id] = record

    def happen(self, devices: list[SimulatedDevice]) -> None:
        """Visits, mostly of pad and phone, and words of the resident."""
        pad, phone, other, bridge = devices
        for number, task in enumerate(TASKS):
            start_ms = (NOW + number * self.random.choice((0, 2_400, 7_200))) * 1000
            for kind, at_ms in ((101, start_ms), (102, start_ms + self.random.randrange(60, 4_000) * 1000)):
                signer = bridge if self.goes_wrong() else pad
                tapped = self.emit(signer, kind, task, at_ms) if self.random.random() < 0.8 else None
                refs = {"refs": (tapped,)} if tapped and not self.goes_wrong() else {}
                if self.random.random() < 0.8:
                    self.emit(other if self.goes_wrong() else phone, kind, task, at_ms + 1_000, **refs)
            if self.random.random() < 0.6:
                said = {1: self.random.choice((1, 2, 3, 4, 9)), 3: int(not self.goes_wrong())}
                by = self.random.choice((phone, other, other, bridge, pad))
                self.emit(by, 103, task, start_ms + 5_000_000, actor=id16("resident"), measurements=said)

    def emit(self, device: SimulatedDevice, kind: int, task: str, at_ms: int, **fields: Any) -> bytes:
        """One event, perhaps with something wrong; its hash."""
        choose, wrong = self.random.choice, self.goes_wrong
        at_ms += choose((0, -700_000_000, 2_000_000)) if wrong() and wrong() else 0
        about: dict[str, Any] = {
            "task": id16(task), "actor": id16(choose(PEOPLE) if wrong() else "volunteer"),
            "place": id16(choose(PLACES) if wrong() else "home"), "measurements": {1: 1},
        }  # fmt: skip
        if self.random.random() < 0.5:
            about["location"] = Location(cell=1, accuracy_m=5, distance_m=choose((3, 150, 151, None)))
        if wrong():
            about |= {"clock_class": choose((0, 1, 2)), "clock_uncertainty_seconds": choose((0, 7, 90))}
        if wrong():
            about["mono_ms"] = None
        if wrong():
            device.reboot(at_ms - 1_000)
        if wrong() and wrong():
            device.boot = max(0, device.boot - 2)
        if wrong():
            device.emit(901, at_ms)
        before = (device.seq, device.prev)
        emitted = device.emit(kind, at_ms, **about | fields)
        if wrong() and wrong():
            device.seq, device.prev = choose((before, (device.seq, before[1]), (device.seq + 1, device.prev)))
        self.sent.append(emitted.message)
        return emitted.event_hash

    async def take_in(self, store: EventStore, config: IotConfig) -> None:
        """The events reach the log in some order, anchored now and then."""
        ingest = Ingest(store, self.directory, config, clock=self.clock)
        self.clock.now = NOW + 9_000
        if self.goes_wrong():
            self.random.shuffle(self.sent)
        for number, message in enumerate(self.sent):
            await ingest.receive(message)
            if number == len(self.sent) - 1 or self.goes_wrong():
                self.anchor(store)

    def anchor(self, store: EventStore) -> None:
        with store.log() as log:
            head = log.head()
        if not self.directory.heads or self.directory.heads[-1].size < head.size:
            number = 10 + len(self.directory.heads)
            time = self.clock.now + len(self.directory.heads)
            anchor = Anchor(size=head.size, root=head.root, block_number=number, time_seconds=time)
            self.directory.heads.append(anchor)


def audited(town: RandomTown, leaves: list[bytes], task: str) -> Any:
    """What the auditor makes of a task."""
    events = [m.event for m in read_messages(leaves) if isinstance(m, Message)]
    assert len(events) == len(leaves)
    heads = [
        Head(size=a.size, root=a.root, block=a.block_number, time=a.time_seconds, ruleset=b"")
        for a in town.directory.heads
    ]
    devices = {i: device_from_record(record) for i, record in town.directory.devices.items()}
    assembler = Assembler(
        EventLog(events, heads), heads[-1].size, devices, town.directory.places, DEFAULT_RULESET
    )
    record = town.directory.tasks[id16(task)]
    place = town.directory.places.get(record.beneficiary)
    visit = assembler.assemble(
        Task(
            id=record.task, volunteer=record.volunteer or b"", min_minutes=record.min_minutes,
            authorised_minutes=record.authorised_minutes, place=place,
        )
    )  # fmt: skip
    ends = tuple(e.index if e else None for e in (visit.check_in, visit.check_out))
    return (visit.holds, ends, None) if visit.holds else (set(), ends, (visit.minutes, visit.level))


def device_from_record(record: DeviceRecord) -> Device:
    """A device as the registry's events tell it."""
    enrolments = [
        {
            "device_class": int(e.device_class), "algorithm": int(e.algorithm), "key_class": int(e.key_class),
            "owner": e.owner, "place": e.place, "valid_from": e.valid_from_seconds, "valid_until": e.valid_until_seconds, "settled_from": e.settled_from_seconds,
        }
        for e in record.enrolments
    ]  # fmt: skip
    revoked = record.revocation
    return Device(
        enrolments=enrolments, suspended=record.suspended, revoked_in=revoked.block_number if revoked else None,
        compromised_from=revoked.compromised_from_seconds if revoked else 0,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_both_assemblers_come_to_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    town = RandomTown(random=chance, faulty=chance.choice((0.0, 0.05, 0.2, 0.4)))
    devices = town.devices()
    town.tell(devices)
    town.happen(devices)
    config = IotConfig(
        database_url=f"sqlite:///{tmp_path / 'events.db'}",
        domain=DOMAIN,
        other_domains=(),
        rate_per_minute=10**9,
    )
    store = EventStore.open(config)
    await town.take_in(store, config)
    if not town.directory.heads:
        return
    with store.log() as log:
        leaves = list(log.entries(0, town.directory.heads[-1].size))
    for task in TASKS:
        with store.reading() as connection:
            evidence = gather(connection, town.directory, id16(task), town.directory.heads[-1])
        visit = assemble(evidence, Ruleset())
        ends = tuple(e.index if e else None for e in (visit.check_in, visit.check_out))
        holds = {str(hold.code) for hold in visit.holds}
        judged = (holds, ends, None) if holds else (set(), ends, (visit.served_minutes, visit.level))
        assert audited(town, leaves, task) == judged
