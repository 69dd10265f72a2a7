"""MQTT topics on which devices publish events and hear what became of them (`docs/service-events.md` §9)."""

from __future__ import annotations

EVENTS_FILTER = "gongji/1/+/ev"


def events_topic(device: bytes) -> str:
    """Where a device publishes its events."""
    return f"gongji/1/{device.hex()}/ev"


def ack_topic(device_part: str) -> str:
    """Where a device hears what became of them; `device_part` is the third level of its events topic."""
    return f"gongji/1/{device_part}/ack"


def device_part(topic: str) -> str:
    """Third level of an events topic."""
    return topic.split("/")[2]
