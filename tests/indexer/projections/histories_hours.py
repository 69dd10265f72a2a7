"""Histories of the time bank, of devices and of anchors that the contracts could have made, for Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from contracts.enums import AssuranceLevel, RedemptionState, TaskState
from contracts.events import (
    ClaimAcknowledged,
    ClaimAdmitted,
    ClaimCredited,
    ClaimDisputed,
    ClaimLapsed,
    ClaimRejected,
    CreditReversed,
    DecidedForMember,
    DecidedForProvider,
    DeviceEnrolled,
    DeviceRevoked,
    DeviceSuspended,
    HeadAnchored,
    LogResumed,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionConfirmed,
    RedemptionDeclined,
    RedemptionDisputed,
    RedemptionLapsed,
    RedemptionOpened,
    RedemptionReversed,
    RedemptionServed,
    RedemptionSettled,
    RedemptionVoided,
    ServiceSet,
    TaskAccepted,
    TaskCancelled,
    TaskExpired,
    TaskOpened,
    TaskReleased,
)
from tests.indexer.projections.paper_mirror import BLOCK_SECONDS, time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.types import Event

PEOPLE, DOCUMENT = 3, bytes(32)
# Members who coordinate, and serve nothing.
OPENER, JUDGE, SECOND = (bytes([n]) * 16 for n in (0xC1, 0xC2, 0xC3))


@dataclass
class Visit:
    """What of a task decides which events may follow."""

    state: TaskState = TaskState.OPEN
    volunteer: bytes = bytes(16)
    level: AssuranceLevel = AssuranceLevel.A0
    minutes: int = 0
    expires_at: int = 0
    creditable_at: int = 0
    decide_by: int = 0
    acknowledged: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether its claim stands by its evidence, or by a coordinator's word."""
        return self.level >= AssuranceLevel.A2 or self.acknowledged


@dataclass
class Held:
    """What of a redemption decides which events may follow."""

    until: int
    minutes: int
    state: RedemptionState = RedemptionState.OPEN
    earned_minutes: int = 0


@dataclass
class Device:
    """What of a device decides which events may follow."""

    suspended: bool = False
    revoked: bool = False


