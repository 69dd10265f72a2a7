"""Topic names and topic filters, and which filters match which names (MQTT 5 §4.7)."""

from __future__ import annotations


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
    filter_levels, topic_levels = topic_filter.split("/"), topic.split("/")
    for i, level in enumerate(filter_levels):
        if level == "#":
            return True
        if i >= len(topic_levels) or level not in ("+", topic_levels[i]):
            return False
    return len(filter_levels) == len(topic_levels)
