"""MQTT 5 packets, as far as the embedded broker speaks it (OASIS MQTT Version 5.0).

Known: CONNECT, CONNACK, PUBLISH at QoS 0 and 1, PUBACK, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP,
DISCONNECT. Everything is bounded; what does not parse raises `MqttProtocolError` with the reason code to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from iot.errors import MqttProtocolError

if TYPE_CHECKING:
    import asyncio

MAX_PACKET_BYTES = 8192
PROTOCOL_VERSION = 5


class PacketType(IntEnum):
    """Control packet types (§2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class Reason(IntEnum):
    """Reason codes (§2.4) that are used here."""

    SUCCESS = 0x00
    GRANTED_QOS_1 = 0x01
    NO_MATCHING_SUBSCRIBERS = 0x10
    NO_SUBSCRIPTION_EXISTED = 0x11
    UNSPECIFIED = 0x80
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    NOT_ACCEPTED = 0x83
    UNSUPPORTED_VERSION = 0x84
    SHUTTING_DOWN = 0x8B
    SESSION_TAKEN_OVER = 0x8E
    TOPIC_FILTER_INVALID = 0x8F
    TOPIC_NAME_INVALID = 0x90
    TOPIC_ALIAS_INVALID = 0x94
    PACKET_TOO_LARGE = 0x95
    QUOTA_EXCEEDED = 0x97
    RETAIN_NOT_SUPPORTED = 0x9A
    QOS_NOT_SUPPORTED = 0x9B


class Property(IntEnum):
    """Properties (§2.2.2.2) that the broker sets or reads."""

    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS = 0x23
    MAXIMUM_QOS = 0x24
    RETAIN_AVAILABLE = 0x25
    MAXIMUM_PACKET_SIZE = 0x27
    SHARED_SUBSCRIPTIONS = 0x2A


# Width in bytes of each property's value; a string or bytes is -1, a pair of strings -2, a variable integer 0.
PROPERTY_WIDTHS = {
    0x01: 1, 0x02: 4, 0x03: -1, 0x08: -1, 0x09: -1, 0x0B: 0, 0x11: 4, 0x12: -1, 0x13: 2, 0x15: -1, 0x16: -1,
    0x17: 1, 0x18: 4, 0x19: 1, 0x1A: -1, 0x1C: -1, 0x1F: -1, 0x21: 2, 0x22: 2, 0x23: 2, 0x24: 1, 0x25: 1,
    0x26: -2, 0x27: 4, 0x28: 1, 0x29: 1, 0x2A: 1,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Packet:
    """One control packet.

    Attributes:
        type: Its type.
        flags: Low four bits of its first byte.
        body: All after the fixed header.
    """

    type: PacketType
    flags: int
    body: bytes


class Cursor:
    """Reads the parts of a packet's body in order."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        """Whether everything was read."""
        return self._at == len(self._body)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise MqttProtocolError(Reason.MALFORMED, f"expected {count} bytes more, got {len(taken)}")
        self._at += count
        return taken

    def rest(self) -> bytes:
        """All that was not read yet."""
        return self.take(len(self._body) - self._at)

    def uint(self, width: int) -> int:
        """A big-endian integer of `width` bytes."""
        return int.from_bytes(self.take(width), "big")

    def varint(self) -> int:
        """A variable byte integer (§1.5.5)."""
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.uint(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise MqttProtocolError(Reason.MALFORMED, "expected an integer of at most 4 bytes, got a longer one")

    def binary(self) -> bytes:
        """Bytes with a two byte length."""
        return self.take(self.uint(2))

    def text(self) -> str:
        """A UTF-8 string with a two byte length."""
        try:
            text = self.binary().decode()
        except UnicodeDecodeError as error:
            raise MqttProtocolError(Reason.MALFORMED, f"expected UTF-8, got {error.reason}") from None
        if "\0" in text:
            raise MqttProtocolError(Reason.MALFORMED, "expected text without U+0000, got one")
        return text

    def properties(self) -> dict[int, int]:
        """The integer properties; text and bytes are skipped."""
        inner = Cursor(self.take(self.varint()))
        found: dict[int, int] = {}
        while not inner.is_at_end:
            number = inner.varint()
            width = PROPERTY_WIDTHS.get(number)
            if width is None:
                raise MqttProtocolError(Reason.MALFORMED, f"expected a known property, got 0x{number:02x}")
            if width < 0:
                for _ in range(-width):
                    inner.binary()
            else:
                found[number] = inner.uint(width) if width else inner.varint()
        return found


async def read_packet(reader: asyncio.StreamReader) -> Packet:
    """Reads one packet.

    Raises:
        MqttProtocolError: It is malformed or over `MAX_PACKET_BYTES`.
        asyncio.IncompleteReadError: The connection ended.
    """
    first = (await reader.readexactly(1))[0]
    length, shift = 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
        if shift > 21:
            raise MqttProtocolError(
                Reason.MALFORMED, "expected a length of at most 4 bytes, got a longer one"
            )
    if length > MAX_PACKET_BYTES:
        raise MqttProtocolError(
            Reason.PACKET_TOO_LARGE, f"expected at most {MAX_PACKET_BYTES} bytes, got {length}"
        )
    try:
        packet_type = PacketType(first >> 4)
    except ValueError:
        raise MqttProtocolError(
            Reason.PROTOCOL_ERROR, f"expected a known packet, got type {first >> 4}"
        ) from None
    return Packet(type=packet_type, flags=first & 15, body=await reader.readexactly(length))


def encode_packet(packet_type: PacketType, *parts: bytes, flags: int = 0) -> bytes:
    """One packet from the parts of its body."""
    body = b"".join(parts)
    return bytes([packet_type << 4 | flags]) + encode_varint(len(body)) + body


def encode_varint(value: int) -> bytes:
    """A variable byte integer (§1.5.5)."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def encode_text(text: str) -> bytes:
    """A UTF-8 string with a two byte length."""
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def encode_properties(properties: dict[Property, int]) -> bytes:
    """Integer properties with their length."""
    body = b"".join(
        bytes([number]) + value.to_bytes(PROPERTY_WIDTHS[number], "big")
        for number, value in properties.items()
    )
    return encode_varint(len(body)) + body
