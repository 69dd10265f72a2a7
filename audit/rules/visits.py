"""From the events of a visit to its minutes and level: `docs/service-events.md` §5, step by step, from that page alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.devices import BRIDGE, PAD, PHONE
from audit.rules.levels import is_same_boot, level_of
from audit.rules.visit_evidence import Task, Visit, VisitEvidence

if TYPE_CHECKING:
    from audit.decode.cose import Event

CHECK_IN, CHECK_OUT, CONFIRMATION = 101, 102, 103


class Assembler(VisitEvidence):
    """Judges visits by the first leaves of the log."""

    def assemble(self, task: Task) -> Visit:
        """Minutes, level and holds of a task's visit."""
        visit = self._visit(task.id)
        visit.holds |= self._missing(visit) | self._pairing(visit, task) | self.troubles(visit.events)
        said = [e for e in self.events_of(task.id) if e.type == CONFIRMATION and self._may_confirm(e, task)]
        visit.holds |= {"V_BENEF_DENY"} if any(_measured(e, 3) == 0 for e in said) else set()
        if visit.check_in and visit.check_out:
            self._measure(visit, task, visit.check_in, visit.check_out)
            visit.level = level_of(
                self, visit, task, [e for e in said if _measured(e, 3) == 1 and self.is_settled(e)]
            )
        return visit

    def _visit(self, task: bytes) -> Visit:
        """Step 1: pads before phones before bridges; the first check-in, the last check-out."""
        ins = self._by_class(task, CHECK_IN)
        outs = self._by_class(task, CHECK_OUT)
        classes = (PAD, PHONE, BRIDGE)
        return Visit(
            check_in=next((ins[c][0] for c in classes if ins[c]), None),
            check_out=next((outs[c][-1] for c in classes if outs[c]), None),
            phone_in=ins[PHONE][0] if ins[PHONE] else None,
            phone_out=outs[PHONE][-1] if outs[PHONE] else None,
        )

    @staticmethod
    def _missing(visit: Visit) -> set[str]:
        ends = {"V_NO_IN": visit.check_in, "V_NO_OUT": visit.check_out}
        return {code for code, end in ends.items() if end is None}

    def _by_class(self, task: bytes, event_type: int) -> dict[int, list[Event]]:
        events = sorted(self.events_of(task), key=lambda e: (e.captured_ms, e.index))
        return {
            c: [e for e in events if e.type == event_type and self.device_class(e) == c]
            for c in (PAD, PHONE, BRIDGE)
        }

    def _pairing(self, visit: Visit, task: Task) -> set[str]:
        """Step 2: one volunteer, one place, and each phone its actor's own."""
        holds = {"V_NO_TASK" for e in visit.events if e.actor != task.volunteer}
        places = {e.place for e in visit.events}
        pads = [e for e in visit.events if self.device_class(e) == PAD]
        known = {task.place, *(self.bindings.get(self.enrolment(e)["place"]) for e in pads)} - {None}
        if len(places | known) > 1 or None in places:
            holds.add("V_WRONG_PLACE")
        phones = [e for e in visit.events if self.device_class(e) == PHONE]
        return holds | {"V_PROXY_PHONE" for e in phones if self.enrolment(e)["owner"] != e.actor}

    def _measure(self, visit: Visit, task: Task, first: Event, last: Event) -> None:
        """Step 3: minutes, never rounded up, and nobody in two places."""
        minutes = _served_ms(first, last) // 60_000
        if minutes <= 0 or minutes < task.min_minutes:
            visit.holds.add("V_SHORT")
        if minutes > self.ruleset["max_visit_minutes"]:
            visit.holds.add("V_LONG")
        if self._overlaps(task, first, last):
            visit.holds.add("V_OVERLAP")
        visit.minutes = min(minutes, task.authorised_minutes)

    def _overlaps(self, task: Task, first: Event, last: Event) -> bool:
        """Whether the volunteer is in another visit at the same time."""
        for other in self.log.tasks_of.get(task.volunteer, set()) - {task.id}:
            visit = self._visit(other)
            begin, end = visit.check_in, visit.check_out
            if not begin or not end or {begin.actor, end.actor} != {task.volunteer}:
                continue
            if first.captured_ms < end.captured_ms and begin.captured_ms < last.captured_ms:
                return True
        return False

    def _may_confirm(self, event: Event, task: Task) -> bool:
        """Whether an event 103 is the word of somebody else, by a channel and a device that may say it."""
        if _measured(event, 1) not in self.ruleset["confirm_channels"] or event.actor in (
            None,
            task.volunteer,
        ):
            return False
        by = self.device_class(event)
        own_phone = by == PHONE and self.enrolment(event)["owner"] == event.actor
        return (by in (PAD, BRIDGE) or own_phone) and not self.troubles([event])


def _served_ms(first: Event, last: Event) -> int:
    if first.mono_ms is not None and last.mono_ms is not None and is_same_boot(first, last):
        return last.mono_ms - first.mono_ms
    doubt_ms = 2000 * (first.clock_uncertainty_seconds + last.clock_uncertainty_seconds)
    return last.captured_ms - first.captured_ms - doubt_ms


def _measured(event: Event, key: int) -> Any:
    return (event.measurements or {}).get(key)
