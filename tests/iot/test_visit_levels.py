"""How sure a visit is, element by element: docs/service-events.md §5, row by row, through the real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.enums import AssuranceLevel, DeviceClass, KeyClass
from iot.codes import Code
from iot.event.event import Channel, EventType, Location
from iot.simulator.events import visit_events
from iot.visits.levels import ElementName, LevelReason
from tests.iot.scene import A0, A1, A2, A3, A4, RULES, Scene, because
from tests.iot.town import NOW, id16


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


@pytest.mark.parametrize(
    ("settled_hours", "level", "why"),
    [(0, A3, LevelReason.CHAIN_UNBROKEN), (1, A1, LevelReason.DEVICE_NEW), (3, A1, LevelReason.DEVICE_NEW)],
)
async def test_a_visit_that_a_phone_signed_before_it_counts_in_full_is_a1(
    settled_hours: int, level: AssuranceLevel, why: LevelReason, scene: Scene
) -> None:
    """Also if it was anchored after that; and by the one of two ends that came before."""
    settled = NOW + 3600 * settled_hours
    phone = scene.new_device(
        "new phone", DeviceClass.PHONE, owner=id16("volunteer"), settled_from_seconds=settled
    )
    visit = await scene.see(visit_events(replace(scene.plan_alone, phone=phone)))
    assert (because(visit, ElementName.INTEGRITY), visit.level) == (why, level)


async def test_a_phone_that_says_it_signed_later_than_it_did_counts_no_sooner(scene: Scene) -> None:
    """The anchor tells, as it does of what is late."""
    settled = NOW + 20 * 86_400
    phone = scene.new_device("fast", DeviceClass.PHONE, owner=id16("volunteer"), settled_from_seconds=settled)
    plan = replace(scene.plan_alone, phone=phone, pad=None, distance_m=20, check_in_ms=(settled + 1) * 1000)
    visit = await scene.see(visit_events(plan))
    assert because(visit, ElementName.INTEGRITY) is LevelReason.DEVICE_NEW


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


@pytest.mark.parametrize(
    ("signer", "said", "level"),
    [
        ("home", {1: 1, 3: 1}, A4),
        ("desk", {1: 4, 3: 1}, A4),
        ("other pad", {1: 2, 3: 1}, A4),
        ("pad", {1: 2, 3: 1}, A3),  # the same device again is one signal
        ("volunteer's phone", {1: 1, 3: 1}, A3),
        ("borrowed phone", {1: 1, 3: 1}, A3),
        ("new phone", {1: 1, 3: 1}, A3),  # enrolled too lately to raise anything
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
        "new phone": scene.new_device(
            "new", DeviceClass.PHONE, owner=id16("resident"), settled_from_seconds=NOW + 3 * 3600
        ),
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


async def test_a_device_that_is_new_denies_all_the_same(scene: Scene) -> None:
    new = scene.new_device(
        "new", DeviceClass.PHONE, owner=id16("resident"), settled_from_seconds=NOW + 3 * 3600
    )
    visit = await scene.see(visit_events(replace(scene.plan, resident_device=new, happened=False)))
    assert [hold.code for hold in visit.holds] == [Code.V_BENEF_DENY]


async def test_a_suspended_device_confirms_nothing(scene: Scene) -> None:
    await scene.log(visit_events(scene.plan))
    scene.directory.devices[scene.home.id] = replace(scene.home.record, suspended=True)
    assert (scene.visit().level, scene.visit().holds) == (A3, ())


def test_the_rulesets_hash_is_that_of_the_documented_text() -> None:
    import hashlib

    text = b'{"confirm_channels":[1,2,3,4],"gps_radius_m":150,"max_visit_minutes":720,"version":1}'
    assert RULES.canonical_json() == text
    assert RULES.hash() == hashlib.sha256(text).digest()
