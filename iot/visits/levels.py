"""The assurance level of a visit: the least over six elements (`docs/service-events.md` §5, step 5).

Nobody submits a level; it is computed from what was signed, and each element says because of what.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.enums import AssuranceLevel, DeviceClass, KeyClass
from iot.event.clock import is_future, is_late
from iot.log.device_chain import has_gap_before

if TYPE_CHECKING:
    from iot.ruleset import Ruleset
    from iot.visits.check_events import CheckEvents, SignedEvent
    from iot.visits.evidence import Evidence

A0, A1, A2, A3 = AssuranceLevel.A0, AssuranceLevel.A1, AssuranceLevel.A2, AssuranceLevel.A3


class ElementName(StrEnum):
    """The six elements of a visit."""

    WHO = "who"
    FOR_WHOM = "for_whom"
    WHAT = "what"
    WHERE = "where"
    WHEN = "when"
    INTEGRITY = "integrity"


class LevelReason(StrEnum):
    """Why an element has its level. Where §5 has a code for it, the code is the value."""

    PHONE_KEY_K3 = "phone key not extractable"
    PHONE_KEY_K2 = "phone key in software"
    PHONE_KEY_WEAK = "phone key shared or none"
    PAD_ONLY = "pad only"
    NO_SIGNER = "neither phone nor pad"
    PLACE_BOUND = "place bound to the task"
    CONFIRMED = "beneficiary confirmed"
    TASK_ONLY = "task only"
    SERVICE_OF_TASK = "service of the task"
    PADS_AT_BOTH_ENDS = "pad tapped at both ends"
    PAD_AT_ONE_END = "pad tapped at one end, or with a key in software"
    GPS_CONFIRMED = "near by GPS and confirmed"
    GPS_ONLY = "near by GPS only"
    LOC_MISSING = "V_LOC_MISSING"
    LOC_FAR = "V_LOC_FAR"
    CLOCK_SET = "clock set within a week"
    SAME_BOOT = "same boot at both ends"
    CLOCK_OLD = "clock set over a week ago"
    CLOCK_NONE = "no clock"
    CLOCK_FUTURE = "E_CLOCK_FUTURE"
    LATE = "E_LATE"
    DEVICE_NEW = "a device enrolled too lately"
    CHAIN_UNBROKEN = "chain unbroken, keys not extractable"
    CHAIN_GAP = "E_CHAIN_GAP"
    KEY_K2 = "a key in software"
    KEY_WEAK = "a key shared or none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One element of the level.

    Attributes:
        name: Which element.
        level: At most this.
        because: Why.
    """

    name: ElementName
    level: AssuranceLevel
    because: LevelReason


def judge_elements(
    checks: CheckEvents, evidence: Evidence, ruleset: Ruleset, *, confirmed: bool
) -> tuple[Element, ...]:
    """The six elements of a visit that has both ends.

    Args:
        checks: Check-in and check-out of the visit.
        evidence: What surrounds them.
        ruleset: Rules in force.
        confirmed: Whether the beneficiary confirmed it.
    """
    judged = {
        ElementName.WHO: _who(checks),
        ElementName.FOR_WHOM: _for_whom(evidence, confirmed=confirmed),
        ElementName.WHAT: (A3, LevelReason.SERVICE_OF_TASK),
        ElementName.WHERE: _where(checks, ruleset, confirmed=confirmed),
        ElementName.WHEN: _when(checks),
        ElementName.INTEGRITY: _integrity(checks, evidence),
    }
    return tuple(Element(name=n, level=level, because=why) for n, (level, why) in judged.items())


Judgement = tuple[AssuranceLevel, LevelReason]


def _who(checks: CheckEvents) -> Judgement:
    phones = [one for one in (checks.phone_in, checks.phone_out) if one]
    if not phones:
        has_pad = any(one.device_class is DeviceClass.PLACE_PAD for one in checks.events)
        return (A1, LevelReason.PAD_ONLY) if has_pad else (A0, LevelReason.NO_SIGNER)
    key_class = min(one.enrolment.key_class for one in phones)
    if key_class >= KeyClass.K3:
        return A3, LevelReason.PHONE_KEY_K3
    return (A2, LevelReason.PHONE_KEY_K2) if key_class is KeyClass.K2 else (A1, LevelReason.PHONE_KEY_WEAK)


