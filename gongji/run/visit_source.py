"""Shows the portal what the signed events of a visit come to (`ledger_api.visits.VisitSource`)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from contracts.enums import DeviceClass
from iot.directory import Anchor
from iot.event.event import EventType
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from ledger_api.visits import LevelElement, VisitEvent, VisitEvidence, VisitSpan

if TYPE_CHECKING:
    from iot.directory import Directory
    from iot.log.store import EventStore
    from iot.ruleset import Ruleset
    from iot.visits.elapsed import Span
    from iot.visits.evidence import Evidence, LoggedEvent
    from kit.clock import Clock

KINDS = {
    EventType.CHECK_IN: "check-in",
    EventType.CHECK_OUT: "check-out",
    EventType.CONFIRMATION: "confirmation",
}


class LogVisitSource:
    """Assembles visits from the event log as it is now, anchored or not."""

    def __init__(self, store: EventStore, directory: Directory, ruleset: Ruleset, clock: Clock) -> None:
        self._store, self._directory, self._ruleset, self._clock = store, directory, ruleset, clock

    async def evidence(self, task: bytes) -> VisitEvidence | None:
        """Evidence of a task's visit; None if no event names the task."""
        return await asyncio.to_thread(self._evidence, task)

    async def place(self, task: bytes) -> bytes | None:
        """Pseudonym of the place that a task is bound to; None if it is not known."""
        return await asyncio.to_thread(self._place, task)

    def _place(self, task: bytes) -> bytes | None:
        record = self._directory.task(task)
        return self._directory.place_of(record.beneficiary) if record else None

    def _evidence(self, task: bytes) -> VisitEvidence | None:
        with self._store.log() as reader:
            head = reader.head()
        # What is not anchored yet is shown as if it were anchored now.
        now = Anchor(size=head.size, root=head.root, block_number=0, time_seconds=self._clock())
        with self._store.reading() as connection:
            found = gather(connection, self._directory, task, now)
        if not found.events:
            return None
        visit = assemble(found, self._ruleset)
        return VisitEvidence(
            events=tuple(_event(logged, found) for logged in found.events),
            elements=tuple(
                LevelElement(element=e.name.value, level=int(e.level), reason=e.because.name)
                for e in visit.elements
            ),
            held_by=tuple(hold.code.value for hold in visit.holds),
            span=_span(visit.span),
        )


def _span(span: Span | None) -> VisitSpan | None:
    if span is None:
        return None
    return VisitSpan(
        clock_minutes=span.clock_minutes,
        counted_minutes=span.counted_minutes,
        lessened_by=span.lessened_by or "",
    )


def _event(logged: LoggedEvent, found: Evidence) -> VisitEvent:
    record = found.devices.get(logged.event.device)
    device_class = record.enrolments[-1].device_class if record else DeviceClass.NONE
    return VisitEvent(
        kind=KINDS[EventType(logged.event.type)],
        device=logged.event.device,
        device_class=device_class.name,
        time=logged.event.captured_ms // 1000,
        leaf_hash=logged.leaf_hash,
    )
