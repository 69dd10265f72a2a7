"""MQTT topics of service events, and how topic filters match (MQTT 5 §4.7)."""

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


def is_filter(text: str) -> bool:
    """Whether a text is a valid topic filter; shared subscriptions are not."""
    levels = text.split("/")
    hash_fits = all(level != "#" for level in levels[:-1])
    whole = all(level in ("#", "+") or not set("#+") & set(level) for level in levels)
    return bool(text) and hash_fits and whole and levels[0] != "$share"


def is_topic(text: str) -> bool:
    """Whether a text is a valid topic name for a client to publish to."""
    return bool(text) and not set("#+") & set(text) and not text.startswith("$")


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a valid filter matches a valid topic."""
    wanted, given = topic_filter.split("/"), topic.split("/")
    for i, level in enumerate(wanted):
        if level == "#":
            return True
        if i >= len(given) or level not in ("+", given[i]):
            return False
    return len(wanted) == len(given)
