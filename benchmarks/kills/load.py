"""The load on a town: commands through the portal, events over HTTPS and MQTT; each is sent until somebody answers for it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiomqtt
import cbor2
import httpx2
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from iot.ingest.topics import ack_topic, events_topic
from wallets.intents import OpenTask

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from benchmarks.kills.town import Town
    from iot.simulator.device import EmittedEvent, SimulatedDevice

COMMAND_SECONDS, EVENT_SECONDS = 1.0, 1.5
RETRY_SECONDS, POLL_SECONDS = 0.3, 0.5
# More would load the town with questions about them, and not with work.
MOST_UNDER_WAY = 6
RESEND_SECONDS = 3.0
PRESENTED = {"content-type": "application/cose"}
COMMAND, HTTPS, MQTT = "command", "event over HTTPS", "event over MQTT"


@dataclass(kw_only=True)
class Sent:
    """Something that was sent.

    Attributes:
        kind: `COMMAND`, `HTTPS` or `MQTT`.
        id: Task of a command, hash of an event.
        began: When it was first sent, by the machine's steady clock.
        acknowledged: When it was acknowledged; None before.
        visible: When it was final in the mirror, or acknowledged if it is an event; None before.
        refused: Why it was refused, which no command of the load should be.
    """

    kind: str
    id: bytes
    began: float = field(default_factory=time.monotonic)
    acknowledged: float | None = None
    visible: float | None = None
    refused: str = ""


class Load:
    """Sends at a steady rate until it is stopped.

    Attributes:
        sent: All that was sent.
    """

    def __init__(self, town: Town) -> None:
        self._town, self._domain = town, town.domain
        self.sent: list[Sent] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._open: set[asyncio.Task[None]] = set()
        self._waits: dict[bytes, asyncio.Event] = {}

    def start(self) -> None:
        """Begins."""
        half = len(self._town.devices) // 2
        self._http = httpx2.AsyncClient(base_url=self._town.url, timeout=10)
        work: list[Coroutine[None, None, None]] = [self._command_for_ever()]
        work += [self._https_for_ever(device) for device in self._town.devices[:half]]
        work += [self._mqtt_for_ever(device) for device in self._town.devices[half:]]
        self._tasks = [asyncio.create_task(one) for one in work]

    async def stop(self, patience_seconds: float) -> None:
        """Sends nothing new, waits for what is under way, and ends."""
        self._tasks[0].cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=patience_seconds)
        for task in [*self._tasks, *self._open]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._open, return_exceptions=True)
        await self._http.aclose()

    def recovered(self, kind: str, since: float) -> float | None:
        """Seconds from a moment until something that was first sent after it was there; None if nothing is yet."""
        times = [s.visible for s in self.sent if s.kind == kind and s.began >= since and s.visible]
        return min(times) - since if times else None

    async def _command_for_ever(self) -> None:
        while True:
            if len(self._open) < MOST_UNDER_WAY:
                task = asyncio.create_task(self._command())
                self._open.add(task)
                task.add_done_callback(self._open.discard)
            await asyncio.sleep(COMMAND_SECONDS)

    async def _command(self) -> None:
        """A coordinator's intent to open a task, in a lane of its own."""
        sent = Sent(kind=COMMAND, id=secrets.token_bytes(16))
        self.sent.append(sent)
        intent = OpenTask(
            task=sent.id, fund=1, service=1, authorised_minutes=60, beneficiary=b"b" * 32, expires_at=int(time.time()) + 86_400,
            nonce=int.from_bytes(sent.id, "big") << 64, deadline=int(time.time()) + 86_400,
        )  # fmt: skip
        signature = self._town.coordinator.sign_intent(intent, self._domain).signature
        body = {"typed_data": intent.typed_data(self._domain), "signatures": ["0x" + signature.hex()]}
        command = ""
        while not command:
            with contextlib.suppress(httpx2.HTTPError, ValueError):
                answer = await self._http.post("/v1/intents", json=body)
                command = answer.json()["id"] if answer.status_code == 202 else ""
                sent.refused = "" if command else f"{answer.status_code} {answer.text:.200}"
            await asyncio.sleep(0 if command else RETRY_SECONDS)
        sent.acknowledged = time.monotonic()
        while sent.visible is None and not sent.refused:
            await asyncio.sleep(POLL_SECONDS)
            with contextlib.suppress(httpx2.HTTPError, ValueError):
                found = (await self._http.get(f"/v1/commands/{command}")).json()
                sent.visible = time.monotonic() if found.get("status") == "final" else None
                sent.refused = str(found.get("refusal")) if found.get("status") == "refused" else ""

    async def _https_for_ever(self, device: SimulatedDevice) -> None:
        while True:
            sent, event = self._event(HTTPS, device)
            while sent.acknowledged is None:
                with contextlib.suppress(httpx2.HTTPError, ValueError, KeyError):
                    answer = await self._http.post("/v1/events", content=event.message, headers=PRESENTED)
                    if answer.is_success and answer.json()["receipts"][0]["may_forget"]:
                        sent.acknowledged = sent.visible = time.monotonic()
                        continue
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(EVENT_SECONDS)

    async def _mqtt_for_ever(self, device: SimulatedDevice) -> None:
        """Publishes, and hears what became of it on a topic of its own; connects again whenever it is cut off."""
        sent, event = self._event(MQTT, device)
        name = device.id.hex()
        lasting = Properties(PacketTypes.CONNECT)
        lasting.SessionExpiryInterval = 3600
        while True:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                async with aiomqtt.Client(
                    "127.0.0.1", self._town.port + 2, identifier=name, protocol=aiomqtt.ProtocolVersion.V5, clean_start=False,
                    properties=lasting, timeout=5,
                ) as client:  # fmt: skip
                    await client.subscribe(ack_topic(name), qos=1)
                    while True:
                        await client.publish(events_topic(device.id), event.message, qos=1)
                        if await _heard(client, event):
                            sent.acknowledged = sent.visible = time.monotonic()
                            await asyncio.sleep(EVENT_SECONDS)
                            sent, event = self._event(MQTT, device)
            await asyncio.sleep(RETRY_SECONDS)

    def _event(self, kind: str, device: SimulatedDevice) -> tuple[Sent, EmittedEvent]:
        from iot.event.event import EventType

        event = device.emit(EventType.DEVICE_STATUS, int(time.time() * 1000))
        sent = Sent(kind=kind, id=event.event_hash)
        self.sent.append(sent)
        return sent, event


async def _heard(client: aiomqtt.Client, event: EmittedEvent) -> bool:
    """Whether the acknowledgement of an event comes before it is time to send it again."""
    digest = hashlib.sha256(event.message).digest()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(RESEND_SECONDS):
            async for message in client.messages:
                ack = cbor2.loads(bytes(message.payload))
                if ack[1] == digest:
                    return bool(ack[3])
    return False
