"""The signed events of a bundle, by task and by device, and the heads that anchored them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.chain.history import History, Log
    from audit.decode.cose import Event
    from audit.rules.devices import Device


MOST_NEW_LEAVES = 2**20
"""Leaves by which a head may exceed the one before, as `IEventLog` has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A head of the log that was anchored.

    Attributes:
        size: Number of leaves.
        root: Tree head over them, 32 bytes.
        block: Block that anchored it.
        time: Of that block, seconds since 1970.
        ruleset: Hash of the rules that judge events from then on, 32 bytes.
    """

    size: int
    root: bytes
    block: int
    time: int
    ruleset: bytes


class EventLog:
    """Events by what they belong to. Each list is in the order of the log; a payload that stands twice counts once."""

    def __init__(self, events: Iterable[Event], heads: list[Head]) -> None:
        self._heads = heads
        self._sizes = [head.size for head in heads]
        self.by_task: dict[bytes, list[Event]] = defaultdict(list)
        self.by_device: dict[bytes, list[Event]] = defaultdict(list)
        self.tasks_of: dict[bytes, set[bytes]] = defaultdict(set)
        seen: set[bytes] = set()
        for event in events:
            if event.hash in seen:
                continue
            seen.add(event.hash)
            self.by_device[event.device].append(event)
            if event.task:
                self.by_task[event.task].append(event)
                self.tasks_of[event.actor or b""].add(event.task)

    def anchor(self, event: Event) -> Head | None:
        """The first head that covers an event, or None."""
        at = bisect_right(self._sizes, event.index)
        return self._heads[at] if at < len(self._heads) else None

    def is_void(self, event: Event, devices: dict[bytes, Device]) -> bool:
        """Whether an event is as if it were not there (`docs/service-events.md` §5): its device was revoked, or is unknown."""
        device, anchor = devices.get(event.device), self.anchor(event)
        if device is None or anchor is None or device.enrolment(event.captured_ms) is None:
            return True
        if device.revoked_in is None:
            return False
        return event.captured_ms >= 1000 * device.compromised_from or anchor.block >= device.revoked_in


def heads(history: History) -> list[Head]:
    """Every anchored head that was not set aside, in order."""
    return [
        Head(
            size=log.values["size"], root=log.values["root"], ruleset=log.values["ruleset"],
            block=log.block.number, time=log.block.time,
        )
        for log in anchorings(history)
    ]  # fmt: skip


def anchorings(history: History) -> list[Log]:
    """What anchored the heads that were not set aside, in order."""
    found: list[Log] = []
    for log in history.logs("EventLog.HeadAnchored", "EventLog.LogResumed"):
        if log.event == "LogResumed":
            found = [one for one in found if one.values["size"] <= log.values["size"]]
        else:
            found.append(log)
    return found
