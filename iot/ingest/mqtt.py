"""Device events over MQTT 5 (`docs/service-events.md` §9).

The ingest acknowledges a message to the broker (PUBACK) only after the commit, so a killed ingest gets it again. What
the device waits for is the acknowledgement on its own topic: a broker's PUBACK says only that the broker has the event.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from iot.errors import MqttSettingsError
from iot.event.cbor import dump_canonical
from iot.ingest.topics import EVENTS_FILTER, ack_topic, device_part

if TYPE_CHECKING:
    from iot.ingest.ingest import Ingest
    from iot.ingest.receipts import Receipt

log = structlog.get_logger(__name__)

CLIENT_ID = "gongji-ingest"
SESSION_SECONDS = 7 * 24 * 3600
IN_FLIGHT = 1000
RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class MqttConfig:
    """Where the broker is.

    Attributes:
        host: Its name or address.
        port: Its port.
        username: User name, or None.
        password: Password, or None.
        tls: Whether to speak TLS, with the system's certificates.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Reads `mqtt://user:password@host:port` or `mqtts://…`, percent-encoded as in any URL (RFC 3986 §2.1).

        Raises:
            MqttSettingsError: It is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise MqttSettingsError(
                f"expected mqtt://host:port or mqtts://host:port, got scheme {parts.scheme!r}"
            )
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=parts.port or (8883 if tls else 1883),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
        )


def encode_ack(receipt: Receipt) -> bytes:
    """Acknowledgement for the device: CBOR `{1: message hash, 2: outcome, 3: may forget, ? 4: first code}`."""
    ack: dict[int, bytes | int | str] = {
        1: receipt.message_hash, 2: int(receipt.outcome), 3: int(receipt.may_forget),
    }  # fmt: skip
    if receipt.codes:
        ack[4] = receipt.codes[0].value
    return dump_canonical(ack)


async def run(ingest: Ingest, config: MqttConfig) -> None:
    """Takes in events from a broker for ever; connects again when the connection or the database fails.

    Args:
        ingest: The way into the log.
        config: Where the broker is.
    """
    failures = 0
    while True:
        try:
            async with _client(config) as client:
                await client.subscribe(EVENTS_FILTER, qos=1)
                log.info("mqtt_connected", host=config.host, port=config.port)
                failures = 0
                await _consume(client, ingest)
        except* Exception as group:  # noqa: BLE001 whatever failed, the broker still has what was not confirmed
            why = "; ".join(str(error) or type(error).__name__ for error in group.exceptions)
            log.warning("mqtt_lost", why=why, again_in_seconds=RETRY_SECONDS[failures])
        # A task group that fails while it is cancelled reports the failure alone.
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError
        await asyncio.sleep(RETRY_SECONDS[failures])
        failures = min(failures + 1, len(RETRY_SECONDS) - 1)


def _paho(client: aiomqtt.Client) -> Any:
    """The client underneath, for acknowledging by hand, which aiomqtt has no word for."""
    return client._client  # noqa: SLF001


def _client(config: MqttConfig) -> aiomqtt.Client:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_SECONDS
    properties.ReceiveMaximum = IN_FLIGHT
    client = aiomqtt.Client(
        config.host,
        config.port,
        username=config.username,
        password=config.password,
        tls_params=aiomqtt.TLSParameters() if config.tls else None,
        identifier=CLIENT_ID,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=properties,
    )
    _paho(client).manual_ack_set(on=True)
    return client


async def _consume(client: aiomqtt.Client, ingest: Ingest) -> None:
    # In the order of arrival, because acknowledgements keep the order; the broker's receive maximum bounds the queue.
    in_flight: asyncio.Queue[tuple[aiomqtt.Message, asyncio.Task[Receipt]]] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(_acknowledge(client, in_flight))
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            in_flight.put_nowait((message, group.create_task(ingest.receive(payload))))


async def _acknowledge(
    client: aiomqtt.Client, in_flight: asyncio.Queue[tuple[aiomqtt.Message, asyncio.Task[Receipt]]]
) -> None:
    while True:
        message, receiving = await in_flight.get()
        receipt = await receiving
        await client.publish(ack_topic(device_part(message.topic.value)), encode_ack(receipt), qos=0)
        _paho(client).ack(message.mid, message.qos)
