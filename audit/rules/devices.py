"""What the registry says of devices, as of a transaction of the chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.rules.membership import place_of

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.rules.membership import Place

PAD, PHONE, METER, BRIDGE = 1, 2, 3, 4
MOST_BACKDATED_SECONDS = 86_400

Values = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Device:
    """A device.

    Attributes:
        enrolments: Every `DeviceEnrolled`, in chain order.
        suspended: Whether it is suspended.
        revoked_in: Block of its revocation, or None.
        compromised_from: Events from this second on are void once it is revoked.
    """

    enrolments: list[Values] = field(default_factory=list)
    suspended: bool = False
    revoked_in: int | None = None
    compromised_from: int = 0

    def enrolment(self, captured_ms: int) -> Values | None:
        """The latest enrolment in force when an event was captured, or None (`docs/service-events.md` §4)."""
        for entry in reversed(self.enrolments):
            if entry["valid_from"] * 1000 <= captured_ms < entry["valid_until"] * 1000:
                return entry
        return None


class Devices:
    """All devices, brought forward transaction by transaction."""

    def __init__(self, history: History) -> None:
        names = (
            "DeviceRegistry.DeviceEnrolled",
            "DeviceRegistry.DeviceSuspended",
            "DeviceRegistry.DeviceRevoked",
        )
        self._logs = list(history.logs(*names))
        self._next = 0
        self._devices: dict[bytes, Device] = {}

    def until(self, place: Place) -> dict[bytes, Device]:
        """Every device as the transaction at a place found it. Places are asked for in order."""
        while self._next < len(self._logs) and place_of(self._logs[self._next]) < place:
            log = self._logs[self._next]
            self._take(log.event, log.block.number, log.values)
            self._next += 1
        return self._devices

    def _take(self, event: str, block: int, v: Values) -> None:
        device = self._devices.setdefault(v["device"], Device())
        if event == "DeviceEnrolled":
            device.enrolments.append(v)
        elif event == "DeviceSuspended":
            device.suspended = v["suspended"]
        else:
            device.revoked_in, device.compromised_from = block, v["compromised_from"]
