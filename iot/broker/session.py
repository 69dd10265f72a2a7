"""One client's connection to the embedded broker."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from iot.broker.packets import (
    MAX_PACKET_BYTES,
    PROTOCOL_VERSION,
    Cursor,
    Packet,
    PacketType,
    Property,
    Reason,
    encode_packet,
    encode_properties,
    encode_text,
    read_packet,
)
from iot.broker.topics import is_filter, is_topic
from iot.errors import MqttProtocolError

if TYPE_CHECKING:
    from iot.broker.clients import Clients

CONNECT_SECONDS = 10
IDLE_SECONDS = 600
RECEIVE_MAXIMUM = 256
MAX_FILTERS = 100
MAX_UNREAD_BYTES = 1 << 20
NO_PROPERTIES = b"\x00"
WILL_FLAG, USER_FLAG, PASSWORD_FLAG = 0x04, 0x80, 0x40


class Session:
    """A connected client.

    Args:
        clients: Where it belongs.
        reader: From the client.
        writer: To the client.
    """

    def __init__(self, clients: Clients, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.client_id = ""
        self.filters: dict[str, int] = {}
        self._clients = clients
        self._reader = reader
        self._writer = writer
        self._timeout_seconds: float = CONNECT_SECONDS
        self._slots = asyncio.Semaphore(RECEIVE_MAXIMUM)
        self._in_flight: dict[int, asyncio.Future[bool]] = {}
        self._next_id = 0
        # What this client published and must be acknowledged, in its order, because PUBACKs keep the order (§4.6).
        self._pending_pubacks: asyncio.Queue[tuple[int, list[asyncio.Future[bool]]]] = asyncio.Queue(
            RECEIVE_MAXIMUM
        )

    async def run(self) -> None:
        """Serves the client until it leaves.

        Raises:
            MqttProtocolError: It broke the protocol.
            TimeoutError: It was silent for too long.
        """
        await self._connect(await self._read())
        acknowledging = asyncio.create_task(self._acknowledge())
        try:
            while await self._handle(await self._read()):
                pass
        finally:
            acknowledging.cancel()

    def close(self, reason: Reason) -> None:
        """Tells the client why it must go, and closes."""
        self._send(encode_packet(PacketType.DISCONNECT, bytes([reason]), NO_PROPERTIES))
        self._writer.close()

    def abandon(self) -> None:
        """Gives up on what this client has not acknowledged."""
        for ack in self._in_flight.values():
            ack.set_result(False)
            self._slots.release()
        self._in_flight.clear()

    async def deliver(self, topic: str, payload: bytes, qos: int) -> asyncio.Future[bool] | None:
        """Sends a message to this client.

        Returns:
            At QoS 1, what becomes True when the client acknowledges it, False if it leaves before; at QoS 0 None.
        """
        if qos == 0:
            # A client that does not read loses QoS 0 messages rather than the broker its memory.
            if self._writer.transport.get_write_buffer_size() < MAX_UNREAD_BYTES:
                self._send(encode_packet(PacketType.PUBLISH, encode_text(topic), NO_PROPERTIES, payload))
            return None
        await self._slots.acquire()
        number, ack = self._new_id(), asyncio.get_running_loop().create_future()
        if self._writer.is_closing():
            self._slots.release()
            ack.set_result(False)
            return ack
        self._in_flight[number] = ack
        head = encode_text(topic) + number.to_bytes(2, "big")
        self._send(encode_packet(PacketType.PUBLISH, head, NO_PROPERTIES, payload, flags=0b0010))
        return ack

    async def _read(self) -> Packet:
        async with asyncio.timeout(self._timeout_seconds):
            return await read_packet(self._reader)

    async def _connect(self, packet: Packet) -> None:
        if packet.type is not PacketType.CONNECT:
            raise MqttProtocolError(Reason.PROTOCOL_ERROR, f"expected CONNECT, got {packet.type.name}")
        cursor = Cursor(packet.body)
        if (cursor.text(), cursor.uint(1)) != ("MQTT", PROTOCOL_VERSION):
            self._send(
                encode_packet(PacketType.CONNACK, bytes([0, Reason.UNSUPPORTED_VERSION]), NO_PROPERTIES)
            )
            raise MqttProtocolError(Reason.UNSUPPORTED_VERSION, "expected MQTT 5, got another version")
        flags, keep_alive_seconds = cursor.uint(1), cursor.uint(2)
        self._slots = asyncio.Semaphore(
            min(RECEIVE_MAXIMUM, cursor.properties().get(Property.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM))
        )
        if flags & WILL_FLAG:
            self._send(encode_packet(PacketType.CONNACK, bytes([0, Reason.NOT_ACCEPTED]), NO_PROPERTIES))
            raise MqttProtocolError(Reason.NOT_ACCEPTED, "expected no will, got one")
        self.client_id = cursor.text() or secrets.token_hex(8)
        self._timeout_seconds = 1.5 * keep_alive_seconds if keep_alive_seconds else IDLE_SECONDS
        self._clients.join(self)
        limits = {
            Property.RECEIVE_MAXIMUM: RECEIVE_MAXIMUM,
            Property.MAXIMUM_QOS: 1,
            Property.RETAIN_AVAILABLE: 0,
            Property.MAXIMUM_PACKET_SIZE: MAX_PACKET_BYTES,
            Property.SHARED_SUBSCRIPTIONS: 0,
        }
        self._send(encode_packet(PacketType.CONNACK, bytes([0, Reason.SUCCESS]), encode_properties(limits)))

    async def _handle(self, packet: Packet) -> bool:
        """Answers one packet; False if the client leaves."""
        match packet.type:
            case PacketType.PUBLISH:
                await self._publish(packet)
            case PacketType.PUBACK:
                self._puback(Cursor(packet.body))
            case PacketType.SUBSCRIBE:
                self._subscribe(Cursor(packet.body))
            case PacketType.UNSUBSCRIBE:
                self._unsubscribe(Cursor(packet.body))
            case PacketType.PINGREQ:
                self._send(encode_packet(PacketType.PINGRESP))
            case PacketType.DISCONNECT:
                return False
            case _:
                raise MqttProtocolError(Reason.PROTOCOL_ERROR, f"expected no {packet.type.name}, got one")
        return True

    async def _publish(self, packet: Packet) -> None:
        qos = packet.flags >> 1 & 3
        if qos > 1:
            raise MqttProtocolError(Reason.QOS_NOT_SUPPORTED, f"expected QoS 0 or 1, got {qos}")
        if packet.flags & 1:
            raise MqttProtocolError(Reason.RETAIN_NOT_SUPPORTED, "expected a message not to retain, got one")
        cursor = Cursor(packet.body)
        topic = cursor.text()
        number = cursor.uint(2) if qos else 0
        if Property.TOPIC_ALIAS in cursor.properties():
            raise MqttProtocolError(Reason.TOPIC_ALIAS_INVALID, "expected a topic in full, got an alias")
        if not is_topic(topic):
            raise MqttProtocolError(Reason.TOPIC_NAME_INVALID, f"expected a topic name, got {topic!r}")
        payload, acks = cursor.rest(), []
        for session, granted_qos in self._clients.subscribers(topic).items():
            acks.append(await session.deliver(topic, payload, min(qos, granted_qos)))
        if qos:
            await self._pending_pubacks.put((number, [ack for ack in acks if ack is not None]))

    async def _acknowledge(self) -> None:
        """Sends PUBACKs in the order of the messages, each when its subscribers have it."""
        while True:
            number, pending = await self._pending_pubacks.get()
            acks = [await ack for ack in pending]
            reason = Reason.SUCCESS if all(acks) else Reason.UNSPECIFIED
            if not acks:
                reason = Reason.NO_MATCHING_SUBSCRIBERS
            self._send(
                encode_packet(PacketType.PUBACK, number.to_bytes(2, "big"), bytes([reason]), NO_PROPERTIES)
            )

    def _puback(self, cursor: Cursor) -> None:
        ack = self._in_flight.pop(cursor.uint(2), None)
        if ack is None:
            raise MqttProtocolError(
                Reason.PROTOCOL_ERROR, "expected PUBACK of a message in flight, got another"
            )
        reason = Reason.SUCCESS if cursor.is_at_end else cursor.uint(1)
        ack.set_result(reason < Reason.UNSPECIFIED)
        self._slots.release()

    def _subscribe(self, cursor: Cursor) -> None:
        number, reasons = cursor.take(2), []
        cursor.properties()
        while not cursor.is_at_end:
            topic_filter, qos = cursor.text(), cursor.uint(1) & 3
            if is_filter(topic_filter) and len(self.filters) < MAX_FILTERS:
                self._clients.subscribe(self, topic_filter, min(qos, 1))
                reasons.append(min(qos, 1))
            else:
                reasons.append(int(Reason.TOPIC_FILTER_INVALID))
        self._send(encode_packet(PacketType.SUBACK, number, NO_PROPERTIES, bytes(reasons)))

    def _unsubscribe(self, cursor: Cursor) -> None:
        number, reasons = cursor.take(2), []
        cursor.properties()
        while not cursor.is_at_end:
            known = self._clients.unsubscribe(self, cursor.text())
            reasons.append(int(Reason.SUCCESS if known else Reason.NO_SUBSCRIPTION_EXISTED))
        self._send(encode_packet(PacketType.UNSUBACK, number, NO_PROPERTIES, bytes(reasons)))

    def _send(self, packet: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(packet)

    def _new_id(self) -> int:
        while True:
            self._next_id = self._next_id % 65535 + 1
            if self._next_id not in self._in_flight:
                return self._next_id
