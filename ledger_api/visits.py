"""What the pages show about the signed events of a visit. Whoever runs the application says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitEvent:
    """One signed event of a visit.

    Attributes:
        kind: "check-in", "check-out" or "confirmation".
        device: EUI-64 of the device that signed it, 8 bytes.
        device_class: Such as "PLACE_PAD" or "PHONE".
        time: When it was captured, seconds since 1970.
        leaf_hash: Its leaf in the event log, 32 bytes.
    """

    kind: str
    device: bytes
    device_class: str
    time: int
    leaf_hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelElement:
    """One of the six elements of a visit, whose least is the level of the visit.

    Attributes:
        element: "who", "for_whom", "what", "where", "when" or "integrity".
        level: 0 to 4.
        reason: Why, such as "LOC_MISSING" or "PADS_AT_BOTH_ENDS"; a word of the group `because` in `portal/words.toml`.
    """

    element: str
    level: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitSpan:
    """What lies between check-in and check-out.

    Attributes:
        clock_minutes: Between the two times as they are shown.
        counted_minutes: What counts of it.
        lessened_by: Why that is less, a word of the group `lessened` in `portal/words.toml`; empty if it is not.
    """

    clock_minutes: int
    counted_minutes: int
    lessened_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitEvidence:
    """What the signed events of a task come to.

    Attributes:
        events: In order of capture.
        elements: The six elements; none while an end is missing.
        held_by: Codes of what holds the visit; empty if nothing does.
        span: What lies between its two ends; None while one is missing.
    """

    events: tuple[VisitEvent, ...]
    elements: tuple[LevelElement, ...]
    held_by: tuple[str, ...]
    span: VisitSpan | None = None


class VisitSource(Protocol):
    """Where the evidence of visits is asked."""

    async def evidence(self, task: bytes) -> VisitEvidence | None:
        """Evidence of a task's visit; None if no event names the task.

        Args:
            task: Id of the task, 16 bytes.
        """

    async def place(self, task: bytes) -> bytes | None:
        """Pseudonym of the place that a task is bound to, 16 bytes; None if the register of places does not know it.

        Args:
            task: Id of the task, 16 bytes.
        """
