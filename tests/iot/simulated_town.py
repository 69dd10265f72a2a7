"""A town that lives by itself: homes with pads and meters, volunteers with phones, and faults where they are switched on.

The same seed gives the same day. What comes out is what devices would send, in the order of time; whoever runs the town
moves the clock.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import DeviceClass
from iot.directory import TaskRecord
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import VisitPlan, reading, visit_events
from iot.simulator.faults import MESSAGE_FAULTS, VISIT_FAULTS, faulty_messages, faulty_visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iot.codes import Code
    from iot.event.cose import Domain

READING_HOURS = 6
DAY_HOURS = 24
SERVICE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class SentMessage:
    """A message on its way.

    Attributes:
        at_seconds: When it is sent, since 1970.
        device: Who sends it, 8 bytes.
        message: COSE message, or what a fault made of it.
        fault: Fault it is part of, or None.
    """

    at_seconds: int
    device: bytes
    message: bytes
    fault: Code | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A home where somebody is visited.

    Attributes:
        place: Pseudonym of the place, 16 bytes.
        commitment: Commitment to resident and place, 32 bytes.
        resident: Member who lives there, 16 bytes.
        pad: Place device at the door.
        meter: Water meter.
        phone: The resident's phone.
    """

    place: bytes
    commitment: bytes
    resident: bytes
    pad: SimulatedDevice
    meter: SimulatedDevice
    phone: SimulatedDevice


class SimulatedTown:
    """Homes, volunteers and their devices, made from a seed.

    Args:
        seed: Any number.
        domain: Deployment that the devices sign for.
        homes: How many homes.
        volunteers: How many volunteers; more than homes, because each home is visited by another one.
        elsewhere: Another deployment, for the fault E_AAD.
    """

    def __init__(self, *, seed: int, domain: Domain, homes: int, volunteers: int, elsewhere: Domain) -> None:
        self._random = random.Random(seed)
        self._seed, self._domain, self._elsewhere = seed, domain, elsewhere
        self.homes = [self._home(n) for n in range(homes)]
        members = [self._id16(f"volunteer {n}") for n in range(volunteers)]
        self.phones = {
            member: SimulatedDevice(f"{seed} phone {n}", domain, DeviceClass.PHONE, owner=member)
            for n, member in enumerate(members)
        }
        self.tasks: dict[bytes, TaskRecord] = {}

    @property
    def devices(self) -> list[SimulatedDevice]:
        """All devices, to be enrolled."""
        of_homes = [device for home in self.homes for device in (home.pad, home.meter, home.phone)]
        return [*of_homes, *self.phones.values()]

    @property
    def places(self) -> dict[bytes, bytes]:
        """Place behind each commitment of a resident or a pad."""
        return {home.commitment: home.place for home in self.homes}

    def day(self, start_seconds: int, faults: Mapping[Code, float]) -> list[SentMessage]:
        """One day: each home is visited once by day and its meter read every six hours.

        Args:
            start_seconds: Midnight, since 1970.
            faults: Switches: for each fault, the share (0 to 1) of visits or readings that have it.

        Returns:
            Messages in the order of time. The tasks of the visits are in `tasks` afterwards.
        """
        sent: list[SentMessage] = []
        # Nobody serves twice a day, so that each phone's events come in the order of its counter.
        members = self._random.sample(list(self.phones), len(self.homes))
        for home, member in zip(self.homes, members, strict=True):
            sent += self._readings(home, start_seconds, faults)
            sent += self._visit(self._plan(home, member, start_seconds), faults)
        return sorted(sent, key=lambda one: one.at_seconds)

    def _readings(
        self, home: Home, start_seconds: int, faults: Mapping[Code, float]
    ) -> Iterator[SentMessage]:
        litres_total = 100_000
        for hour in range(READING_HOURS, DAY_HOURS + 1, READING_HOURS):
            at_seconds = start_seconds + hour * 3600
            fault = self._draw_fault(faults, MESSAGE_FAULTS)
            if fault is None:
                litres = tuple(self._random.choice((0, 0, 3, 12)) for _ in range(READING_HOURS))
                litres_total += sum(litres)
                messages = [reading(home.meter, 1000 * at_seconds, litres_total, litres).message]
            else:
                messages = faulty_messages(fault, home.meter, 1000 * at_seconds, self._elsewhere)
            for message in messages:
                yield SentMessage(at_seconds=at_seconds, device=home.meter.id, message=message, fault=fault)

    def _visit(self, plan: VisitPlan, faults: Mapping[Code, float]) -> Iterator[SentMessage]:
        fault = self._draw_fault(faults, VISIT_FAULTS)
        stranger = self._random.choice([phone for phone in self.phones.values() if phone is not plan.phone])
        for one in faulty_visit(fault, plan, stranger) if fault else visit_events(plan):
            at_seconds = -(-one.event.captured_ms // 1000)
            yield SentMessage(at_seconds=at_seconds, device=one.device, message=one.message, fault=fault)

    def _plan(self, home: Home, member: bytes, start_seconds: int) -> VisitPlan:
        task = TaskRecord(
            task=self._random.randbytes(16), service=SERVICE, min_minutes=10, authorised_minutes=120,
            beneficiary=home.commitment, volunteer=member,
        )  # fmt: skip
        self.tasks[task.task] = task
        return VisitPlan(
            task=task.task, volunteer=member, place=home.place,
            check_in_ms=1000 * (start_seconds + self._random.randrange(8 * 3600, 20 * 3600)),
            minutes=self._random.randrange(20, 110), phone=self.phones[member], pad=home.pad,
            resident=home.resident, resident_device=home.phone,
        )  # fmt: skip

    def _draw_fault(self, faults: Mapping[Code, float], kind: Mapping[Code, object]) -> Code | None:
        """The fault that happens now, if any."""
        return next((code for code in kind if self._random.random() < faults.get(code, 0.0)), None)

    def _home(self, n: int) -> Home:
        name = f"{self._seed} home {n}"
        commitment = hashlib.sha256(f"commitment {name}".encode()).digest()
        resident = self._id16(f"resident {n}")
        return Home(
            place=self._id16(f"place {n}"),
            commitment=commitment,
            resident=resident,
            pad=SimulatedDevice(f"{name} pad", self._domain, DeviceClass.PLACE_PAD, place=commitment),
            meter=SimulatedDevice(f"{name} meter", self._domain, DeviceClass.METER, place=commitment),
            phone=SimulatedDevice(f"{name} phone", self._domain, DeviceClass.PHONE, owner=resident),
        )

    def _id16(self, name: str) -> bytes:
        return hashlib.sha256(f"{self._seed} {name}".encode()).digest()[:16]
