"""The visit assembler: from the evidence of a task to minutes and a level, or to what holds it.

A pure function of plain data: `docs/service-events.md` §5, step by step. The auditor does the same from the same page
with other code.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from contracts.enums import AssuranceLevel, DeviceClass
from iot.codes import Code
from iot.event.event import EventType
from iot.visits.check_events import check_events_of, valid_events
from iot.visits.elapsed import MINUTE_MS, elapsed_ms, span_of
from iot.visits.levels import judge_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iot.ruleset import Ruleset
    from iot.visits.check_events import CheckEvents, SignedEvent
    from iot.visits.elapsed import Span
    from iot.visits.evidence import Evidence, LoggedEvent
    from iot.visits.levels import Element


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """What keeps a visit from becoming a claim until a coordinator acts.

    Attributes:
        code: Condition of §4 or §5.
        why: What was expected and what was got.
    """

    code: Code
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What the events of a task come to.

    Attributes:
        task: Id of the task, 16 bytes.
        check_in: Check-in that counts, or None.
        check_out: Check-out that counts, or None.
        served_minutes: Minutes that count, or None while an end is missing; not over 0 only if held.
        span: What lies between the two ends, or None while one is missing.
        level: How sure it is, or None while an end is missing.
        elements: The six elements of the level with their reasons; none while an end is missing.
        holds: What holds the visit; none if it may be claimed.
        notes: Conditions that do not hold it.
        is_confirmed: Whether the beneficiary confirmed it.
    """

    task: bytes
    check_in: LoggedEvent | None
    check_out: LoggedEvent | None
    served_minutes: int | None
    span: Span | None
    level: AssuranceLevel | None
    elements: tuple[Element, ...]
    holds: tuple[Hold, ...]
    notes: tuple[Code, ...]
    is_confirmed: bool


def assemble(evidence: Evidence, ruleset: Ruleset) -> Visit:
    """Judges the visit of one task.

    Args:
        evidence: From `iot.visits.evidence.gather`.
        ruleset: Rules in force.
    """
    events = valid_events(evidence.events, evidence.devices)
    checks = check_events_of(events)
    witnesses = [one for one in events if _is_witness(one, evidence, ruleset)]
    # A device that is new raises nothing, and denies all the same.
    confirmations = [one for one in witnesses if one.event.measurements.get(3) == 1 and one.is_settled]
    minutes, minute_holds, notes = _minutes(checks, evidence, ruleset)
    elements: tuple[Element, ...] = ()
    if checks.check_in and checks.check_out:
        elements = judge_elements(checks, evidence, ruleset, confirmed=bool(confirmations))
    return Visit(
        task=evidence.task_id,
        check_in=checks.check_in.logged if checks.check_in else None,
        check_out=checks.check_out.logged if checks.check_out else None,
        served_minutes=minutes,
        span=span_of(checks, minutes),
        level=_level(elements, checks, confirmations),
        elements=elements,
        holds=_each_once(
            _missing(checks),
            _pairing(checks, evidence),
            minute_holds,
            _overlaps(checks, evidence),
            _untrusted_devices(checks, evidence),
            _denials(witnesses),
        ),
        notes=notes,
        is_confirmed=bool(confirmations),
    )


def _each_once(*holds: Iterable[Hold]) -> tuple[Hold, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(holds)))


def _missing(checks: CheckEvents) -> Iterator[Hold]:
    if checks.check_in is None:
        yield Hold(code=Code.V_NO_IN, why="expected a check-in, got none")
    if checks.check_out is None:
        yield Hold(code=Code.V_NO_OUT, why="expected a check-out, got none")


def _pairing(checks: CheckEvents, evidence: Evidence) -> Iterator[Hold]:
    volunteer = evidence.task.volunteer if evidence.task else None
    for one in checks.events:
        if volunteer is None or one.event.actor != volunteer:
            yield Hold(
                code=Code.V_NO_TASK, why=f"expected actor {_hex(volunteer)}, got {_hex(one.event.actor)}"
            )
        if one.device_class is DeviceClass.PHONE and one.enrolment.owner != one.event.actor:
            why = f"expected the phone of {_hex(one.event.actor)}, got one of {_hex(one.enrolment.owner)}"
            yield Hold(code=Code.V_PROXY_PHONE, why=why)
    places = {one.event.place for one in checks.events} | _bound_places(checks, evidence)
    if len(places) > 1 or None in places:
        yield Hold(code=Code.V_WRONG_PLACE, why=f"expected one place, got {sorted(map(_hex, places))}")


