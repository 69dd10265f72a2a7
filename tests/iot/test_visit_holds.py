"""What holds a visit, and which events are void: docs/service-events.md §5, row by row, through the real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.enums import DeviceClass
from iot.codes import Code
from iot.directory import DeviceRecord, Revocation
from iot.errors import VisitHeldError
from iot.event.event import EventType
from iot.simulator.events import visit_events
from iot.simulator.faults import VISIT_FAULTS, faulty_visit
from iot.visits.claims import claim
from iot.visits.levels import ElementName
from tests.iot.scene import A1, A3, BLOCK, RULES, Scene, because, held_by
from tests.iot.town import NOW, commitment, id16


@pytest.mark.parametrize("fault", sorted(VISIT_FAULTS))
async def test_each_fault_of_a_visit_is_told_by_its_code(fault: Code, scene: Scene) -> None:
    scene.clock.now = NOW + 14 * 3600
    stranger = scene.new_device("stranger", DeviceClass.PHONE, owner=id16("stranger"))
    visit = await scene.see(faulty_visit(fault, scene.plan, stranger))
    if fault in (Code.V_LOC_MISSING, Code.V_LOC_FAR):
        assert because(visit, ElementName.WHERE).value == fault
        assert (visit.level, visit.holds) == (A1, ())
    else:
        assert held_by(visit) == {fault}


async def test_a_visit_of_an_unknown_task_is_held(scene: Scene) -> None:
    del scene.directory.tasks[id16("task")]
    assert held_by(await scene.see(visit_events(scene.plan))) == {Code.V_NO_TASK}


async def test_pad_and_phone_at_different_places_are_held(scene: Scene) -> None:
    events = visit_events(replace(scene.plan_alone, phone=None))
    ends = {
        "task": id16("task"),
        "actor": id16("volunteer"),
        "place": id16("elsewhere"),
        "measurements": {1: 1},
    }
    events.append(scene.phone.emit(EventType.CHECK_IN, NOW * 1000 + 1, **ends))
    assert held_by(await scene.see(events)) == {Code.V_WRONG_PLACE}


async def test_a_pad_that_is_bound_to_another_place_is_held(scene: Scene) -> None:
    scene.directory.places[commitment("place")] = id16("elsewhere")
    assert held_by(await scene.see(visit_events(scene.plan))) == {Code.V_WRONG_PLACE}


@pytest.mark.parametrize(("starts_after_minutes", "holds"), [(59, {Code.V_OVERLAP}), (60, set())])
async def test_two_visits_of_one_volunteer_at_once_are_both_held(
    starts_after_minutes: int, holds: set[Code], scene: Scene
) -> None:
    """The contract knows no visits; whoever would credit two at once is held up here, and found by C28 (p36)."""
    scene.directory.tasks[id16("other")] = replace(scene.directory.tasks[id16("task")], task=id16("other"))
    other = replace(
        scene.plan_alone,
        task=id16("other"),
        check_in_ms=scene.plan.check_in_ms + starts_after_minutes * 60_000,
    )
    await scene.log(visit_events(scene.plan_alone))
    await scene.log(visit_events(other))
    assert held_by(scene.visit()) == held_by(scene.visit(id16("other"))) == holds


@pytest.mark.parametrize("which", ["pad", "phone"])
async def test_a_visit_with_a_suspended_device_is_held(which: str, scene: Scene) -> None:
    device = scene.pad if which == "pad" else scene.phone
    await scene.log(visit_events(scene.plan))
    scene.directory.devices[device.id] = replace(device.record, suspended=True)
    assert held_by(scene.visit()) == {Code.V_SUSPENDED}


async def test_a_device_with_two_histories_holds_its_unsettled_visits_until_enrolled_anew(
    scene: Scene,
) -> None:
    await scene.log(visit_events(scene.plan_alone))
    assert scene.visit().holds == ()
    later_ms = NOW * 1000 + 3 * 3600 * 1000
    scene.clock.now = NOW + 4 * 3600
    for litres in (1, 2):
        event = scene.pad.next_event(EventType.DEVICE_STATUS, later_ms, measurements={1: litres})
        await scene.log([scene.pad.sign(event)])
    assert held_by(scene.visit()) == {Code.E_EQUIVOCATION}
    renewed = replace(scene.pad.enrolment, valid_from_seconds=later_ms // 1000 + 1)
    record = DeviceRecord(device=scene.pad.id, enrolments=(scene.pad.enrolment, renewed))
    scene.directory.devices[scene.pad.id] = record
    assert held_by(scene.visit()) == {Code.E_EQUIVOCATION}  # this visit is of the old enrolment
    scene.directory.tasks[id16("next")] = replace(scene.directory.tasks[id16("task")], task=id16("next"))
    scene.clock.now = NOW + 8 * 3600
    following = replace(scene.plan_alone, task=id16("next"), check_in_ms=later_ms + 3600_000)
    scene.pad.seq, scene.pad.prev = event.seq + 1, scene.pad.sign(event).event_hash
    await scene.log(visit_events(following))
    assert scene.visit(id16("next")).holds == ()


async def test_a_conflict_among_void_events_holds_nothing(scene: Scene) -> None:
    await scene.log(visit_events(scene.plan_alone))
    scene.clock.now = NOW + 4 * 3600
    for litres in (1, 2):
        event = scene.pad.next_event(
            EventType.DEVICE_STATUS, (NOW + 3 * 3600) * 1000, measurements={1: litres}
        )
        await scene.log([scene.pad.sign(event)])
    revocation = Revocation(compromised_from_seconds=NOW + 3 * 3600, block_number=BLOCK + 9)
    scene.directory.devices[scene.pad.id] = replace(scene.pad.record, revocation=revocation)
    assert (scene.visit().level, scene.visit().holds) == (A3, ())


async def test_a_conflict_under_the_check_ins_enrolment_holds_even_if_the_check_out_has_a_new_one(
    scene: Scene,
) -> None:
    event = scene.pad.next_event(EventType.DEVICE_STATUS, NOW * 1000 - 1)
    await scene.log([scene.pad.sign(replace(event, measurements={1: 1}))])
    await scene.log([scene.pad.emit(EventType.DEVICE_STATUS, NOW * 1000 - 1, measurements={1: 2})])
    await scene.log(visit_events(scene.plan_alone))
    renewed = replace(scene.pad.enrolment, valid_from_seconds=NOW + 1800)
    record = DeviceRecord(device=scene.pad.id, enrolments=(scene.pad.enrolment, renewed))
    scene.directory.devices[scene.pad.id] = record
    assert held_by(scene.visit()) == {Code.E_EQUIVOCATION}


async def test_another_task_in_which_somebody_else_checked_in_first_is_no_second_visit(scene: Scene) -> None:
    other_pad = scene.new_device("other pad", DeviceClass.PLACE_PAD)
    ends = {"task": id16("other"), "place": id16("elsewhere")}
    start = NOW * 1000
    others = [
        other_pad.emit(EventType.CHECK_IN, start - 1, actor=id16("somebody"), **ends),
        other_pad.emit(EventType.CHECK_IN, start, actor=id16("volunteer"), **ends),
        other_pad.emit(EventType.CHECK_OUT, start + 60_000, actor=id16("volunteer"), **ends),
    ]
    await scene.log([*visit_events(scene.plan_alone), *others])
    assert scene.visit().holds == ()


async def test_a_held_visit_makes_no_claim(scene: Scene) -> None:
    visit = await scene.see(visit_events(replace(scene.plan, happened=False)))
    with scene.store.log() as log, pytest.raises(VisitHeldError, match="V_BENEF_DENY"):
        claim(visit, log, size=log.size(), ruleset=RULES)


@pytest.mark.parametrize(
    ("compromised_after_minutes", "revoked_in_block", "holds"),
    [
        (300, BLOCK + 1, set()),
        (30, BLOCK + 1, {Code.V_NO_OUT}),
        (0, BLOCK + 1, {Code.V_NO_IN, Code.V_NO_OUT}),
        (300, BLOCK, {Code.V_NO_IN, Code.V_NO_OUT}),
    ],
)
async def test_events_of_a_revoked_device_stand_only_if_captured_and_anchored_before(
    compromised_after_minutes: int, revoked_in_block: int, holds: set[Code], scene: Scene
) -> None:
    await scene.log(visit_events(replace(scene.plan_alone, phone=None)))
    revocation = Revocation(
        compromised_from_seconds=NOW + 60 * compromised_after_minutes, block_number=revoked_in_block
    )
    scene.directory.devices[scene.pad.id] = replace(scene.pad.record, revocation=revocation)
    assert held_by(scene.visit()) == holds
