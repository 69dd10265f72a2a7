"""What a visit is judged by: the task on chain, the events in the log, the devices in the registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.device_chain import DeviceChain

if TYPE_CHECKING:
    from audit.decode.cose import Event
    from audit.rules.devices import Device
    from audit.rules.event_log import EventLog


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What the chain says of a task when its claim is admitted.

    Attributes:
        id: 16 bytes.
        volunteer: Member who took it, 16 bytes.
        min_minutes: Shorter visits of its service earn nothing.
        authorised_minutes: No visit for it earns more.
        place: Place bound to it, 16 bytes, or None where the bundle tells no binding.
    """

    id: bytes
    volunteer: bytes
    min_minutes: int
    authorised_minutes: int
    place: bytes | None


@dataclass(kw_only=True, slots=True)
class Visit:
    """The events of a visit (step 1) and what follows from them.

    Attributes:
        check_in: The check-in that counts, or None.
        check_out: The check-out that counts, or None.
        phone_in: The phones' first check-in, or None.
        phone_out: The phones' last check-out, or None.
        minutes: Minutes served that count.
        level: 0 to 4.
        holds: Codes of what holds the visit; a held visit makes no claim.
    """

    check_in: Event | None
    check_out: Event | None
    phone_in: Event | None
    phone_out: Event | None
    minutes: int = 0
    level: int = 0
    holds: set[str] = field(default_factory=set)

    @property
    def ends(self) -> tuple[Event, Event]:
        """Check-in and check-out of a visit that has both."""
        if self.check_in is None or self.check_out is None:
            raise DecodeError("expected a visit with check-in and check-out")
        return self.check_in, self.check_out

    @property
    def events(self) -> list[Event]:
        """Check-in and check-out, and the phones' first 101 and last 102, none twice."""
        found = (self.check_in, self.check_out, self.phone_in, self.phone_out)
        return list({e.index: e for e in found if e}.values())


class VisitEvidence:
    """What the first leaves of the log and the registry say of visits.

    Args:
        log: The events and their anchors.
        size: How many leaves count; an anchored size.
        devices: The registry when the claim is judged.
        bindings: Place by commitment.
        ruleset: The rules (§6).
    """

    def __init__(
        self, log: EventLog, size: int, devices: dict[bytes, Device], bindings: dict[bytes, bytes],
        ruleset: dict[str, Any],
    ) -> None:  # fmt: skip
        self.log, self.size, self.devices, self.bindings, self.ruleset = log, size, devices, bindings, ruleset
        self._chains: dict[bytes, DeviceChain] = {}

    def enrolment(self, event: Event) -> dict[str, Any]:
        """The enrolment that an event falls under. An event without one is void and never comes here."""
        return self.devices[event.device].enrolment(event.captured_ms) or {}

    def is_settled(self, event: Event) -> bool:
        """Whether an event came, by its own clock and by its anchor, when its device counted in full."""
        anchor = self.log.anchor(event)
        anchored_at = anchor.time if anchor else 0
        settled_from: int = self.enrolment(event)["settled_from"]
        return min(event.captured_ms // 1000, anchored_at) >= settled_from

    def device_class(self, event: Event) -> int:
        """Class of the device that signed an event."""
        found: int = self.enrolment(event)["device_class"]
        return found

    def chain(self, device: bytes) -> DeviceChain:
        """The chain of a device's events that are there."""
        if device not in self._chains:
            self._chains[device] = DeviceChain(self._valid(self.log.by_device.get(device, [])))
        return self._chains[device]

    def _valid(self, events: list[Event]) -> list[Event]:
        return [e for e in events if e.index < self.size and not self.log.is_void(e, self.devices)]

    def events_of(self, task: bytes) -> list[Event]:
        """The events of a task that are there and not void."""
        return self._valid(self.log.by_task.get(task, []))

    def troubles(self, events: list[Event]) -> set[str]:
        """What is wrong with the devices of events: suspended, or in a conflict that no later enrolment ended."""
        found = {"V_SUSPENDED" for e in events if self.devices[e.device].suspended}
        for event in events:
            since_ms = 1000 * self.enrolment(event)["valid_from"]
            found |= {c.code for c in self.chain(event.device).conflicts if since_ms <= c.until_ms}
        return found
