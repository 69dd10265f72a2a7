"""From events to minutes, level and holds: docs/service-events.md §5, row by row, through the real store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import AssuranceLevel, DeviceClass, KeyClass
from iot.codes import Code
from iot.directory import Anchor, DeviceRecord, Revocation
from iot.errors import VisitHeldError
from iot.event.event import Channel, EventType, Location
from iot.ingest.receipts import Outcome
from iot.ruleset import Ruleset
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import VisitPlan, visit_events
from iot.simulator.faults import VISIT_FAULTS, faulty_visit
from iot.visits.claims import claim
from iot.visits.evidence import gather
from iot.visits.levels import ElementName, LevelReason
from iot.visits.visits import assemble
from tests.iot.town import DOMAIN, NOW, commitment, id16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from iot.simulator.device import EmittedEvent
    from iot.visits.visits import Visit
    from tests.iot.town import Clock, MemoryDirectory

A0, A1, A2, A3, A4 = AssuranceLevel
BLOCK = 10
RULES = Ruleset()


class Scene:
    """A place, a volunteer, a resident, and what the log makes of them."""

    def __init__(
        self, store: EventStore, ingest: Ingest, directory: MemoryDirectory, clock: Clock,
        pad: SimulatedDevice, phone: SimulatedDevice, home: SimulatedDevice,
    ) -> None:  # fmt: skip
        self.store, self.ingest, self.directory, self.clock = store, ingest, directory, clock
        self.pad, self.phone, self.home = pad, phone, home
        self.plan = VisitPlan(
            task=id16("task"), volunteer=id16("volunteer"), place=id16("place"), check_in_ms=NOW * 1000, minutes=60,
            phone=phone, pad=pad, resident=id16("resident"), resident_device=home,
        )  # fmt: skip
        self.plan_alone = replace(self.plan, resident=None, resident_device=None)

    async def log(self, events: Sequence[EmittedEvent]) -> None:
        """Takes in events two hours after the visit began, which is when the head is anchored too."""
        self.clock.now = max(self.clock.now, NOW + 2 * 3600)
        for one in events:
            receipt = await self.ingest.receive(one.message)
            assert receipt.outcome is Outcome.ACCEPTED, receipt
        self.anchor(self.clock.now)

    def anchor(self, time_seconds: int) -> None:
        with self.store.log() as log:
            head = log.head()
        heads = self.directory.heads
        heads.append(
            Anchor(size=head.size, root=head.root, block_number=BLOCK + len(heads), time_seconds=time_seconds)
        )

    def visit(self, task: bytes = id16("task"), head: Anchor | None = None) -> Visit:
        with self.store.reading() as connection:
            evidence = gather(connection, self.directory, task, head or self.directory.heads[-1])
        return assemble(evidence, RULES)

    async def see(self, events: Sequence[EmittedEvent]) -> Visit:
        await self.log(events)
        return self.visit()

    def unbind(self) -> None:
        """Forgets which place the beneficiary belongs to."""
        del self.directory.places[commitment("resident")]

    def change_task(self, **fields: Any) -> None:
        self.directory.tasks[id16("task")] = replace(self.directory.tasks[id16("task")], **fields)

    def new_device(self, name: str, device_class: DeviceClass, **fields: Any) -> SimulatedDevice:
        device = SimulatedDevice(name, DOMAIN, device_class, **fields)
        self.directory.enrol(device)
        return device


@pytest.fixture
def scene(
    store: EventStore, ingest: Ingest, directory: MemoryDirectory, clock: Clock,
    pad: SimulatedDevice, phone: SimulatedDevice, home: SimulatedDevice,
) -> Scene:  # fmt: skip
    return Scene(store, ingest, directory, clock, pad, phone, home)


def because(visit: Visit, name: ElementName) -> LevelReason:
    return next(element.because for element in visit.elements if element.name is name)


def held_by(visit: Visit) -> set[Code]:
    return {hold.code for hold in visit.holds}


# THE WHOLE VISIT


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


# MINUTES


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


# HOLDS


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


# VOID EVENTS


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


# LEVEL, ELEMENT BY ELEMENT


@pytest.mark.parametrize(
    ("key_class", "level", "why"),
    [
        (KeyClass.K4, A3, LevelReason.PHONE_KEY_K3),
        (KeyClass.K3, A3, LevelReason.PHONE_KEY_K3),
        (KeyClass.K2, A2, LevelReason.PHONE_KEY_K2),
        (KeyClass.K1, A1, LevelReason.PHONE_KEY_WEAK),
        (KeyClass.K0, A1, LevelReason.PHONE_KEY_WEAK),
    ],
)
async def test_who_is_as_sure_as_the_phones_key(
    key_class: KeyClass, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    phone = scene.new_device("weak phone", DeviceClass.PHONE, owner=id16("volunteer"), key_class=key_class)
    visit = await scene.see(visit_events(replace(scene.plan_alone, phone=phone)))
    assert (because(visit, ElementName.WHO), visit.level) == (why, level)


async def test_a_visit_that_only_the_pad_saw_is_a1(scene: Scene) -> None:
    visit = await scene.see(visit_events(replace(scene.plan_alone, phone=None)))
    assert (because(visit, ElementName.WHO), visit.level) == (LevelReason.PAD_ONLY, A1)


async def test_what_the_desk_typed_is_a0(scene: Scene) -> None:
    desk = scene.new_device("desk", DeviceClass.BRIDGE)
    visit = await scene.see(visit_events(replace(scene.plan_alone, phone=None, pad=desk)))
    assert (because(visit, ElementName.WHO), visit.level) == (LevelReason.NO_SIGNER, A0)


@pytest.mark.parametrize(
    ("confirmed", "level", "why"), [(True, A2, LevelReason.CONFIRMED), (False, A1, LevelReason.TASK_ONLY)]
)
async def test_for_whom_without_a_bound_place_rests_on_the_residents_word(
    confirmed: bool, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    scene.unbind()
    visit = await scene.see(visit_events(scene.plan if confirmed else scene.plan_alone))
    assert (because(visit, ElementName.FOR_WHOM), visit.level) == (why, level)


@pytest.mark.parametrize(
    ("distance_m", "confirmed", "level", "why"),
    [
        (150, True, A2, LevelReason.GPS_CONFIRMED),
        (150, False, A1, LevelReason.GPS_ONLY),
        (151, True, A1, LevelReason.LOC_FAR),
        (None, True, A1, LevelReason.LOC_MISSING),
    ],
)
async def test_where_without_a_pad_is_gps_and_word_and_an_absent_signal_is_never_a_pass(
    distance_m: int | None, confirmed: bool, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    plan = scene.plan if confirmed else scene.plan_alone
    visit = await scene.see(visit_events(replace(plan, pad=None, distance_m=distance_m)))
    assert (because(visit, ElementName.WHERE), visit.level) == (why, level)


async def test_a_phone_that_did_not_name_the_pads_event_did_not_tap_it(scene: Scene) -> None:
    events = visit_events(replace(scene.plan_alone, phone=None))
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "measurements": {1: 1}}
    events.append(scene.phone.emit(EventType.CHECK_IN, NOW * 1000 + 1, **ends))
    visit = await scene.see(events)
    assert (because(visit, ElementName.WHERE), visit.level) == (LevelReason.PAD_AT_ONE_END, A2)


async def test_a_pad_at_one_end_is_a2_and_far_at_the_other_a1(scene: Scene) -> None:
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "measurements": {1: 1}}
    pad_in = scene.pad.emit(EventType.CHECK_IN, NOW * 1000, **ends)
    phone_in = scene.phone.emit(EventType.CHECK_IN, NOW * 1000, refs=(pad_in.event_hash,), **ends)
    far = Location(cell=1, accuracy_m=5, distance_m=900)
    at_one_end = scene.phone.next_event(EventType.CHECK_OUT, NOW * 1000 + 3_600_000, **ends)
    visit = await scene.see([pad_in, phone_in, scene.phone.sign(at_one_end)])
    assert (because(visit, ElementName.WHERE), visit.level) == (LevelReason.PAD_AT_ONE_END, A2)
    scene.phone.seq, scene.phone.prev = at_one_end.seq + 1, scene.phone.sign(at_one_end).event_hash
    later = scene.phone.emit(EventType.CHECK_OUT, NOW * 1000 + 3_700_000, location=far, **ends)
    visit = await scene.see([later])
    assert (because(visit, ElementName.WHERE), visit.level) == (LevelReason.LOC_FAR, A1)


async def test_a_pad_with_a_key_in_software_is_a2(scene: Scene) -> None:
    pad = scene.new_device("cheap pad", DeviceClass.PLACE_PAD, key_class=KeyClass.K2)
    visit = await scene.see(visit_events(replace(scene.plan_alone, pad=pad)))
    assert because(visit, ElementName.WHERE) is LevelReason.PAD_AT_ONE_END
    assert (because(visit, ElementName.INTEGRITY), visit.level) == (LevelReason.KEY_K2, A2)


@pytest.mark.parametrize(
    ("clock_class", "same_boot", "level", "why"),
    [
        (2, False, A3, LevelReason.CLOCK_SET),
        (1, False, A2, LevelReason.CLOCK_OLD),
        (0, False, A1, LevelReason.CLOCK_NONE),
        (0, True, A3, LevelReason.SAME_BOOT),
    ],
)
async def test_when_is_as_sure_as_the_clock_or_one_boot(
    clock_class: int, same_boot: bool, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    ends = {
        "task": id16("task"),
        "actor": id16("volunteer"),
        "place": id16("place"),
        "clock_class": clock_class,
    }
    events = []
    for event_type, at_ms in (
        (EventType.CHECK_IN, NOW * 1000),
        (EventType.CHECK_OUT, NOW * 1000 + 3_600_000),
    ):
        tapped = scene.pad.emit(event_type, at_ms, **ends)
        events += [tapped, scene.phone.emit(event_type, at_ms, refs=(tapped.event_hash,), **ends)]
        if not same_boot:
            scene.pad.reboot(at_ms)
    visit = await scene.see(events)
    assert (because(visit, ElementName.WHEN), visit.level) == (why, level)


@pytest.mark.parametrize(
    ("anchored_after_seconds", "level", "why"),
    [
        (7 * 24 * 3600, A3, LevelReason.SAME_BOOT),
        (7 * 24 * 3600 + 1, A1, LevelReason.LATE),
    ],
)
async def test_late_is_told_by_the_anchor_and_not_by_the_receiver(
    anchored_after_seconds: int, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    for one in visit_events(scene.plan_alone):
        await scene.ingest.receive(one.message)
    scene.anchor(NOW + anchored_after_seconds)
    visit = scene.visit()
    assert (because(visit, ElementName.WHEN), visit.level) == (why, level)


async def test_a_clock_in_the_future_of_the_anchor_is_no_clock(scene: Scene) -> None:
    events = visit_events(replace(scene.plan_alone, pad=None, distance_m=1))
    ends = {"task": id16("task"), "actor": id16("volunteer"), "place": id16("place"), "mono_ms": None}
    events.append(scene.phone.emit(EventType.CHECK_OUT, (NOW + 2 * 3600 + 301) * 1000, **ends))
    visit = await scene.see(events)
    assert because(visit, ElementName.WHEN) is LevelReason.CLOCK_FUTURE


@pytest.mark.parametrize("lost", ["before", "between"])
async def test_a_gap_in_the_pads_chain_is_a2_until_it_is_filled(lost: str, scene: Scene) -> None:
    if lost == "before":
        missing = scene.pad.emit(EventType.DEVICE_STATUS, NOW * 1000 - 1)
    plan = scene.plan_alone
    ends = {"task": plan.task, "actor": plan.volunteer, "place": plan.place}
    events = []
    for event_type, at_ms in (
        (EventType.CHECK_IN, NOW * 1000),
        (EventType.CHECK_OUT, NOW * 1000 + 3_600_000),
    ):
        tapped = scene.pad.emit(event_type, at_ms, **ends)
        events += [tapped, scene.phone.emit(event_type, at_ms, refs=(tapped.event_hash,), **ends)]
        if lost == "between" and event_type is EventType.CHECK_IN:
            missing = scene.pad.emit(EventType.DEVICE_STATUS, at_ms + 1)
    visit = await scene.see(events)
    assert (because(visit, ElementName.INTEGRITY), visit.level) == (LevelReason.CHAIN_GAP, A2)
    assert (await scene.see([missing])).level is A3


# CONFIRMATION


@pytest.mark.parametrize(
    ("signer", "said", "level"),
    [
        ("home", {1: 1, 3: 1}, A4),
        ("desk", {1: 4, 3: 1}, A4),
        ("other pad", {1: 2, 3: 1}, A4),
        ("pad", {1: 2, 3: 1}, A3),  # the same device again is one signal
        ("volunteer's phone", {1: 1, 3: 1}, A3),
        ("borrowed phone", {1: 1, 3: 1}, A3),
        ("home", {1: 9, 3: 1}, A3),  # not a channel of the rules
        ("home", {1: 1}, A3),  # says nothing
    ],
)
async def test_a4_needs_the_residents_word_through_another_device(
    signer: str, said: dict[int, int], level: AssuranceLevel, scene: Scene
) -> None:
    devices = {
        "home": scene.home,
        "pad": scene.pad,
        "volunteer's phone": scene.phone,
        "desk": scene.new_device("desk", DeviceClass.BRIDGE),
        "other pad": scene.new_device("other pad", DeviceClass.PLACE_PAD),
        "borrowed phone": scene.new_device("borrowed", DeviceClass.PHONE, owner=id16("neighbour")),
    }
    events = visit_events(scene.plan_alone)
    confirming = {"task": id16("task"), "actor": id16("resident"), "measurements": said}
    events.append(devices[signer].emit(EventType.CONFIRMATION, NOW * 1000 + 3_700_000, **confirming))
    assert (await scene.see(events)).level is level


async def test_the_volunteer_cannot_confirm_the_own_visit_on_any_device(scene: Scene) -> None:
    scene.unbind()
    plan = replace(scene.plan, resident=id16("volunteer"), channel=Channel.CARD)
    second = scene.new_device("second phone", DeviceClass.PHONE, owner=id16("volunteer"))
    visit = await scene.see(visit_events(replace(plan, resident_device=second)))
    assert not visit.is_confirmed
    assert visit.level is A1


async def test_a_suspended_device_confirms_nothing(scene: Scene) -> None:
    await scene.log(visit_events(scene.plan))
    scene.directory.devices[scene.home.id] = replace(scene.home.record, suspended=True)
    assert (scene.visit().level, scene.visit().holds) == (A3, ())


def test_the_rulesets_hash_is_that_of_the_documented_text() -> None:
    import hashlib

    text = b'{"confirm_channels":[1,2,3,4],"gps_radius_m":150,"max_visit_minutes":720,"version":1}'
    assert RULES.canonical_json() == text
    assert RULES.hash() == hashlib.sha256(text).digest()
