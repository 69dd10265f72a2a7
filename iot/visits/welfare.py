"""Water not used: when a meter raises a welfare task, and when it is only silent (`docs/service-events.md` §7).

No data is not no water: without fresh readings over the whole window nobody is sent to a door, but the meter is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sqlalchemy import select

from iot.event.cose import parse
from iot.event.event import EventType, decode
from iot.log.tables import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from iot.event.event import Event


class Finding(Enum):
    """What the readings of a meter call for."""

    NOTHING = "nothing"
    WELFARE_TASK = "welfare task"
    DEVICE_SILENT = "device silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdRule:
    """When a household without water use is looked after.

    Attributes:
        window_seconds: Time without use that counts.
        threshold_litres: Less than this in the window is no use.
        is_away: Whether the household said that it is away.
    """

    window_seconds: int = 12 * 3600
    threshold_litres: int = 10
    is_away: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """An event of type 301, as far as the rule needs it.

    Attributes:
        captured_seconds: End of the last interval, since 1970.
        interval_seconds: Length of each interval, over 0.
        litres: Use per interval, in order of time.
    """

    captured_seconds: int
    interval_seconds: int
    litres: tuple[int, ...]


def reading_of(event: Event) -> Reading | None:
    """The reading in an event, or None if it is none or lacks a measurement."""
    interval, litres = event.measurements.get(2), event.measurements.get(3)
    if (
        event.type != EventType.WATER_READING
        or not isinstance(interval, int)
        or not isinstance(litres, tuple)
    ):
        return None
    if interval <= 0 or any(one < 0 for one in litres):
        return None
    return Reading(captured_seconds=event.captured_ms // 1000, interval_seconds=interval, litres=litres)


def judge(readings: Sequence[Reading], rule: HouseholdRule, now_seconds: int) -> Finding:
    """What the readings of one meter call for.

    Args:
        readings: In any order; at least those that reach into the window.
        rule: Of the household.
        now_seconds: Since 1970.
    """
    if not readings:
        return Finding.DEVICE_SILENT
    last = max(readings, key=lambda reading: reading.captured_seconds)
    is_stale = now_seconds - last.captured_seconds > 2 * last.interval_seconds
    used = _litres_in_window(readings, now_seconds - rule.window_seconds, now_seconds)
    covered_seconds = sum(interval for interval, _ in used)
    if is_stale or covered_seconds < rule.window_seconds - 2 * last.interval_seconds:
        return Finding.DEVICE_SILENT
    is_unused = sum(litres for _, litres in used) < rule.threshold_litres
    return Finding.WELFARE_TASK if is_unused and not rule.is_away else Finding.NOTHING


def readings_of(connection: Connection, meter: bytes, since_seconds: int) -> list[Reading]:
    """Readings of a meter in the log, captured since a time.

    Args:
        connection: Of `EventStore.reading()`.
        meter: Device id, 8 bytes.
        since_seconds: Since 1970; twice the window before now is enough.
    """
    rows = select(leaves.c.message).where(
        leaves.c.device == meter,
        leaves.c.type == EventType.WATER_READING,
        leaves.c.captured_ms >= 1000 * since_seconds,
    )
    events = (decode(parse(message).payload) for message in connection.execute(rows).scalars())
    return [reading for event in events if (reading := reading_of(event))]


def _litres_in_window(readings: Iterable[Reading], after: int, until: int) -> list[tuple[int, int]]:
    """Length and litres of each interval that ends in the window; a retold interval counts once."""
    by_end: dict[int, tuple[int, int]] = {}
    for reading in readings:
        for back, litres in enumerate(reversed(reading.litres)):
            end = reading.captured_seconds - back * reading.interval_seconds
            if after < end <= until:
                by_end[end] = (reading.interval_seconds, litres)
    return list(by_end.values())
