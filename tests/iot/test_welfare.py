"""Water not used (case D1): a task only on fresh readings over the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import DeviceClass
from iot.event.event import EventType
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import reading
from iot.visits.welfare import Finding, HouseholdRule, Reading, judge, reading_of, readings_of
from tests.iot.town import DOMAIN, NOW

if TYPE_CHECKING:
    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from tests.iot.town import MemoryDirectory

HOUR = 3600
RULE = HouseholdRule()


def hourly(*litres: int, ends: int = NOW) -> list[Reading]:
    """Readings of six hours each, the last one ending at `ends`."""
    parts = [litres[i : i + 6] for i in range(0, len(litres), 6)]
    return [
        Reading(captured_seconds=ends - 6 * HOUR * back, interval_seconds=HOUR, litres=part)
        for back, part in enumerate(reversed(parts))
    ]


def test_twelve_hours_without_water_on_fresh_readings_raise_a_task() -> None:
    assert judge(hourly(*[0] * 12), RULE, NOW) is Finding.WELFARE_TASK


@pytest.mark.parametrize(("litres", "finding"), [(9, Finding.WELFARE_TASK), (10, Finding.NOTHING)])
def test_ten_litres_in_the_window_are_use(litres: int, finding: Finding) -> None:
    assert judge(hourly(litres, *[0] * 11), RULE, NOW) is finding


def test_water_before_the_window_does_not_count() -> None:
    assert judge(hourly(500, 500, 500, 500, 500, 500, *[0] * 12), RULE, NOW) is Finding.WELFARE_TASK


@pytest.mark.parametrize(
    ("age", "finding"), [(2 * HOUR, Finding.WELFARE_TASK), (2 * HOUR + 1, Finding.DEVICE_SILENT)]
)
def test_no_data_is_not_no_water(age: int, finding: Finding) -> None:
    assert judge(hourly(*[0] * 18, ends=NOW - age), RULE, NOW) is finding


def test_a_meter_that_never_spoke_is_silent() -> None:
    assert judge([], RULE, NOW) is Finding.DEVICE_SILENT


@pytest.mark.parametrize(("hours", "finding"), [(9, Finding.DEVICE_SILENT), (10, Finding.WELFARE_TASK)])
def test_a_meter_installed_lately_tells_nothing_about_the_time_before(hours: int, finding: Finding) -> None:
    assert judge(hourly(*[0] * hours), RULE, NOW) is finding


def test_a_lost_reading_in_the_window_is_silence() -> None:
    first, second, third = hourly(*[0] * 18)
    assert judge([third, second, first], RULE, NOW) is Finding.WELFARE_TASK
    assert judge([third, first], RULE, NOW) is Finding.DEVICE_SILENT


def test_the_same_hours_told_twice_count_once() -> None:
    readings = hourly(5, *[0] * 11)
    assert judge(readings * 2, RULE, NOW) is Finding.WELFARE_TASK


def test_nobody_is_sent_where_nobody_is() -> None:
    assert judge(hourly(*[0] * 12), HouseholdRule(is_away=True), NOW) is Finding.NOTHING


def test_window_and_litres_are_per_household() -> None:
    readings = hourly(*[1] * 24)
    assert (
        judge(readings, HouseholdRule(window_seconds=24 * HOUR, threshold_litres=25), NOW)
        is Finding.WELFARE_TASK
    )
    assert (
        judge(readings, HouseholdRule(window_seconds=24 * HOUR, threshold_litres=24), NOW) is Finding.NOTHING
    )


async def test_signed_readings_in_the_log_raise_the_task(
    ingest: Ingest, store: EventStore, directory: MemoryDirectory
) -> None:
    meter = SimulatedDevice("meter", DOMAIN, DeviceClass.METER)
    directory.enrol(meter)
    for hours_ago, litres in ((12, (4, 0, 6, 0, 0, 0)), (6, (0,) * 6), (0, (0,) * 6)):
        sent = reading(meter, 1000 * (NOW - hours_ago * HOUR), 1_000, litres)
        assert (await ingest.receive(sent.message)).codes == ()
    await ingest.receive(meter.emit(EventType.DEVICE_STATUS, 1000 * NOW).message)
    with store.reading() as connection:
        found = readings_of(connection, meter.id, NOW - 24 * HOUR)
    assert len(found) == 3
    assert judge(found, RULE, NOW) is Finding.WELFARE_TASK


def test_a_reading_without_its_measurements_is_none() -> None:
    meter = SimulatedDevice("meter", DOMAIN, DeviceClass.METER)
    for said in ({1: 5}, {2: 0, 3: (1,)}, {2: 60, 3: (-1,)}, {2: 60, 3: 1}):
        event = meter.next_event(EventType.WATER_READING, 1000 * NOW, measurements=said)
        assert reading_of(event) is None
