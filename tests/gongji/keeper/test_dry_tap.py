"""A tap that stays dry brings somebody to the door: never twice at once, and never nobody for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contracts.enums import TaskState
from contracts.events import TaskOpened
from gongji.keeper.welfare import VALID_SECONDS
from gongji.mirror import current_versions
from indexer.projections.task import tasks
from iot.simulator.events import VisitPlan, reading, visit_events
from register.nouns import PLACES
from tests.conftest import member_id
from tests.gongji.keeper.world import HOME, SERVICE, World
from wallets.intents import ActOnTask, TaskAct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.projections.task import Task

HOUR, WINDOW_SECONDS, READING_HOURS = 3600, 12 * 3600, 6
VOLUNTEER = "volunteer"
SEEN_TO = (TaskState.CLAIMED, TaskState.DISPUTED, TaskState.CREDITED)


class Watch:
    """A world with a household whose meter tells its hours, six at a time."""

    def __init__(self) -> None:
        self.world = World()
        self.used: dict[int, int] = {}  # Litres by the end of each hour that was told.

    def live(self, readings: int, litres: int = 0) -> None:
        """Lets time pass in which so much is used an hour."""
        for _ in range(readings):
            self.world.hours(READING_HOURS)
            self.tell(litres)

    def tell(self, litres: int = 0) -> None:
        """The meter tells the hours since it last told any."""
        now, since = self.world.now, max(self.used, default=self.world.now - READING_HOURS * HOUR)
        ends = range(now, since, -HOUR)
        self.used |= dict.fromkeys(ends, litres)
        self.world.log([reading(self.world.meter, 1000 * now, 0, (litres,) * len(ends))])

    def is_dry(self) -> bool:
        """Whether the window was dry, by all that was told of it."""
        now = self.world.now
        readings = [litres for end, litres in self.used.items() if now - WINDOW_SECONDS < end <= now]
        is_covered = len(readings) >= WINDOW_SECONDS // HOUR - 2 and now - max(self.used) <= 2 * HOUR
        return is_covered and sum(readings) < 10

    def orders(self) -> set[str]:
        """Welfare tasks that a round orders."""
        return {key for key in self.world.round() if key.startswith("keeper:welfare/")}

    def settle(self) -> None:
        """Has a visit anchored and claimed."""
        for _ in range(2):
            self.world.round()
            self.world.carry()

    def tasks(self) -> list[Task]:
        return current_versions(self.world.mirror.engine, tasks)

    def accept(self, task: bytes) -> None:
        self.does(VOLUNTEER, TaskAct.ACCEPT, task)

    def visit(self, task: bytes) -> None:
        plan = VisitPlan(
            task=task, volunteer=member_id(VOLUNTEER), place=HOME, check_in_ms=1000 * (self.world.now - 3000), minutes=40,
            phone=self.world.phones[VOLUNTEER], pad=self.world.pads[VOLUNTEER],
        )  # fmt: skip
        self.world.log(visit_events(plan))

    def does(self, name: str, what: TaskAct, task: bytes) -> None:
        intent = ActOnTask(act=what, task=task, document=bytes(32), nonce=0, deadline=0)
        self.world.block(self.world.act(name, intent))


class Watching(RuleBasedStateMachine):
    """The watch beside what it should do, told from hours, tasks and visits."""

    @initialize()
    def found(self) -> None:
        self.watch = Watch()

    def teardown(self) -> None:
        if hasattr(self, "watch"):
            self.watch.world.close()

    @rule(readings=st.sampled_from([1, 2, 3, 30]), litres=st.sampled_from([0, 0, 0, 3]))
    def live(self, readings: int, litres: int) -> None:
        self.watch.live(readings, litres)

    @rule()
    def go_silent(self) -> None:
        self.watch.world.hours(READING_HOURS)

    @rule(lost=st.booleans())
    def carry(self, lost: bool) -> None:
        self.watch.world.carry(lost=lost)

    @rule()
    def restart(self) -> None:
        self.watch.world.restart()

    @precondition(lambda self: self.watch.tasks())
    @rule()
    def somebody_comes(self) -> None:
        task = self.watch.tasks()[-1]
        if task.state == TaskState.OPEN and self.watch.world.now + READING_HOURS * 3600 < task.expires_at:
            self.watch.accept(task.task)
        elif task.state == TaskState.ACCEPTED:
            self.watch.visit(task.task)
            self.watch.settle()

    @precondition(lambda self: self.watch.tasks())
    @rule()
    def the_visit_is_doubted(self) -> None:
        task, world = self.watch.tasks()[-1], self.watch.world
        if task.state == TaskState.CLAIMED and world.now + HOUR < (task.creditable_at or 0):
            self.watch.does("second coordinator", TaskAct.DISPUTE, task.task)
        elif task.state == TaskState.DISPUTED:
            self.watch.does("coordinator", TaskAct.REJECT, task.task)

    @rule()
    def round(self) -> None:
        ordered = {row.idempotency_key for row in self.watch.world.orders()}
        assert self.watch.orders() == set(self.due()) - ordered

    def due(self) -> Iterator[str]:
        if self.watch.is_dry() and not any(map(self.helps, self.watch.tasks())):
            yield f"keeper:welfare/{self.watch.world.meter.id.hex()}/{max(self.watch.used)}"

    def helps(self, task: Task) -> bool:
        """Whether a task is a reason to wait."""
        age = self.watch.world.now - task.opened_at
        since_visit = self.watch.world.now - (task.claimed_at or 0)
        expected = task.state in (TaskState.OPEN, TaskState.ACCEPTED) and age < VALID_SECONDS
        return expected or age < WINDOW_SECONDS or (task.state in SEEN_TO and since_visit < WINDOW_SECONDS)


TestWatching = Watching.TestCase
TestWatching.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)


@pytest.fixture
def watch() -> Iterator[Watch]:
    opened = Watch()
    yield opened
    opened.world.close()


@dataclass(frozen=True)
class Dry:
    """A household whose tap is dry, with the task that this raised."""

    watch: Watch
    task: bytes


@pytest.fixture
def dry(watch: Watch) -> Dry:
    watch.live(2)
    assert len(watch.orders()) == 1
    watch.world.carry()
    (task,) = watch.tasks()
    return Dry(watch, task.task)


def test_a_task_that_nobody_took_does_not_silence_the_household_for_ever(dry: Dry) -> None:
    rounds_of_a_week = VALID_SECONDS // HOUR // READING_HOURS
    for _ in range(rounds_of_a_week - 1):
        dry.watch.live(1)
        assert dry.watch.orders() == set()
    dry.watch.live(2)
    assert len(dry.watch.orders()) == 1


def test_a_task_that_was_taken_and_never_visited_does_not_silence_the_household_for_ever(dry: Dry) -> None:
    dry.watch.accept(dry.task)
    dry.watch.live(VALID_SECONDS // HOUR // READING_HOURS + 1)
    assert len(dry.watch.orders()) == 1


def test_after_a_visit_nobody_is_sent_until_a_whole_window_was_dry_again(dry: Dry) -> None:
    watch = dry.watch
    watch.live(2)
    watch.accept(dry.task)
    watch.visit(dry.task)
    watch.settle()
    (claimed_at,) = (task.claimed_at or 0 for task in watch.tasks())
    for _ in range(WINDOW_SECONDS // HOUR + 1):
        watch.tell()
        assert watch.is_dry()
        is_over = watch.world.now - claimed_at >= WINDOW_SECONDS
        assert bool(watch.orders()) == is_over
        watch.world.hours(1)
    assert is_over


def test_a_rejected_visit_is_no_reason_to_wait_but_a_task_of_this_window_is(dry: Dry) -> None:
    watch = dry.watch
    (opened_at,) = (task.opened_at for task in watch.tasks())
    watch.accept(dry.task)
    watch.visit(dry.task)
    watch.settle()
    watch.does("second coordinator", TaskAct.DISPUTE, dry.task)
    watch.does("coordinator", TaskAct.REJECT, dry.task)
    for _ in range(WINDOW_SECONDS // HOUR + 1):
        watch.tell()
        assert watch.is_dry()
        is_over = watch.world.now - opened_at >= WINDOW_SECONDS
        assert bool(watch.orders()) == is_over
        if is_over:
            break
        watch.world.hours(1)
    assert is_over


def test_a_household_whose_water_ran_again_is_not_looked_after(dry: Dry) -> None:
    dry.watch.accept(dry.task)
    dry.watch.visit(dry.task)
    dry.watch.settle()
    dry.watch.live(3, litres=4)
    assert dry.watch.orders() == set()


def test_a_visit_is_of_the_service_that_the_household_asked_for(dry: Dry) -> None:
    assert [task.service for task in dry.watch.tasks()] == [SERVICE]


def test_a_household_that_goes_away_is_not_looked_after_until_it_is_back(watch: Watch) -> None:
    watch.live(2)
    watch.world.watch(is_away=True)
    assert watch.orders() == set()
    watch.world.watch(is_away=False)
    assert len(watch.orders()) == 1


def test_a_home_that_is_forgotten_while_the_keeper_runs_is_written_down_nowhere_anew(dry: Dry) -> None:
    rounds_of_a_week, register = VALID_SECONDS // HOUR // READING_HOURS, dry.watch.world.register
    dry.watch.live(rounds_of_a_week)
    assert register.forget(f"places/0x{HOME.hex()}", "operator")
    dry.watch.live(2)
    assert dry.watch.orders() == set()
    assert dict(register.entries(PLACES)) == {}


def test_a_task_opened_by_hand_for_another_household_is_no_help_here(watch: Watch) -> None:
    watch.live(1)
    elsewhere = TaskOpened(
        task=b"t" * 16, fund=1, service=SERVICE, authorised_minutes=60, beneficiary=b"e" * 32, coordinator=b"c" * 16,
        expires_at=2**40,
    )  # fmt: skip
    watch.world.mirror.write([[elsewhere]])
    watch.live(1)
    assert len(watch.orders()) == 1
