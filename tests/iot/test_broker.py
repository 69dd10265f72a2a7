"""The embedded MQTT 5 broker: what it promises, and what it does with clients that break the rules."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot.broker.broker import Broker
from iot.broker.packets import (
    MAX_PACKET_BYTES,
    Cursor,
    PacketType,
    Reason,
    encode_packet,
    encode_text,
    encode_varint,
)
from iot.broker.topics import is_filter, is_topic, matches
from tests.iot.mqtt_client import CONNECT_HEAD, RawClient, publish, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

V5 = aiomqtt.ProtocolVersion.V5


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    async with Broker() as running:
        yield running


async def test_messages_reach_those_who_asked_for_them(broker: Broker) -> None:
    async with (
        aiomqtt.Client("127.0.0.1", broker.port, protocol=V5) as one,
        aiomqtt.Client("127.0.0.1", broker.port, protocol=V5) as other,
    ):
        await one.subscribe("a/+/c", qos=1)
        await one.subscribe("a/#", qos=0)
        await other.publish("a/b/c", b"first", qos=1)
        await other.publish("x/b/c", b"not for one", qos=1)
        await other.publish("a/b", b"second", qos=0)
        got = []
        async with asyncio.timeout(5):
            async for message in one.messages:
                got.append((message.topic.value, message.payload, message.qos))
                if len(got) == 2:
                    break
        assert got == [("a/b/c", b"first", 1), ("a/b", b"second", 0)]
        await one.unsubscribe("a/+/c")
        await one.unsubscribe("a/#")
        await other.publish("a/b/c", b"third", qos=1)
        assert len(one.messages) == 0


async def test_the_publisher_hears_only_after_the_subscriber_has_acknowledged(broker: Broker) -> None:
    taker, sender = (
        await RawClient.connected(broker.port, "taker"),
        await RawClient.connected(broker.port, "sender"),
    )
    taker.send(subscribe("ev"))
    assert (await taker.packet())[-1] == 1
    sender.send(publish("ev", 7))
    delivered = await taker.packet()
    number = delivered[6:8]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await sender.reader.readexactly(1)
    taker.send(encode_packet(PacketType.PUBACK, number))
    assert await sender.packet() == encode_packet(PacketType.PUBACK, b"\x00\x07\x00\x00")
    await taker.close()
    await sender.close()


async def test_a_subscriber_that_leaves_without_acknowledging_is_told_to_the_publisher(
    broker: Broker,
) -> None:
    taker, sender = (
        await RawClient.connected(broker.port, "taker"),
        await RawClient.connected(broker.port, "sender"),
    )
    taker.send(subscribe("ev"))
    await taker.packet()
    sender.send(publish("ev", 7))
    await taker.packet()
    await taker.close()
    assert (await sender.packet())[4] == Reason.UNSPECIFIED
    await sender.close()


async def test_a_message_for_nobody_is_told_so(broker: Broker) -> None:
    sender = await RawClient.connected(broker.port)
    sender.send(publish("ev", 9))
    assert await sender.packet() == encode_packet(PacketType.PUBACK, b"\x00\x09", bytes([0x10, 0]))
    await sender.close()


async def test_a_second_client_of_the_same_name_takes_the_place_of_the_first(broker: Broker) -> None:
    first, second = (
        await RawClient.connected(broker.port, "same"),
        await RawClient.connected(broker.port, "same"),
    )
    assert await first.reason_of_goodbye() == Reason.SESSION_TAKEN_OVER
    second.send(encode_packet(PacketType.PINGREQ))
    assert (await second.packet())[0] >> 4 == PacketType.PINGRESP
    await first.close()
    await second.close()


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (publish("ev", 1, flags=4), Reason.QOS_NOT_SUPPORTED),
        (publish("ev", 1, flags=3), Reason.RETAIN_NOT_SUPPORTED),
        (publish("ev/+", 1), Reason.TOPIC_NAME_INVALID),
        (publish("", 1), Reason.TOPIC_NAME_INVALID),
        (publish("$SYS/x", 1), Reason.TOPIC_NAME_INVALID),
        (publish("ev", 1, properties=b"\x03\x23\x00\x01"), Reason.TOPIC_ALIAS_INVALID),
        (publish("ev", 1, properties=b"\x02\x7f\x00"), Reason.MALFORMED),
        (publish("ev", 1, bytes(MAX_PACKET_BYTES)), Reason.PACKET_TOO_LARGE),
        (b"\x30\xff\xff\xff\xff\x01", Reason.MALFORMED),
        (b"\x30\x03\x00\x09a", Reason.MALFORMED),
        (b"\x30\x04\x00\x01\xff\x00", Reason.MALFORMED),
        (b"\x00\x00", Reason.PROTOCOL_ERROR),
        (encode_packet(PacketType.CONNECT, CONNECT_HEAD, encode_text("again")), Reason.PROTOCOL_ERROR),
        (encode_packet(PacketType.PUBACK, b"\x00\x05"), Reason.PROTOCOL_ERROR),
    ],
)
async def test_a_client_that_breaks_the_rules_is_told_why_and_cut_off(
    sent: bytes, reason: Reason, broker: Broker
) -> None:
    client = await RawClient.connected(broker.port)
    client.send(sent)
    assert await client.reason_of_goodbye() == reason
    still = await RawClient.connected(broker.port, "another")
    await still.close()
    await client.close()


@pytest.mark.parametrize(
    ("connect", "reason"),
    [
        (encode_text("MQTT") + b"\x04\x02\x00\x3c" + encode_text("old"), Reason.UNSUPPORTED_VERSION),
        (encode_text("MQTT") + b"\x05\x06\x00\x3c\x00" + encode_text("will"), Reason.NOT_ACCEPTED),
    ],
)
async def test_a_connection_that_is_not_supported_is_refused_with_its_reason(
    connect: bytes, reason: Reason, broker: Broker
) -> None:
    client = await RawClient.open(broker.port)
    client.send(encode_packet(PacketType.CONNECT, connect))
    packet = await client.packet()
    assert (packet[0] >> 4, packet[3]) == (PacketType.CONNACK, reason)
    await client.close()


@pytest.mark.parametrize("topic_filter", ["", "a/#/b", "a+", "$share/g/a"])
async def test_an_invalid_filter_is_refused(topic_filter: str, broker: Broker) -> None:
    client = await RawClient.connected(broker.port)
    client.send(subscribe(topic_filter))
    assert (await client.packet())[-1] == Reason.TOPIC_FILTER_INVALID
    await client.close()


async def test_a_client_that_does_not_read_costs_the_broker_a_bounded_amount(broker: Broker) -> None:
    lazy, sender = (
        await RawClient.connected(broker.port, "lazy"),
        await RawClient.connected(broker.port, "sender"),
    )
    lazy.send(subscribe("ev", qos=0))
    await lazy.packet()
    for _ in range(4000):
        sender.send(publish("ev", 0, bytes(4000), flags=0))
        await sender.writer.drain()
    sender.send(encode_packet(PacketType.PINGREQ))
    assert (await sender.packet())[0] >> 4 == PacketType.PINGRESP
    session = broker._clients._by_id["lazy"]
    assert session._writer.transport.get_write_buffer_size() < 2 << 20
    await sender.close()
    await lazy.close()


async def test_a_silent_client_is_cut_off(broker: Broker) -> None:
    client = await RawClient.open(broker.port)
    client.send(
        encode_packet(PacketType.CONNECT, encode_text("MQTT") + b"\x05\x02\x00\x01\x00", encode_text("s"))
    )
    assert (await client.packet())[0] >> 4 == PacketType.CONNACK
    assert await client.packet() == b""  # after one and a half seconds
    await client.close()


@pytest.mark.parametrize(
    ("topic_filter", "topic", "fits"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("#", "a/b", True),
        ("+/b", "a/b", True),
        ("a/b", "a", False),
        ("a", "a/b", False),
        ("+", "", True),
    ],
)
def test_filters_match_as_the_standard_says(topic_filter: str, topic: str, fits: bool) -> None:
    assert matches(topic_filter, topic) is fits


@given(st.text(st.sampled_from("ab/"), min_size=1))
def test_a_topic_without_wildcards_is_a_filter_that_matches_itself(topic: str) -> None:
    assert is_topic(topic)
    assert is_filter(topic)
    assert matches(topic, topic)


@given(st.integers(0, 0x0FFF_FFFF))
def test_a_variable_integer_reads_as_it_was_written(value: int) -> None:
    assert Cursor(encode_varint(value)).varint() == value