@dataclass
class Town:
    """What of a town decides which events may follow."""

    draw: Callable[[st.SearchStrategy[int]], int]
    now: int = 0
    heads: list[int] = field(default_factory=lambda: [0])
    visits: list[Visit] = field(default_factory=list)
    redemptions: list[Held] = field(default_factory=list)
    devices: dict[int, Device] = field(default_factory=dict)

    def some(self, up_to: int) -> int:
        """A number from 0 to below a bound."""
        return self.draw(st.integers(0, up_to - 1))

    def act(self) -> list[Event]:
        """The events of one act; none where the one that was drawn is not possible."""
        acts = (
            self._serve, self._serve, self._serve, self._serve, self._open, self._redeem, self._redeem, self._rule, self._enrol, self._trust,
            self._anchor,
        )  # fmt: skip
        return list(acts[self.some(len(acts))]())

    def _rule(self) -> Iterator[Event]:
        yield ServiceSet(
            service=1 + self.some(2), min_minutes=self.some(9), max_minutes=99, tariff_minutes=self.some(9)
        )

    def _open(self) -> Iterator[Event]:
        visit = Visit(expires_at=self.now + (1 + self.some(3)) * BLOCK_SECONDS)
        self.visits.append(visit)
        yield TaskOpened(
            task=_id(len(self.visits)), fund=1 + self.some(2), service=1, authorised_minutes=99, beneficiary=bytes(32),
            coordinator=OPENER, expires_at=visit.expires_at,
        )  # fmt: skip

    def _serve(self) -> Iterator[Event]:
        if not self.visits:
            return iter(())
        number = 1 + self.some(len(self.visits))
        visit = self.visits[number - 1]
        possible = {
            TaskState.OPEN: (self._accept, self._accept, self._cancel, self._expire),
            TaskState.ACCEPTED: (self._claim, self._claim, self._claim, self._release, self._cancel),
            TaskState.CLAIMED: (self._credit, self._acknowledge, self._dispute),
            TaskState.DISPUTED: (self._acknowledge, self._reject, self._credit, self._lapse),
            TaskState.CREDITED: (self._reverse,),
        }.get(visit.state, ())
        return possible[self.some(len(possible))](visit, _id(number)) if possible else iter(())

    def _accept(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if self.now < visit.expires_at:
            visit.state, visit.volunteer = TaskState.ACCEPTED, _id(1 + self.some(PEOPLE))
            yield TaskAccepted(task=task, volunteer=visit.volunteer)

    def _cancel(self, visit: Visit, task: bytes) -> Iterator[Event]:
        visit.state = TaskState.CANCELLED
        yield TaskCancelled(task=task, coordinator=JUDGE, document=DOCUMENT)

    def _expire(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if self.now >= visit.expires_at:
            visit.state = TaskState.EXPIRED
            yield TaskExpired(task=task)

    def _release(self, visit: Visit, task: bytes) -> Iterator[Event]:
        visit.state = TaskState.OPEN
        yield TaskReleased(task=task, volunteer=visit.volunteer)

    def _claim(self, visit: Visit, task: bytes) -> Iterator[Event]:
        visit.state, visit.level = TaskState.CLAIMED, AssuranceLevel(self.some(5))
        visit.minutes, visit.creditable_at = 1 + self.some(99), self.now + self.some(3) * BLOCK_SECONDS
        yield ClaimAdmitted(
            task=task, volunteer=visit.volunteer, served_minutes=99, credit_minutes=visit.minutes, level=visit.level, ruleset=bytes(32),
            check_in=task * 2, check_out=task * 2, creditable_at=visit.creditable_at,
        )  # fmt: skip

    def _acknowledge(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if visit.state is TaskState.DISPUTED:
            if self.now >= visit.decide_by:
                return
            visit.creditable_at = self.now
        visit.state, visit.acknowledged = TaskState.CLAIMED, True
        yield ClaimAcknowledged(task=task, coordinator=JUDGE)

    def _dispute(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if self.now < visit.creditable_at:
            visit.state, visit.decide_by = TaskState.DISPUTED, self.now + (1 + self.some(3)) * BLOCK_SECONDS
            yield ClaimDisputed(task=task, coordinator=JUDGE, document=DOCUMENT, decide_by=visit.decide_by)

    def _reject(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if self.now < visit.decide_by:
            visit.state = TaskState.REJECTED
            yield ClaimRejected(task=task, coordinator=JUDGE, document=DOCUMENT)

    def _lapse(self, visit: Visit, task: bytes) -> Iterator[Event]:
        if self.now >= visit.decide_by and not visit.is_sure:
            visit.state = TaskState.REJECTED
            yield ClaimLapsed(task=task)

    def _credit(self, visit: Visit, task: bytes) -> Iterator[Event]:
        is_disputed = visit.state is TaskState.DISPUTED
        if self.now >= (visit.decide_by if is_disputed else visit.creditable_at) and visit.is_sure:
            visit.state = TaskState.CREDITED
            yield ClaimCredited(task=task, volunteer=visit.volunteer, credited_minutes=visit.minutes)

    def _reverse(self, visit: Visit, task: bytes) -> Iterator[Event]:
        visit.state = TaskState.REVERSED
        yield CreditReversed(task=task, coordinator=SECOND, document=DOCUMENT)

    def _redeem(self) -> Iterator[Event]:
        if not self.redemptions or not self.some(4):
            held = Held(until=self.now + (1 + self.some(3)) * BLOCK_SECONDS, minutes=1 + self.some(9))
            self.redemptions.append(held)
            yield RedemptionOpened(
                redemption=_id(len(self.redemptions)),
                member=_id(1 + len(self.redemptions) % PEOPLE),
                provider=_id(9),
                fund=1 + self.some(2),
                service=1,
                held_minutes=held.minutes,
                until=held.until,
            )
            return
        number = 1 + self.some(len(self.redemptions))
        held = self.redemptions[number - 1]
        possible = list(self._redemption_acts(held, _id(number)))
        if possible:
            held.state, event = possible[self.some(len(possible))]
            if isinstance(event, RedemptionServed | RedemptionDisputed):
                held.until = event.until
            held.earned_minutes = getattr(event, "earned_minutes", 0)
            yield event

    def _redemption_acts(self, held: Held, redemption: bytes) -> Iterator[tuple[RedemptionState, Event]]:
        """What may happen to a redemption now, each with the state after it."""
        state, until = held.state, self.now + (1 + self.some(3)) * BLOCK_SECONDS
        earned = held.minutes * self.some(2)
        unserved = state in (RedemptionState.OPEN, RedemptionState.ACCEPTED)
        if state is RedemptionState.OPEN:
            yield RedemptionState.CANCELLED, RedemptionCancelled(redemption=redemption)
        if unserved:
            yield RedemptionState.DECLINED, RedemptionDeclined(redemption=redemption)
            voided = RedemptionVoided(redemption=redemption, coordinator=JUDGE, document=DOCUMENT)
            yield RedemptionState.VOIDED, voided
        if state in (RedemptionState.ACCEPTED, RedemptionState.SERVED, RedemptionState.DISPUTED):
            yield RedemptionState.DONE, RedemptionConfirmed(redemption=redemption, earned_minutes=earned)
        if state is RedemptionState.DONE:
            again = {"coordinator": SECOND, "document": DOCUMENT, "earned_minutes": held.earned_minutes}
            yield RedemptionState.REVERSED, RedemptionReversed(redemption=redemption, **again)
        if self.now < held.until:
            yield from self._redemption_acts_in_time(state, redemption, until, earned)
        elif unserved or state is RedemptionState.DISPUTED:
            yield RedemptionState.LAPSED, RedemptionLapsed(redemption=redemption)
        elif state is RedemptionState.SERVED:
            yield RedemptionState.DONE, RedemptionSettled(redemption=redemption, earned_minutes=earned)

    def _redemption_acts_in_time(
        self, state: RedemptionState, redemption: bytes, until: int, earned: int
    ) -> Iterator[tuple[RedemptionState, Event]]:
        """What may happen to a redemption before its date alone."""
        decision = {"redemption": redemption, "coordinator": JUDGE, "document": DOCUMENT}
        if state is RedemptionState.OPEN:
            yield RedemptionState.ACCEPTED, RedemptionAccepted(redemption=redemption)
        if state is RedemptionState.ACCEPTED:
            yield RedemptionState.SERVED, RedemptionServed(redemption=redemption, until=until)
        if state is RedemptionState.SERVED:
            disputed = RedemptionDisputed(redemption=redemption, document=DOCUMENT, until=until)
            yield RedemptionState.DISPUTED, disputed
        if state is RedemptionState.DISPUTED:
            yield RedemptionState.DONE, DecidedForProvider(**decision, earned_minutes=earned)
            yield RedemptionState.RETURNED, DecidedForMember(**decision)

    def _enrol(self) -> Iterator[Event]:
        number = 1 + self.some(2)
        device = self.devices.setdefault(number, Device())
        if not device.revoked:
            yield DeviceEnrolled(
                device=_device(number), device_class=1, algorithm=1, key_class=1, key_x=bytes(32), key_y=bytes(32), owner=bytes(16),
                place=bytes(32), valid_from=self.some(9), valid_until=2**48 - 1, settled_from=self.some(9),
            )  # fmt: skip

    def _trust(self) -> Iterator[Event]:
        number = 1 + self.some(2)
        device = self.devices.get(number, Device(revoked=True))
        if device.revoked:
            return
        if self.some(3):
            device.suspended = not device.suspended
            yield DeviceSuspended(device=_device(number), suspended=device.suspended)
        else:
            device.revoked = True
            yield DeviceRevoked(device=_device(number), compromised_from=self.some(9))

    def _anchor(self) -> Iterator[Event]:
        if len(self.heads) > 1 and not self.some(3):
            del self.heads[1 + self.some(len(self.heads) - 1) :]
            yield LogResumed(size=self.heads[-1])
            return
        self.heads.append(self.heads[-1] + 1 + self.some(3))
        yield HeadAnchored(size=self.heads[-1], root=b"h" * 32, ruleset=bytes(32))


@st.composite
def histories(draw: Callable[[st.SearchStrategy[int]], int]) -> list[list[Event]]:
    """Blocks of events, some of them empty."""
    town, history = Town(draw), []
    for number in range(1, 1 + draw(st.integers(1, 12))):
        town.now = time_of(number)
        history.append([event for _ in range(draw(st.integers(0, 5))) for event in town.act()])
    return history


def _id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _device(number: int) -> bytes:
    return number.to_bytes(8, "big")
