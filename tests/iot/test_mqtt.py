"""Events over MQTT 5, through the embedded broker and through Mosquitto."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import aiomqtt
import cbor2
import pytest
from sqlalchemy.exc import SQLAlchemyError

from iot.broker.broker import Broker
from iot.broker.packets import Reason
from iot.errors import MqttSettingsError
from iot.event.event import EventType
from iot.event.message import message_hash
from iot.ingest import mqtt
from iot.ingest.receipts import Outcome
from iot.ingest.topics import ack_topic, events_topic
from tests.iot.mqtt_client import RawClient, publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from iot.simulator.device import EmittedEvent, SimulatedDevice

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")


@pytest.fixture(params=["embedded", "mosquitto"])
async def broker_port(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[int]:
    if request.param == "embedded":
        async with Broker() as broker:
            yield broker.port
        return
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed")
    with mosquitto(MOSQUITTO, tmp_path) as port:
        yield port


@contextmanager
def mosquitto(program: str, folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([program, "-c", str(settings)], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for_port(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"nothing listens on {port}")


@asynccontextmanager
async def listening(ingest: Ingest, port: int) -> AsyncIterator[None]:
    task = asyncio.create_task(mqtt.run(ingest, mqtt.MqttConfig(host="127.0.0.1", port=port)))
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def send(port: int, events: list[EmittedEvent]) -> list[dict[int, Any]]:
    """Publishes events as a device does, again until each is acknowledged; returns the acknowledgements in their order."""
    acks: dict[bytes, dict[int, Any]] = {}
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V5) as client:
        for device in {one.device for one in events}:
            await client.subscribe(ack_topic(device.hex()), qos=1)

        async def hear() -> None:
            async for message in client.messages:
                ack = cbor2.loads(message.payload)
                acks[ack[1]] = ack
                if len(acks) == len(events):
                    return

        hearing = asyncio.create_task(hear())
        try:
            async with asyncio.timeout(20):
                while not hearing.done():
                    await asyncio.gather(
                        *(
                            client.publish(events_topic(one.device), one.message, qos=1)
                            for one in events
                            if message_hash(one.message) not in acks
                        )
                    )
                    await asyncio.wait([hearing], timeout=0.5)
        finally:
            hearing.cancel()
    return [acks[message_hash(one.message)] for one in events]


async def test_an_event_is_acknowledged_on_the_devices_topic_once_it_is_in_the_log(
    broker_port: int, ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int
) -> None:
    events = [pad.emit(EventType.DEVICE_STATUS, now_ms + i, measurements={1: i}) for i in range(20)]
    async with listening(ingest, broker_port):
        acks = await send(broker_port, events)
    assert all(ack[2] in (Outcome.ACCEPTED, Outcome.DUPLICATE) and ack[3] == 1 for ack in acks)
    with store.log() as log:
        assert sorted(log.entries(0, 100)) == sorted(one.message for one in events)


async def test_a_device_that_is_not_enrolled_must_keep_its_event(
    broker_port: int, ingest: Ingest, pad: SimulatedDevice, now_ms: int
) -> None:
    stranger = pad.twin("stranger").emit(EventType.DEVICE_STATUS, now_ms)
    async with listening(ingest, broker_port):
        acks = await send(broker_port, [stranger])
    assert acks[0] == {1: message_hash(stranger.message), 2: Outcome.PARKED, 3: 0, 4: "E_KID_UNKNOWN"}


async def test_an_event_that_could_not_be_committed_stays_the_brokers_or_the_devices(
    broker_port: int, ingest: Ingest, store: EventStore, pad: SimulatedDevice, now_ms: int,
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    def fails(*_: Any, **__: Any) -> None:
        tried.set()
        raise SQLAlchemyError("the disk is full")

    tried = threading.Event()
    event = pad.emit(EventType.DEVICE_STATUS, now_ms)
    with monkeypatch.context() as broken:
        broken.setattr("iot.log.store.append", fails)
        async with listening(ingest, broker_port):
            sender = await RawClient.connected(broker_port, "device")
            await asyncio.sleep(0.5)  # the ingest subscribes
            sender.send(publish(events_topic(pad.id), 1, event.message))
            await asyncio.to_thread(tried.wait, 5)
            reason = (await sender.packet())[4:5]
    is_embedded = request.node.callspec.params["broker_port"] == "embedded"
    # The embedded broker keeps nothing and says so; Mosquitto took the event over and gives it to the next ingest.
    assert reason == (bytes([Reason.UNSPECIFIED]) if is_embedded else b"")
    async with listening(ingest, broker_port), asyncio.timeout(10):
        while not entries(store):
            if is_embedded:
                sender.send(publish(events_topic(pad.id), 2, event.message))
            await asyncio.sleep(0.2)
    assert entries(store) == (event.message,)
    await sender.close()


async def test_an_ingest_that_is_ended_while_it_fails_ends(
    broker_port: int, ingest: Ingest, pad: SimulatedDevice, now_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (pad.emit(EventType.DEVICE_STATUS, now_ms + number).message for number in range(2))

    async def receive(message: bytes) -> None:
        if message == second:
            raise SQLAlchemyError("the disk is full")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            task.cancel()

    monkeypatch.setattr(ingest, "receive", receive)
    task = asyncio.create_task(mqtt.run(ingest, mqtt.MqttConfig(host="127.0.0.1", port=broker_port)))
    sender = await RawClient.connected(broker_port, "device")
    await asyncio.sleep(0.5)  # the ingest subscribes
    for number, message in enumerate((first, second), 1):
        sender.send(publish(events_topic(pad.id), number, message))
    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()
    await sender.close()


def entries(store: EventStore) -> tuple[bytes, ...]:
    with store.log() as log:
        return log.entries(0, 10)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://broker", mqtt.MqttConfig(host="broker", port=1883)),
        (
            "mqtts://u:p%40s%2Fs@broker",
            mqtt.MqttConfig(host="broker", port=8883, username="u", password="p@s/s", tls=True),
        ),
        ("mqtt://127.0.0.1:8642", mqtt.MqttConfig(host="127.0.0.1", port=8642)),
    ],
)
def test_the_brokers_address_is_read_from_a_url(url: str, expected: mqtt.MqttConfig) -> None:
    assert mqtt.MqttConfig.from_url(url) == expected


@pytest.mark.parametrize("url", ["http://broker", "mqtt://", "broker:1883"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(MqttSettingsError):
        mqtt.MqttConfig.from_url(url)