def _for_whom(evidence: Evidence, *, confirmed: bool) -> Judgement:
    # A bound place that is not the visit's holds the visit, so being bound is enough here.
    if evidence.task and evidence.task.beneficiary in evidence.places:
        return A3, LevelReason.PLACE_BOUND
    return (A2, LevelReason.CONFIRMED) if confirmed else (A1, LevelReason.TASK_ONLY)


class _End(StrEnum):
    TAPPED_K3 = "tapped, key K3 or better"
    TAPPED = "tapped"
    NEAR = "near"
    FAR = "far"
    MISSING = "missing"


def _where(checks: CheckEvents, ruleset: Ruleset, *, confirmed: bool) -> Judgement:
    ends = {
        _end(checks.check_in, checks.phone_in, ruleset),
        _end(checks.check_out, checks.phone_out, ruleset),
    }
    if _End.FAR in ends:
        return A1, LevelReason.LOC_FAR
    if ends == {_End.TAPPED_K3}:
        return A3, LevelReason.PADS_AT_BOTH_ENDS
    if ends & {_End.TAPPED_K3, _End.TAPPED}:
        return A2, LevelReason.PAD_AT_ONE_END
    if ends == {_End.NEAR}:
        return (A2, LevelReason.GPS_CONFIRMED) if confirmed else (A1, LevelReason.GPS_ONLY)
    return A1, LevelReason.LOC_MISSING


def _end(end: SignedEvent | None, phone: SignedEvent | None, ruleset: Ruleset) -> _End:
    is_pad = end is not None and end.device_class is DeviceClass.PLACE_PAD
    if end and is_pad and (phone is None or end.logged.event_hash in phone.event.refs):
        return _End.TAPPED_K3 if end.enrolment.key_class >= KeyClass.K3 else _End.TAPPED
    location = phone.event.location if phone else None
    if location is None or location.distance_m is None:
        return _End.MISSING
    return _End.NEAR if location.distance_m <= ruleset.gps_radius_m else _End.FAR


def _when(checks: CheckEvents) -> Judgement:
    ends = [end for end in (checks.check_in, checks.check_out) if end]
    if any(is_late(end.event, end.logged.anchor.time_seconds) for end in ends):
        return A1, LevelReason.LATE
    if is_same_boot(checks):
        return A3, LevelReason.SAME_BOOT
    if any(is_future(end.event, end.logged.anchor.time_seconds) for end in ends):
        return A1, LevelReason.CLOCK_FUTURE
    clock_class = min(end.event.clock_class for end in ends)
    if clock_class >= 2:
        return A3, LevelReason.CLOCK_SET
    return (A2, LevelReason.CLOCK_OLD) if clock_class == 1 else (A1, LevelReason.CLOCK_NONE)


def is_same_boot(checks: CheckEvents) -> bool:
    """Whether one device in one boot signed both ends with its monotonic clock."""
    if checks.check_in is None or checks.check_out is None:
        return False
    start, end = checks.check_in.event, checks.check_out.event
    same = (start.device, start.boot) == (end.device, end.boot)
    return same and start.mono_ms is not None and end.mono_ms is not None


def _integrity(checks: CheckEvents, evidence: Evidence) -> Judgement:
    key_class = min(one.enrolment.key_class for one in checks.events)
    if key_class < KeyClass.K2:
        return A1, LevelReason.KEY_WEAK
    if not all(one.is_settled for one in checks.events):
        return A1, LevelReason.DEVICE_NEW
    if any(_is_broken(device, checks, evidence) for device in {one.event.device for one in checks.events}):
        return A2, LevelReason.CHAIN_GAP
    return (A2, LevelReason.KEY_K2) if key_class is KeyClass.K2 else (A3, LevelReason.CHAIN_UNBROKEN)


def _is_broken(device: bytes, checks: CheckEvents, evidence: Evidence) -> bool:
    """Whether the device's chain has a gap before or between its events of the visit."""
    links = evidence.chains.get(device, ())
    seqs = [one.event.seq for one in checks.events if one.event.device == device]
    return any(has_gap_before(link, links) for link in links if min(seqs) <= link.seq <= max(seqs))
