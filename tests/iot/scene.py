"""A visit in the making: a place, a volunteer and a resident with devices, and what the log makes of their events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.enums import AssuranceLevel, DeviceClass
from iot.directory import Anchor
from iot.ingest.receipts import Outcome
from iot.ruleset import Ruleset
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import VisitPlan
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from tests.iot.town import DOMAIN, NOW, commitment, id16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.codes import Code
    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from iot.simulator.device import EmittedEvent
    from iot.visits.levels import ElementName, LevelReason
    from iot.visits.visits import Visit
    from tests.iot.town import Clock, MemoryDirectory


A0, A1, A2, A3, A4 = AssuranceLevel
BLOCK = 10
RULES = Ruleset()


class Scene:
    """A place, a volunteer, a resident, and what the log makes of them."""

    def __init__(
        self, store: EventStore, ingest: Ingest, directory: MemoryDirectory, clock: Clock,
        pad: SimulatedDevice, phone: SimulatedDevice, home: SimulatedDevice,
    ) -> None:  # fmt: skip
        self.store, self.ingest, self.directory, self.clock = store, ingest, directory, clock
        self.pad, self.phone, self.home = pad, phone, home
        self.plan = VisitPlan(
            task=id16("task"), volunteer=id16("volunteer"), place=id16("place"), check_in_ms=NOW * 1000, minutes=60,
            phone=phone, pad=pad, resident=id16("resident"), resident_device=home,
        )  # fmt: skip
        self.plan_alone = replace(self.plan, resident=None, resident_device=None)

    async def log(self, events: Sequence[EmittedEvent]) -> None:
        """Takes in events two hours after the visit began, which is when the head is anchored too."""
        self.clock.now = max(self.clock.now, NOW + 2 * 3600)
        for one in events:
            receipt = await self.ingest.receive(one.message)
            assert receipt.outcome is Outcome.ACCEPTED, receipt
        self.anchor(self.clock.now)

    def anchor(self, time_seconds: int) -> None:
        with self.store.log() as log:
            head = log.head()
        heads = self.directory.heads
        heads.append(
            Anchor(size=head.size, root=head.root, block_number=BLOCK + len(heads), time_seconds=time_seconds)
        )

    def visit(self, task: bytes = id16("task"), head: Anchor | None = None) -> Visit:
        with self.store.reading() as connection:
            evidence = gather(connection, self.directory, task, head or self.directory.heads[-1])
        return assemble(evidence, RULES)

    async def see(self, events: Sequence[EmittedEvent]) -> Visit:
        await self.log(events)
        return self.visit()

    def unbind(self) -> None:
        """Forgets which place the beneficiary belongs to."""
        del self.directory.places[commitment("resident")]

    def change_task(self, **fields: Any) -> None:
        self.directory.tasks[id16("task")] = replace(self.directory.tasks[id16("task")], **fields)

    def new_device(self, name: str, device_class: DeviceClass, **fields: Any) -> SimulatedDevice:
        device = SimulatedDevice(name, DOMAIN, device_class, **fields)
        self.directory.enrol(device)
        return device


def because(visit: Visit, name: ElementName) -> LevelReason:
    return next(element.because for element in visit.elements if element.name is name)


def held_by(visit: Visit) -> set[Code]:
    return {hold.code for hold in visit.holds}
