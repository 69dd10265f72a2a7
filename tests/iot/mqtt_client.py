"""An MQTT 5 client that sends what it likes, right or wrong."""

from __future__ import annotations

import asyncio

from iot.broker.packets import PacketType, Reason, encode_packet, encode_text

CONNECT_HEAD = encode_text("MQTT") + b"\x05\x02\x00\x3c\x00"


class RawClient:
    """A client that sends what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> RawClient:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @classmethod
    async def connected(cls, port: int, name: str = "raw") -> RawClient:
        client = await cls.open(port)
        client.send(encode_packet(PacketType.CONNECT, CONNECT_HEAD, encode_text(name)))
        packet = await client.packet()
        assert (packet[0] >> 4, packet[2], packet[3]) == (PacketType.CONNACK, 0, Reason.SUCCESS)
        return client

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def packet(self) -> bytes:
        """The next packet; none if the broker closed the connection."""
        async with asyncio.timeout(5):
            try:
                head = await self.reader.readexactly(2)
                return head + await self.reader.readexactly(head[1])
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""

    async def reason_of_goodbye(self) -> int:
        packet = await self.packet()
        assert packet[0] >> 4 == PacketType.DISCONNECT
        assert await self.packet() == b""
        return packet[2]

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


def publish(
    topic: str, number: int, payload: bytes = b"x", flags: int = 2, properties: bytes = b"\x00"
) -> bytes:
    parts = encode_text(topic), number.to_bytes(2, "big") if flags & 6 else b"", properties, payload
    return encode_packet(PacketType.PUBLISH, *parts, flags=flags)


def subscribe(topic_filter: str, qos: int = 1) -> bytes:
    parts = b"\x00\x01\x00", encode_text(topic_filter), bytes([qos])
    return encode_packet(PacketType.SUBSCRIBE, *parts, flags=2)
