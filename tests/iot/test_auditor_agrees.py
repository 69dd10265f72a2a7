"""The auditor, who shares no code with the assembler, comes to the same minutes, level and holds."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.decode.cose import read
from audit.evidence.signed_events import DEFAULT_RULESET
from audit.rules.devices import Device
from audit.rules.event_log import EventLog, Head
from audit.rules.visit_evidence import Task as AuditTask
from audit.rules.visits import Assembler
from contracts.enums import DeviceClass, KeyClass
from iot.event.event import EventType, Location
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from iot.ruleset import Ruleset
from iot.simulator.device import SimulatedDevice
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from tests.iot.town import DOMAIN, NOW, Clock, commitment, id16
from tests.iot.vectors import FOLDER, directory_of, record_json, unhexed, visit_cases

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.directory import DeviceRecord

TASKS = (id16("task"), id16("other task"))
RANDOM_VISITS = 120


def auditors_device(record: DeviceRecord) -> Device:
    enrolments = [
        {
            "device_class": int(e.device_class), "algorithm": int(e.algorithm), "key_class": int(e.key_class),
            "owner": e.owner, "place": e.place,
            "valid_from": e.valid_from_seconds, "valid_until": e.valid_until_seconds, "settled_from": e.settled_from_seconds,
        }
        for e in record.enrolments
    ]  # fmt: skip
    revoked = record.revocation
    return Device(
        enrolments=enrolments,
        suspended=record.suspended,
        revoked_in=revoked.block_number if revoked else None,
        compromised_from=revoked.compromised_from_seconds if revoked else 0,
    )


def auditors_word(case: dict[str, Any]) -> tuple[int, int, set[str]]:
    directory = directory_of(case)
    events = [read(unhexed(leaf), index).event for index, leaf in enumerate(case["leaves"])]
    heads = [
        Head(size=a.size, root=a.root, block=a.block_number, time=a.time_seconds, ruleset=b"")
        for a in directory.heads
    ]
    devices = {i: auditors_device(record) for i, record in directory.devices.items()}
    task_record = directory.tasks[unhexed(case["task"]["task"])]
    task = AuditTask(
        id=task_record.task, volunteer=task_record.volunteer or b"", min_minutes=task_record.min_minutes,
        authorised_minutes=task_record.authorised_minutes, place=directory.place_of(task_record.beneficiary),
    )  # fmt: skip
    judge = Assembler(
        EventLog(events, heads), heads[-1].size, devices, directory.places, dict(DEFAULT_RULESET)
    )
    visit = judge.assemble(task)
    return visit.minutes, visit.level, visit.holds


async def our_word(case: dict[str, Any], config: IotConfig) -> tuple[int, int, set[str]]:
    directory, store = directory_of(case), EventStore.open(config)
    ingest = Ingest(store, directory_of(case), config, clock=Clock(case["anchors"][-1]["time_seconds"]))
    receipts = await ingest.receive_many([unhexed(leaf) for leaf in case["leaves"]])
    assert [r.index for r in receipts] == list(range(len(receipts)))
    with store.reading() as connection:
        evidence = gather(connection, directory, unhexed(case["task"]["task"]), directory.heads[-1])
    store.close()
    visit = assemble(evidence, Ruleset())
    return visit.served_minutes or 0, int(visit.level or 0), {hold.code.value for hold in visit.holds}


def compare(ours: tuple[int, int, set[str]], theirs: tuple[int, int, set[str]]) -> None:
    """A held visit makes no claim, so of it only that it is held must agree."""
    assert bool(ours[2]) == bool(theirs[2])
    if not ours[2]:
        assert ours[:2] == theirs[:2]


@pytest.mark.parametrize("name", sorted(visit_cases()))
async def test_the_auditor_agrees_on_every_vector(name: str, config: IotConfig) -> None:
    case = json.loads((FOLDER / f"{name}.json").read_text())
    ours, theirs = await our_word(case, config), auditors_word(case)
    compare(ours, theirs)
    assert ours[2] == theirs[2]


def random_case(chance: random.Random) -> dict[str, Any]:
    """A visit in which anything may be odd, mostly not."""
    keys = [KeyClass.K3] * 6 + [KeyClass.K2, KeyClass.K1]
    tag = chance.random()

    def device(name: str, kind: DeviceClass, **fields: Any) -> SimulatedDevice:
        settled = chance.choice([None] * 8 + [NOW + 1_200])
        return SimulatedDevice(
            f"{tag} {name}",
            DOMAIN,
            kind,
            key_class=chance.choice(keys),
            settled_from_seconds=settled,
            **fields,
        )

    pads = [device(f"pad {n}", DeviceClass.PLACE_PAD, place=commitment("place")) for n in range(2)]
    phone = device("phone", DeviceClass.PHONE, owner=id16("volunteer"))
    others = [
        device("home", DeviceClass.PHONE, owner=id16("resident")),
        device("desk", DeviceClass.BRIDGE),
        device("stranger", DeviceClass.PHONE, owner=id16("stranger")),
    ]
    devices = [*pads, phone, *others]
    messages, last_hash = [], bytes(32)
    for n in range(chance.randrange(2, 9)):
        by = chance.choice([pads[0]] * 4 + [phone] * 4 + devices)
        early = n < 3 or chance.random() < 0.2
        event_type = EventType.CHECK_IN if early else EventType.CHECK_OUT
        if chance.random() < 0.15:
            event_type = EventType.CONFIRMATION
        if chance.random() < 0.1:
            by.reboot(NOW * 1000)
        if chance.random() < 0.08:
            by.emit(EventType.DEVICE_STATUS, NOW * 1000)  # lost
        event = by.next_event(
            event_type,
            1000 * (NOW + n * 600 + chance.randrange(60)),
            task=chance.choice([TASKS[0]] * 9 + [TASKS[1]]),
            actor=id16("resident") if event_type is EventType.CONFIRMATION else id16("volunteer"),
            place=id16("place") if chance.random() < 0.97 else id16("elsewhere"),
            clock_class=chance.choice([3, 3, 3, 2, 1, 0]),
            clock_uncertainty_seconds=chance.randrange(5),
            measurements={1: chance.choice([1, 1, 1, 9]), 3: chance.choice([1, 1, 1, 1, 0])},
            refs=(last_hash,) if chance.random() < 0.8 else (),
            location=chance.choice(
                [None, Location(cell=1, accuracy_m=1, distance_m=chance.choice([10, 150, 151]))]
            ),
            **({"mono_ms": None} if chance.random() < 0.1 else {}),
        )
        emitted = by.sign(event)
        messages.append(emitted.message)
        if chance.random() > 0.04:  # else the next event of this device has the same number
            by.seq, by.prev = event.seq + 1, emitted.event_hash
        if by in pads:
            last_hash = emitted.event_hash
    places = {commitment("place"): id16("place")}
    if chance.random() < 0.8:
        places[commitment("resident")] = id16("place")
    late = chance.choice([0] * 9 + [8 * 24 * 3600])
    return {
        "task": {
            "task": "0x" + TASKS[0].hex(), "service": 3, "min_minutes": chance.choice([0, 5]),
            "authorised_minutes": chance.choice([30, 90]), "beneficiary": "0x" + commitment("resident").hex(),
            "volunteer": "0x" + id16("volunteer").hex(),
        },
        "places": {"0x" + c.hex(): "0x" + p.hex() for c, p in places.items()},
        "devices": [record_json(one.record) for one in devices],
        "leaves": ["0x" + message.hex() for message in messages],
        "anchors": [{"size": len(messages), "block_number": 10, "time_seconds": NOW + 3 * 3600 + late}],
    }  # fmt: skip


async def test_the_auditor_agrees_on_random_visits(config: IotConfig, tmp_path_factory: Any) -> None:
    chance, held, levels = random.Random(5), 0, set()
    for n in range(RANDOM_VISITS):
        case = random_case(chance)
        folder = tmp_path_factory.mktemp(f"visit{n}")
        ours = await our_word(case, replace(config, database_url=f"sqlite:///{folder}/events.db"))
        compare(ours, auditors_word(case))
        held += bool(ours[2])
        levels |= set() if ours[2] else {ours[1]}
    assert 10 < held < RANDOM_VISITS - 10
    assert levels >= {1, 2}
