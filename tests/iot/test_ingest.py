"""What comes in: every condition of docs/service-events.md §4."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from contracts.enums import Algorithm, DeviceClass
from iot.codes import CONFLICTS, Code
from iot.directory import DeviceRecord, Revocation
from iot.event.cbor import dump_canonical
from iot.event.event import EventType, encode
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore
from iot.log.tables import conflicts, parked, refused
from iot.simulator.device import SimulatedDevice
from iot.simulator.faults import MESSAGE_FAULTS, faulty_messages
from tests.iot.town import DOMAIN, NOW, OTHER_DOMAIN

if TYPE_CHECKING:
    from iot.config import IotConfig
    from tests.iot.town import Clock, MemoryDirectory

# Outcome of the last message of each fault, and whether the device may forget it.
EXPECTED = {
    Code.E_SIZE: (Outcome.REFUSED, True),
    Code.E_CBOR: (Outcome.REFUSED, True),
    Code.E_NONCANONICAL: (Outcome.REFUSED, True),
    Code.E_VERSION: (Outcome.PARKED, False),
    Code.E_KID_UNKNOWN: (Outcome.PARKED, False),
    Code.E_SIG: (Outcome.REFUSED, True),
    Code.E_AAD: (Outcome.REFUSED, True),
    Code.E_DUP: (Outcome.DUPLICATE, True),
    Code.E_EQUIVOCATION: (Outcome.ACCEPTED, True),
    Code.E_CHAIN_GAP: (Outcome.ACCEPTED, True),
    Code.E_CHAIN_FORK: (Outcome.ACCEPTED, True),
    Code.E_BOOT_BACK: (Outcome.ACCEPTED, True),
    Code.E_CLOCK_FUTURE: (Outcome.ACCEPTED, True),
    Code.E_LATE: (Outcome.ACCEPTED, True),
    Code.E_RATE: (Outcome.REFUSED, False),
}


def size_of(store: EventStore) -> int:
    with store.log() as log:
        return log.size()


@pytest.mark.parametrize("fault", sorted(MESSAGE_FAULTS))
async def test_each_fault_yields_its_code_and_outcome(
    fault: Code, ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int
) -> None:
    before = await ingest.receive(pad.emit(EventType.DEVICE_STATUS, now_ms - 1000).message)
    assert (before.outcome, before.codes) == (Outcome.ACCEPTED, ())
    messages = faulty_messages(fault, pad, now_ms, OTHER_DOMAIN)
    receipts = [await ingest.receive(message) for message in messages]
    assert fault in receipts[-1].codes
    assert (receipts[-1].outcome, receipts[-1].may_forget) == EXPECTED[fault]
    entered = {r.index for r in (before, *receipts) if r.index is not None}
    assert entered == set(range(size_of(store)))
    with store.reading() as connection:
        kept = set(connection.execute(select(refused.c.code)).scalars())
        waiting = set(connection.execute(select(parked.c.code)).scalars())
        noted = set(connection.execute(select(conflicts.c.code)).scalars())
    is_kept = EXPECTED[fault] == (Outcome.REFUSED, True)
    assert kept == ({fault.value} if is_kept else set())
    assert waiting == ({fault.value} if EXPECTED[fault][0] is Outcome.PARKED else set())
    assert noted == ({fault.value} if fault in CONFLICTS else set())


async def test_the_same_faults_in_one_batch_yield_the_same(
    ingest: Ingest, pad: SimulatedDevice, directory: MemoryDirectory, now_ms: int
) -> None:
    for fault in (Code.E_DUP, Code.E_EQUIVOCATION, Code.E_CHAIN_GAP, Code.E_CHAIN_FORK, Code.E_BOOT_BACK):
        device = SimulatedDevice(fault.value, DOMAIN, DeviceClass.METER)
        directory.enrol(device)
        first = device.emit(EventType.DEVICE_STATUS, now_ms).message
        receipts = await ingest.receive_many(
            [first, *faulty_messages(fault, device, now_ms + 1, OTHER_DOMAIN)]
        )
        assert receipts[0].codes == ()
        assert fault in receipts[-1].codes


async def test_the_same_event_signed_again_is_a_duplicate(
    ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int
) -> None:
    event = pad.next_event(EventType.DEVICE_STATUS, now_ms)
    one, other = pad.sign(event), pad.sign(event)
    assert one.message != other.message
    receipts = [await ingest.receive(m) for m in (one.message, other.message)]
    assert [r.outcome for r in receipts] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert receipts[1].index == receipts[0].index == 0
    assert size_of(store) == 1


async def test_a_revoked_device_is_refused_whatever_its_time(
    ingest: Ingest, directory: MemoryDirectory, pad: SimulatedDevice, now_ms: int
) -> None:
    revocation = Revocation(compromised_from_seconds=NOW + 100, block_number=9)
    directory.devices[pad.id] = replace(pad.record, revocation=revocation)
    receipt = await ingest.receive(pad.emit(EventType.DEVICE_STATUS, now_ms).message)
    assert (receipt.outcome, receipt.codes, receipt.may_forget) == (Outcome.REFUSED, (Code.E_REVOKED,), True)


@pytest.mark.parametrize("seconds", [-1, 60])
async def test_an_event_outside_the_keys_validity_is_refused(
    seconds: int, ingest: Ingest, directory: MemoryDirectory
) -> None:
    meter = SimulatedDevice(
        "meter", DOMAIN, DeviceClass.METER, valid_from_seconds=NOW, valid_until_seconds=NOW + 60
    )
    directory.enrol(meter)
    receipt = await ingest.receive(meter.emit(EventType.DEVICE_STATUS, 1000 * (NOW + seconds)).message)
    assert receipt.codes == (Code.E_KEY_EXPIRED,)
    inside = await ingest.receive(meter.emit(EventType.DEVICE_STATUS, 1000 * NOW + 59_999).message)
    assert inside.outcome is Outcome.ACCEPTED


async def test_after_a_key_change_the_old_key_is_a_forgery(
    ingest: Ingest, directory: MemoryDirectory, now_ms: int
) -> None:
    old = SimulatedDevice("meter", DOMAIN, DeviceClass.METER)
    new = SimulatedDevice("meter", DOMAIN, DeviceClass.METER, algorithm=Algorithm.ED25519)
    new.enrolment = replace(new.enrolment, valid_from_seconds=NOW)
    assert old.id == new.id
    directory.devices[old.id] = DeviceRecord(device=old.id, enrolments=(old.enrolment, new.enrolment))
    before = await ingest.receive(old.emit(EventType.DEVICE_STATUS, now_ms - 1).message)
    stale = await ingest.receive(old.emit(EventType.DEVICE_STATUS, now_ms).message)
    new.seq, new.prev = 1, before.event_hash
    after = await ingest.receive(new.emit(EventType.DEVICE_STATUS, now_ms).message)
    assert before.outcome is Outcome.ACCEPTED
    assert stale.codes == (Code.E_SIG,)
    assert (after.outcome, after.codes) == (Outcome.ACCEPTED, ())


async def test_a_device_cannot_sign_for_another_one(
    ingest: Ingest, directory: MemoryDirectory, pad: SimulatedDevice, now_ms: int
) -> None:
    other = pad.twin("other")
    directory.enrol(other)
    payload = encode(pad.next_event(EventType.DEVICE_STATUS, now_ms))
    assert (await ingest.receive(other.sign_payload(payload))).codes == (Code.E_CBOR,)


async def test_a_header_that_names_another_algorithm_than_the_enrolments_is_refused(
    ingest: Ingest, directory: MemoryDirectory, now_ms: int
) -> None:
    meter = SimulatedDevice("meter", DOMAIN, DeviceClass.METER, algorithm=Algorithm.ED25519)
    directory.enrol(meter)
    assert isinstance(meter.key, Ed25519PrivateKey)
    payload = encode(meter.next_event(EventType.DEVICE_STATUS, now_ms))
    protected = dump_canonical({1: -9, 4: meter.id})  # ESP256, but signed by Ed25519
    signed = cbor2.dumps(["Signature1", protected, DOMAIN.external_data(), payload])
    message = b"\xd2" + dump_canonical([protected, {}, payload, meter.key.sign(signed)])
    assert (await ingest.receive(message)).codes == (Code.E_SIG,)


async def test_a_parked_event_is_taken_up_when_its_device_is_enrolled(
    ingest: Ingest, store: EventStore, directory: MemoryDirectory, now_ms: int
) -> None:
    meter = SimulatedDevice("new meter", DOMAIN, DeviceClass.METER)
    message = meter.emit(EventType.DEVICE_STATUS, now_ms).message
    assert (await ingest.receive(message)).outcome is Outcome.PARKED
    assert [r.outcome for r in await ingest.retry_parked()] == [Outcome.PARKED]
    directory.enrol(meter)
    assert [r.outcome for r in await ingest.retry_parked()] == [Outcome.ACCEPTED]
    assert await ingest.retry_parked() == []
    assert size_of(store) == 1


async def test_what_was_kept_long_enough_is_deleted(
    ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int, config: IotConfig
) -> None:
    await ingest.receive(b"\x00")
    await ingest.receive(pad.twin("unknown").emit(EventType.DEVICE_STATUS, now_ms).message)

    def kept() -> tuple[int, int]:
        with store.reading() as connection:
            return len(connection.execute(select(refused)).all()), len(
                connection.execute(select(parked)).all()
            )

    store.purge(NOW + config.parked_seconds)
    assert kept() == (1, 1)
    store.purge(NOW + config.parked_seconds + 1)
    assert kept() == (1, 0)
    store.purge(NOW + config.refused_seconds + 1)
    assert kept() == (0, 0)


async def test_no_more_is_parked_than_there_is_room_and_the_oldest_refused_go_first(
    directory: MemoryDirectory, config: IotConfig, clock: Clock, pad: SimulatedDevice, now_ms: int
) -> None:
    small = replace(config, parked_rows=2, refused_rows=2)
    store = EventStore.open(small)
    ingest = Ingest(store, directory, small, clock=clock)
    for n in range(4):
        clock.now = NOW + n
        await ingest.receive(pad.twin(str(n)).emit(EventType.DEVICE_STATUS, now_ms).message)
        await ingest.receive(bytes([n]))
    store.purge(NOW)
    with store.reading() as connection:
        assert len(connection.execute(select(parked)).all()) == 2
        assert set(connection.execute(select(refused.c.message)).scalars()) == {b"\x02", b"\x03"}
    store.close()


async def test_the_rate_refills_with_time(
    ingest: Ingest, pad: SimulatedDevice, clock: Clock, now_ms: int
) -> None:
    messages = [pad.emit(EventType.DEVICE_STATUS, now_ms + n).message for n in range(62)]
    receipts = await ingest.receive_many(messages)
    assert [r.codes for r in receipts[59:]] == [(), (Code.E_RATE,), (Code.E_RATE,)]
    clock.now += 1
    again = await ingest.receive_many(messages[60:])
    assert [r.codes for r in again] == [(), (Code.E_RATE,)]


async def test_when_the_database_fails_nothing_is_acknowledged_and_the_next_try_works(
    ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [pad.emit(EventType.DEVICE_STATUS, now_ms + n).message for n in range(3)]
    with monkeypatch.context() as broken:
        broken.setattr("iot.log.store.append", _fail_after_writing)
        results = await asyncio.gather(*(ingest.receive(m) for m in messages), return_exceptions=True)
    assert all(isinstance(r, SQLAlchemyError) for r in results)
    assert size_of(store) == 0
    assert [r.outcome for r in await ingest.receive_many(messages)] == [Outcome.ACCEPTED] * 3


def _fail_after_writing(*args: object) -> None:
    from iot.log.append import append

    append(*args)  # type: ignore[arg-type]
    raise SQLAlchemyError("the disk is full")


async def test_two_processes_of_one_town_share_one_log_without_holes(
    database_url: str, config: IotConfig, directory: MemoryDirectory, clock: Clock, now_ms: int
) -> None:
    shared = replace(config, database_url=database_url)
    stores = [EventStore.open(shared) for _ in range(2)]
    ingests = [Ingest(store, directory, shared, clock=clock) for store in stores]
    meters = [SimulatedDevice(f"meter {n}", DOMAIN, DeviceClass.METER) for n in range(40)]
    directory.enrol(*meters)
    sendings = [
        ingests[n % 2].receive(meter.emit(EventType.DEVICE_STATUS, now_ms + n).message)
        for n in range(10)
        for meter in meters
    ]
    receipts = await asyncio.gather(*sendings)
    assert sorted(r.index for r in receipts if r.index is not None) == list(range(400))
    with stores[0].log() as log:
        assert log.size() == 400
    for store in stores:
        store.close()