def _bound_places(checks: CheckEvents, evidence: Evidence) -> set[bytes | None]:
    """Places that beneficiary and pads are bound to, as far as known."""
    pads = (one.enrolment.place for one in checks.events if one.device_class is DeviceClass.PLACE_PAD)
    commitments = {*pads, *([evidence.task.beneficiary] if evidence.task else [])}
    return {evidence.places[c] for c in commitments if c in evidence.places}


def _minutes(
    checks: CheckEvents, evidence: Evidence, ruleset: Ruleset
) -> tuple[int | None, list[Hold], tuple[Code, ...]]:
    """Minutes served, what holds them, and what is noted."""
    if checks.check_in is None or checks.check_out is None:
        return None, [], ()
    minutes = elapsed_ms(checks.check_in, checks.check_out, checks) // MINUTE_MS
    least = max(1, evidence.task.min_minutes) if evidence.task else 1
    if minutes < least:
        return minutes, [Hold(code=Code.V_SHORT, why=f"expected at least {least} minutes, got {minutes}")], ()
    if minutes > ruleset.max_visit_minutes:
        why = f"expected at most {ruleset.max_visit_minutes} minutes, got {minutes}"
        return minutes, [Hold(code=Code.V_LONG, why=why)], ()
    if evidence.task and minutes > evidence.task.authorised_minutes:
        return evidence.task.authorised_minutes, [], (Code.V_LONG,)
    return minutes, [], ()


def _overlaps(checks: CheckEvents, evidence: Evidence) -> Iterator[Hold]:
    """The volunteer's other visits at the same time."""
    if checks.check_in is None or checks.check_out is None or evidence.task is None:
        return
    start, end = checks.check_in.event.captured_ms, checks.check_out.event.captured_ms
    tasks = dict.fromkeys(logged.event.task for logged in evidence.others)
    for task in tasks:
        own = [logged for logged in evidence.others if logged.event.task == task]
        other = check_events_of(valid_events(own, evidence.devices))
        if other.check_in is None or other.check_out is None:
            continue
        first, last = other.check_in.event, other.check_out.event
        is_own = first.actor == last.actor == evidence.task.volunteer
        if is_own and start < last.captured_ms and first.captured_ms < end:
            yield Hold(code=Code.V_OVERLAP, why=f"expected one visit at a time, got task {_hex(task)} too")


def _untrusted_devices(checks: CheckEvents, evidence: Evidence) -> Iterator[Hold]:
    """Devices of the visit that are suspended or in conflict."""
    for one in checks.events:
        name = one.event.device.hex()
        if one.record.suspended:
            yield Hold(code=Code.V_SUSPENDED, why=f"expected a device in use, got {name} suspended")
        for code in sorted(_conflict_codes(one, evidence)):
            yield Hold(code=code, why=f"expected one history of device {name}, got two")


def _conflict_codes(one: SignedEvent, evidence: Evidence) -> set[Code]:
    """Conflicts that count for an event: an enrolment valid only from after them starts anew."""
    from_ms = 1000 * one.enrolment.valid_from_seconds
    found = evidence.conflicts.get(one.event.device, ())
    return {conflict.code for conflict in found if conflict.counts_until_ms >= from_ms}


def _is_witness(one: SignedEvent, evidence: Evidence, ruleset: Ruleset) -> bool:
    """Whether the event is a word of the beneficiary that counts, whatever it says."""
    volunteer = evidence.task.volunteer if evidence.task else None
    if one.event.type != EventType.CONFIRMATION or one.event.actor in (None, volunteer):
        return False
    if one.event.measurements.get(1) not in ruleset.confirm_channels:
        return False
    if one.device_class is DeviceClass.PHONE and one.enrolment.owner != one.event.actor:
        return False
    trusted = not one.record.suspended and not _conflict_codes(one, evidence)
    return trusted and one.device_class in (DeviceClass.PHONE, DeviceClass.PLACE_PAD, DeviceClass.BRIDGE)


def _denials(witnesses: Sequence[SignedEvent]) -> Iterator[Hold]:
    if any(one.event.measurements.get(3) == 0 for one in witnesses):
        yield Hold(
            code=Code.V_BENEF_DENY,
            why="expected a visit that happened, got a beneficiary who says it did not",
        )


def _level(
    elements: Sequence[Element], checks: CheckEvents, confirmations: Sequence[SignedEvent]
) -> AssuranceLevel | None:
    if not elements:
        return None
    least = min(element.level for element in elements)
    own = {one.event.device for one in checks.events}
    witnessed = any(one.event.device not in own for one in confirmations)
    return AssuranceLevel.A4 if least is AssuranceLevel.A3 and witnessed else least


def _hex(value: bytes | None) -> str:
    return "none" if value is None else value.hex()
