"""The keeper claims and credits what it must, once, in whatever order blocks, anchors, acceptances and restarts come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from eth_utils import keccak
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contracts.enums import AssuranceLevel, TaskState
from gongji.keeper.duty import ORDER_AGAIN_SECONDS
from iot.simulator.events import VisitPlan, visit_events
from tests.conftest import member_id
from tests.contracts.neighbourhood import FUND
from tests.gongji.keeper.world import HOME, SERVICE, VOLUNTEERS, World
from wallets.intents import ActOnTask, OpenTask, TaskAct

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTHORISED_MINUTES = 60
STRANGER = "barber"
DAY = 86_400
TASK_SECONDS, CLAIM_SECONDS, DECISION_SECONDS = 10 * DAY, 7 * DAY, 14 * DAY
UNSERVED, UNDECIDED = (TaskState.OPEN, TaskState.ACCEPTED), (TaskState.CLAIMED, TaskState.DISPUTED)


@dataclass(eq=False)
class Service:
    """A task, as far as the contract does not tell it.

    Attributes:
        task: Its id, 16 bytes.
        volunteer: Who visits.
        visited: Size of the log with the whole visit in it; None before.
        accepted_at: When whoever has it took it, seconds since 1970.
    """

    task: bytes
    volunteer: str
    visited: int | None = None
    accepted_at: int = 0


class Keeping(RuleBasedStateMachine):
    """The keeper beside what its orders should be, told from contracts and log alone."""

    def __init__(self) -> None:
        super().__init__()
        self.services: list[Service] = []
        self.busy: dict[str, int] = {}
        self.anchored_at = 0

    @initialize()
    def found(self) -> None:
        self.world = World()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()

    @rule(volunteer=st.sampled_from(VOLUNTEERS))
    def open(self, volunteer: str) -> None:
        task = keccak(text=f"task {len(self.services)}")[:16]
        self.services.append(Service(task, volunteer))
        opened = OpenTask(
            task=task, fund=FUND, service=SERVICE, authorised_minutes=AUTHORISED_MINUTES, beneficiary=self.world.home,
            expires_at=self.world.now + TASK_SECONDS, nonce=0, deadline=0,
        )  # fmt: skip
        self.world.block(self.world.act("coordinator", opened))

    @precondition(lambda self: self.services)
    @rule(data=st.data(), stranger=st.booleans())
    def accept_or_release(self, data: st.DataObject, stranger: bool) -> None:
        one = data.draw(st.sampled_from(self.services))
        state, *_, until, holder, _ = self.record(one)
        if state == TaskState.OPEN and self.world.now + 3600 < until:
            self.does(STRANGER if stranger else one.volunteer, TaskAct.ACCEPT, one)
            one.accepted_at = self.world.now
        elif state == TaskState.ACCEPTED and stranger:
            has_it = STRANGER if holder == member_id(STRANGER) else one.volunteer
            self.does(has_it, TaskAct.RELEASE, one)

    @precondition(lambda self: self.services)
    @rule(data=st.data(), with_pad=st.booleans())
    def visit(self, data: st.DataObject, with_pad: bool) -> None:
        """Accepted or not: a phone knows nothing of the chain. One visit of a volunteer an hour, so that none overlap."""
        self.go(data.draw(st.sampled_from(self.services)), with_pad)

    def go(self, one: Service, with_pad: bool) -> None:
        if one.visited is not None or self.busy.get(one.volunteer) == self.world.mirror.height:
            return
        self.busy[one.volunteer] = self.world.mirror.height
        plan = VisitPlan(
            task=one.task, volunteer=member_id(one.volunteer), place=HOME, check_in_ms=1000 * (self.world.now - 3000), minutes=40,
            phone=self.world.phones[one.volunteer], pad=self.world.pads[one.volunteer] if with_pad else None, distance_m=20,
        )  # fmt: skip
        self.world.log(visit_events(plan))
        one.visited = self.size()

    @precondition(lambda self: self.claimed())
    @rule(data=st.data(), what=st.sampled_from([TaskAct.ACKNOWLEDGE, TaskAct.DISPUTE, TaskAct.REJECT]))
    def judge(self, data: st.DataObject, what: TaskAct) -> None:
        one = data.draw(st.sampled_from(self.claimed()))
        state, *_, until, _, _ = self.record(one)
        can = {
            TaskAct.ACKNOWLEDGE: self.world.now + 3600 < self.decide_by(state, until),
            TaskAct.DISPUTE: state == TaskState.CLAIMED and self.world.now + 3600 < until,
            TaskAct.REJECT: state == TaskState.DISPUTED and self.world.now + 3600 < until,
        }
        if can[what]:
            # Who disputed a claim does not decide on it.
            self.does("second coordinator" if what is TaskAct.DISPUTE else "coordinator", what, one)

    @rule(volunteer=st.sampled_from(VOLUNTEERS), with_pad=st.booleans())
    def serve(self, volunteer: str, with_pad: bool) -> None:
        """So that tasks get far: opened, taken, visited and claimed in one go."""
        self.open(volunteer)
        one = self.services[-1]
        self.does(volunteer, TaskAct.ACCEPT, one)
        one.accepted_at = self.world.now
        self.go(one, with_pad)
        for _ in range(2):
            self.everything_is_seen_to()

    @rule(hours=st.integers(1, 3))
    def time_passes(self, hours: int) -> None:
        self.world.hours(hours)

    @rule()
    def two_weeks_pass(self) -> None:
        """What nobody served or decided comes to its end."""
        self.world.hours(15 * 24)

    @rule(minutes=st.integers(1, 19))
    def minutes_pass(self, minutes: int) -> None:
        self.world.now += 60 * minutes

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(lost=st.booleans())
    def carry(self, lost: bool) -> None:
        before = self.anchored()
        self.world.carry(lost=lost)
        if self.anchored() != before:
            self.anchored_at = self.world.now

    @rule()
    def round(self) -> None:
        """The orders of a round are those that are due and were not given in this hour."""
        ordered = {row.idempotency_key for row in self.world.orders()}
        assert self.world.round() == set(self.due()) - ordered

    @rule()
    def everything_is_seen_to(self) -> None:
        """A round, and its orders are done."""
        self.round()
        self.carry(lost=False)

    def due(self) -> Iterator[str]:
        hour, size = self.world.now // ORDER_AGAIN_SECONDS, self.size()
        is_time = (
            self.anchored_at == 0 or self.world.now - self.anchored_at >= self.world.config.anchor_seconds
        )
        if size > self.anchored() and is_time:
            yield f"keeper:anchor/{size}/{hour}"
        for one in self.services:
            state, level, acknowledged, *_, until, holder, _ = self.record(one)
            seen = one.visited is not None and one.visited <= self.anchored()
            ends_at = until + (CLAIM_SECONDS if state == TaskState.ACCEPTED else 0)
            if state in UNSERVED and self.world.now >= ends_at:
                yield f"keeper:expireTask/{one.task.hex()}/{hour}"
            elif state == TaskState.ACCEPTED and seen and holder == member_id(one.volunteer):
                yield f"keeper:claim/{one.task.hex()}/{one.accepted_at}/{hour}"
            sure = acknowledged or level >= AssuranceLevel.A2
            if state in UNDECIDED and sure and self.world.now >= until:
                yield f"keeper:credit/{one.task.hex()}/{hour}"
            if state in UNDECIDED and not sure and self.world.now >= self.decide_by(state, until):
                yield f"keeper:lapseClaim/{one.task.hex()}/{hour}"

    @staticmethod
    def decide_by(state: int, until: int) -> int:
        """When no coordinator may decide on a claim any more, seconds since 1970."""
        return until + (0 if state == TaskState.DISPUTED else DECISION_SECONDS)

    def claimed(self) -> list[Service]:
        return [
            one for one in self.services if self.record(one)[0] in (TaskState.CLAIMED, TaskState.DISPUTED)
        ]

    def record(self, one: Service) -> tuple[int, ...]:
        """The task, as the contract has it."""
        found: tuple[int, ...] = self.world.evm.read("TimeBank", "taskRecord", one.task)
        return found

    def anchored(self) -> int:
        return int(self.world.evm.read("EventLog", "anchoredSize"))

    def size(self) -> int:
        with self.world.store.log() as log:
            return log.size()

    def does(self, name: str, what: TaskAct, one: Service) -> None:
        intent = ActOnTask(act=what, task=one.task, document=bytes(32), nonce=0, deadline=0)
        self.world.block(self.world.act(name, intent))


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    """The machine, driven by hand: each round is compared with what is due."""
    machine = Keeping()
    machine.found()
    yield machine
    machine.teardown()


def test_a_visit_anchored_before_its_task_was_taken_is_claimed_once_it_is(keeping: Keeping) -> None:
    keeping.open("volunteer")
    (one,) = keeping.services
    keeping.go(one, with_pad=True)
    keeping.everything_is_seen_to()
    keeping.round()
    keeping.does("volunteer", TaskAct.ACCEPT, one)
    one.accepted_at = keeping.world.now
    assert [key[:12] for key in keeping.due()] == ["keeper:claim"]
    keeping.everything_is_seen_to()
    assert keeping.record(one)[0] == TaskState.CLAIMED


def test_a_claim_that_was_refused_is_ordered_again_in_the_next_hour(keeping: Keeping) -> None:
    keeping.open("volunteer")
    (one,) = keeping.services
    keeping.does("volunteer", TaskAct.ACCEPT, one)
    one.accepted_at = keeping.world.now
    keeping.go(one, with_pad=True)
    keeping.everything_is_seen_to()
    keeping.round()
    keeping.carry(lost=True)
    assert keeping.record(one)[0] == TaskState.ACCEPTED
    keeping.everything_is_seen_to()
    assert keeping.record(one)[0] == TaskState.CLAIMED


def test_a_claim_in_dispute_is_never_ordered_for_credit(keeping: Keeping) -> None:
    keeping.serve("volunteer", with_pad=True)
    (one,) = keeping.services
    keeping.does("second coordinator", TaskAct.DISPUTE, one)
    keeping.time_passes(25)
    assert list(keeping.due()) == []
    keeping.round()
    keeping.does("coordinator", TaskAct.ACKNOWLEDGE, one)
    keeping.everything_is_seen_to()
    assert keeping.record(one)[0] == TaskState.CREDITED


def test_a_task_that_nobody_takes_and_one_that_nobody_serves_are_ended(keeping: Keeping) -> None:
    for volunteer in VOLUNTEERS:
        keeping.open(volunteer)
    _, taken = keeping.services
    keeping.does(taken.volunteer, TaskAct.ACCEPT, taken)
    keeping.two_weeks_pass()
    keeping.everything_is_seen_to()
    assert [keeping.record(one)[0] for one in keeping.services] == [TaskState.EXPIRED, TaskState.ACCEPTED]
    keeping.two_weeks_pass()
    keeping.everything_is_seen_to()
    assert keeping.record(taken)[0] == TaskState.EXPIRED


@pytest.mark.parametrize(
    ("with_pad", "end"), [(True, TaskState.CREDITED), (False, TaskState.REJECTED)], ids=["A3", "A1"]
)
def test_a_dispute_that_nobody_decides_ends_as_the_evidence_has_it(
    keeping: Keeping, with_pad: bool, end: TaskState
) -> None:
    keeping.serve("volunteer", with_pad=with_pad)
    (one,) = keeping.services
    keeping.does("second coordinator", TaskAct.DISPUTE, one)
    keeping.two_weeks_pass()
    keeping.everything_is_seen_to()
    assert keeping.record(one)[0] == end
