"""How sure a visit is: the least over six elements (`docs/service-events.md` §5, step 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.devices import PAD, PHONE

if TYPE_CHECKING:
    from audit.decode.cose import Event
    from audit.rules.visit_evidence import Task, Visit, VisitEvidence

A0, A1, A2, A3, A4 = range(5)
K2, K3 = 2, 3
LATE_SECONDS, FUTURE_SECONDS = 7 * 24 * 3600, 300


def level_of(evidence: VisitEvidence, visit: Visit, task: Task, confirmed: list[Event]) -> int:
    """Level of a visit, 0 to 4. What was done is A3 always: a task on chain has its service.

    Args:
        evidence: Knows log, registry and rules.
        visit: Its events; both ends are there.
        task: What the chain says of it.
        confirmed: Confirmations that count.
    """
    first, last = visit.ends
    least = min(
        _who(evidence, visit), _for_whom(task, confirmed=bool(confirmed)),
        _where(evidence, visit, confirmed=bool(confirmed)), _when(evidence, first, last), _integrity(evidence, visit),
    )  # fmt: skip
    signers = {e.device for e in visit.events}
    witnessed = any(e.device not in signers for e in confirmed)
    return A4 if least == A3 and witnessed else least


def _who(evidence: VisitEvidence, visit: Visit) -> int:
    phones = [e for e in visit.events if evidence.device_class(e) == PHONE]
    if phones:
        return _by_key(min(_key_class(evidence, e) for e in phones))
    return A1 if any(evidence.device_class(e) == PAD for e in visit.events) else A0


def _for_whom(task: Task, *, confirmed: bool) -> int:
    if task.place is not None:
        return A3
    return A2 if confirmed else A1


def _where(evidence: VisitEvidence, visit: Visit, *, confirmed: bool) -> int:
    first, last = visit.ends
    ends = [_end(evidence, first, visit.phone_in), _end(evidence, last, visit.phone_out)]
    if "far" in ends:
        return A1
    if "tapped" in ends:
        strong = all(_key_class(evidence, e) >= K3 for e in (first, last))
        return A3 if ends == ["tapped", "tapped"] and strong else A2
    return A2 if ends == ["near", "near"] and confirmed else A1


def _end(evidence: VisitEvidence, event: Event, phone: Event | None) -> str:
    if evidence.device_class(event) == PAD and (phone is None or event.hash in phone.refs):
        return "tapped"
    distance_m = (phone.location or {}).get(3) if phone else None
    if distance_m is None:
        return "missing"
    return "near" if distance_m <= evidence.ruleset["gps_radius_m"] else "far"


def is_same_boot(first: Event, last: Event) -> bool:
    """Whether both ends were timed by one running counter."""
    same = (first.device, first.boot) == (last.device, last.boot)
    return same and first.mono_ms is not None and last.mono_ms is not None


def _when(evidence: VisitEvidence, first: Event, last: Event) -> int:
    if any(_after_anchor_ms(evidence, e) < -1000 * LATE_SECONDS for e in (first, last)):
        return A1
    if is_same_boot(first, last):
        return A3
    return min(_by_clock(evidence, e) for e in (first, last))


def _by_clock(evidence: VisitEvidence, event: Event) -> int:
    in_future = _after_anchor_ms(evidence, event) > 1000 * FUTURE_SECONDS
    return {0: A1, 1: A2}.get(0 if in_future else event.clock_class, A3)


def _after_anchor_ms(evidence: VisitEvidence, event: Event) -> int:
    """How long after its anchor an event says it was captured, in milliseconds. An event without anchor is void."""
    anchor = evidence.log.anchor(event)
    return event.captured_ms - 1000 * anchor.time if anchor else 0


def _integrity(evidence: VisitEvidence, visit: Visit) -> int:
    keys = _by_key(min(_key_class(evidence, e) for e in visit.events))
    if not all(evidence.is_settled(e) for e in visit.events):
        return A1
    unbroken = True
    for device in {e.device for e in visit.events}:
        numbers = [e.seq for e in visit.events if e.device == device]
        unbroken &= evidence.chain(device).is_unbroken(min(numbers), max(numbers))
    return keys if unbroken else min(keys, A2)


def _key_class(evidence: VisitEvidence, event: Event) -> int:
    found: int = evidence.enrolment(event)["key_class"]
    return found


def _by_key(key_class: int) -> int:
    if key_class >= K3:
        return A3
    return A2 if key_class == K2 else A1
