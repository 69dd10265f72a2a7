"""From events to a visit and its minutes: docs/service-events.md §5, row by row, through the real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.enums import DeviceClass
from iot.codes import Code
from iot.event.event import EventType
from iot.simulator.events import visit_events
from iot.visits.elapsed import Lessening
from tests.iot.scene import A3, A4, Scene, held_by
from tests.iot.town import NOW, id16


async def test_pad_and_phone_at_both_ends_and_the_resident_at_home_make_a4(scene: Scene) -> None:
    visit = await scene.see(visit_events(scene.plan))
    assert (visit.served_minutes, visit.level, visit.holds, visit.notes) == (60, A4, (), ())
    assert {element.level for element in visit.elements} == {A3}
    assert visit.is_confirmed


async def test_without_the_residents_word_it_is_a3(scene: Scene) -> None:
    visit = await scene.see(visit_events(scene.plan_alone))
    assert (visit.level, visit.holds) == (A3, ())


async def test_only_what_is_below_the_anchored_size_counts(scene: Scene) -> None:
    events = visit_events(scene.plan)
    await scene.log(events[:2])
    early = scene.directory.heads[-1]
    await scene.log(events[2:])
    assert held_by(scene.visit(head=early)) == {Code.V_NO_OUT}
    assert scene.visit().level is A4


async def test_the_assembler_comes_to_the_same_again(scene: Scene) -> None:
    first = await scene.see(visit_events(scene.plan))
    scene.clock.now += 40 * 24 * 3600
    assert scene.visit() == first


@pytest.mark.parametrize(("elapsed_ms", "minutes"), [(600_000, 10), (659_999, 10), (660_000, 11)])
async def test_minutes_in_one_boot_are_those_of_the_monotonic_clock_rounded_down(
    elapsed_ms: int, minutes: int, scene: Scene
) -> None:
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "measurements": {1: 1}}
    start = NOW * 1000
    visit = await scene.see(
        [
            scene.pad.emit(EventType.CHECK_IN, start, mono_ms=5, **ends),
            scene.pad.emit(EventType.CHECK_OUT, start + 3_600_000, mono_ms=5 + elapsed_ms, **ends),
        ]
    )
    assert visit.served_minutes == minutes


@pytest.mark.parametrize("apart", ["boot", "device", "mono"])
async def test_minutes_across_boots_lose_twice_the_clocks_uncertainty(apart: str, scene: Scene) -> None:
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "measurements": {1: 1}}
    start, out = NOW * 1000, scene.pad
    first = scene.pad.emit(EventType.CHECK_IN, start, clock_uncertainty_seconds=4, **ends)
    if apart == "boot":
        scene.pad.reboot(start + 1)
    if apart == "device":
        out = scene.new_device("other pad", DeviceClass.PLACE_PAD)
    mono = {"mono_ms": None} if apart == "mono" else {}
    # 60 minutes and 20 seconds, less 2 x (4 + 7) seconds
    last = out.emit(EventType.CHECK_OUT, start + 3_620_000, clock_uncertainty_seconds=7, **ends, **mono)
    assert (await scene.see([first, last])).served_minutes == 59


async def test_over_the_authorised_minutes_is_cut_and_noted(scene: Scene) -> None:
    scene.change_task(authorised_minutes=45)
    visit = await scene.see(visit_events(scene.plan))
    assert (visit.served_minutes, visit.holds, visit.notes) == (45, (), (Code.V_LONG,))


@pytest.mark.parametrize(
    ("ends_ms", "counter_ms", "authorised", "span"),
    [
        (600_000, 600_000, 90, (10, 10, None)),
        (600_000, 240_000, 90, (10, 4, Lessening.COUNTER)),
        (600_000, None, 90, (10, 6, Lessening.UNCERTAIN)),
        (600_000, 600_000, 7, (10, 7, Lessening.AUTHORISED)),
        # From 59 seconds past to 10 minutes and 1 second past, as a page shows it, is ten minutes.
        (542_000, 542_000, 90, (10, 9, Lessening.SECONDS)),
        (600_000, 660_000, 90, (10, 11, None)),
    ],
)
async def test_it_is_known_why_fewer_minutes_count_than_the_two_times_say(
    ends_ms: int,
    counter_ms: int | None,
    authorised: int,
    span: tuple[int, int, Lessening | None],
    scene: Scene,
) -> None:
    scene.change_task(authorised_minutes=authorised)
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "measurements": {1: 1}}
    start = NOW * 1000 - NOW * 1000 % 60_000 + 59_000 * (ends_ms == 542_000)
    monos = (None, None) if counter_ms is None else (5, 5 + counter_ms)
    first, last = (
        scene.pad.emit(kind, start + ms, mono_ms=mono, clock_uncertainty_seconds=60, **ends)
        for kind, ms, mono in zip((EventType.CHECK_IN, EventType.CHECK_OUT), (0, ends_ms), monos, strict=True)
    )
    found = (await scene.see([first, last])).span
    assert found is not None
    assert (found.clock_minutes, found.counted_minutes, found.lessened_by) == span


async def test_a_visit_without_an_end_has_no_length(scene: Scene) -> None:
    assert (await scene.see(visit_events(scene.plan)[:1])).span is None


@pytest.mark.parametrize(("minimum", "holds"), [(60, set()), (61, {Code.V_SHORT})])
async def test_under_the_services_minimum_is_held(minimum: int, holds: set[Code], scene: Scene) -> None:
    scene.change_task(min_minutes=minimum)
    assert held_by(await scene.see(visit_events(scene.plan))) == holds


async def test_a_visit_without_a_whole_minute_is_held_even_without_a_minimum(scene: Scene) -> None:
    scene.change_task(min_minutes=0)
    assert held_by(await scene.see(visit_events(replace(scene.plan, minutes=0)))) == {Code.V_SHORT}


@pytest.mark.parametrize(("minutes", "holds"), [(720, set()), (721, {Code.V_LONG})])
async def test_over_twelve_hours_is_held(minutes: int, holds: set[Code], scene: Scene) -> None:
    scene.clock.now = NOW + 13 * 3600
    assert held_by(await scene.see(visit_events(replace(scene.plan, minutes=minutes)))) == holds


async def test_the_first_check_in_and_the_last_check_out_count(scene: Scene) -> None:
    early, late = scene.plan_alone, replace(scene.plan_alone, check_in_ms=NOW * 1000 + 600_000, minutes=70)
    await scene.log(visit_events(early))
    assert (await scene.see(visit_events(late))).served_minutes == 80
