"""Tasks: what is refused."""

from __future__ import annotations

import pytest

from contracts.enums import TaskState
from tests.conftest import member_id, signer
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import DAY
from tests.contracts.visiting import (
    TASK,
    accepted,
    act,
    anchor,
    claim,
    claimed,
    open_task,
)
from wallets.intents import TaskAct


class TestTask:
    @pytest.mark.parametrize("rule", [(0, 1, 2, 0), (9, 1, 0, 0), (9, 3, 2, 0), (9, 1, 2, 3)])
    def test_service_whose_limits_make_no_sense_is_refused(
        self, place: EvmTown, rule: tuple[int, ...]
    ) -> None:
        with refused("TimeServiceInvalid", service=rule[0]):
            place.send(signer("steward"), "TimeBank", "setService", *rule)

    def test_task_of_an_unknown_service_is_refused(self, place: EvmTown) -> None:
        with refused("TimeServiceUnknown", service=99):
            open_task(place, service=99)

    @pytest.mark.parametrize("minutes", [0, 14, 121])
    def test_minutes_outside_the_service_are_refused(self, place: EvmTown, minutes: int) -> None:
        with refused("TimeMinutesOutOfRange", got=minutes, min=15, max=120):
            open_task(place, authorised_minutes=minutes)

    def test_taken_or_zero_task_is_refused(self, place: EvmTown) -> None:
        open_task(place)
        for task in (TASK, bytes(16)):
            with refused("TimeTaskExists"):
                open_task(place, task=task)

    def test_task_is_opened_by_a_coordinator_of_the_fund(self, place: EvmTown) -> None:
        with refused("MembersRoleMissing"):
            open_task(place, by="treasurer")

    def test_task_is_taken_by_one_person(self, place: EvmTown) -> None:
        open_task(place)
        with refused("TimeNotPerson", member=member_id("firm")):
            act(place, "firm", TaskAct.ACCEPT)
        act(place, "volunteer", TaskAct.ACCEPT)
        with refused("TimeTaskNotIn", needed=TaskState.OPEN, found=TaskState.ACCEPTED):
            act(place, "worker", TaskAct.ACCEPT)

    @pytest.mark.parametrize("seconds", [0, 365 * DAY + 1])
    def test_task_without_a_date_within_a_year_is_refused(self, place: EvmTown, seconds: int) -> None:
        """A task has a date by which it is served (p06)."""
        with refused("TimeTaskDateInvalid", expires_at=place.now + seconds, most=365 * DAY):
            open_task(place, expires_at=place.now + seconds)
        open_task(place, expires_at=place.now + (365 * DAY if seconds else 1))

    def test_task_past_its_date_is_not_taken(self, place: EvmTown) -> None:
        open_task(place, expires_at=place.now + DAY)
        place.wait(DAY)
        with refused("TimeTaskExpired", expires_at=place.now):
            act(place, "volunteer", TaskAct.ACCEPT)

    def test_task_expires_at_its_date_and_an_accepted_one_a_week_later(self, place: EvmTown) -> None:
        """Anyone ends what is past its date, and nobody before (p06)."""
        open_task(place, expires_at=place.now + DAY)
        accepted(place, b"u" * 16, expires_at=place.now + DAY)
        for task, seconds in ((TASK, DAY), (b"u" * 16, 7 * DAY)):
            place.wait(seconds - 1)
            with refused("TimeTaskNotExpired", task=task, expires_at=place.now + 1):
                place.send(signer("anyone"), "TimeBank", "expireTask", task)
            place.wait(1)
            place.send(signer("anyone"), "TimeBank", "expireTask", task)
            assert place.read("TimeBank", "taskRecord", task)[0] == TaskState.EXPIRED

    def test_task_is_not_taken_by_who_opened_it(self, place: EvmTown) -> None:
        """Nobody opens a task and is credited for it (p35)."""
        open_task(place)
        with refused("TimeOwnTask", task=TASK, member=member_id("coordinator")):
            act(place, "coordinator", TaskAct.ACCEPT)
        act(place, "second coordinator", TaskAct.ACCEPT)

    @pytest.mark.parametrize("freed", ["release", "cancel", "expire", "claim"])
    def test_nobody_holds_more_than_twenty_tasks(self, place: EvmTown, freed: str) -> None:
        """One member does not take every task of the town (p06); each end of a task frees its place."""
        tasks = [bytes([n]) * 16 for n in range(1, 23)]
        dates = {task: place.now + (30 * DAY if n else DAY) for n, task in enumerate(tasks)}
        for task in tasks[:20]:
            accepted(place, task, expires_at=dates[task])
        for task in tasks[20:]:
            open_task(place, task=task)
            with refused("TimeTooManyTasks", member=member_id("volunteer"), most=20):
                act(place, "volunteer", TaskAct.ACCEPT, task)
        if freed == "release":
            act(place, "volunteer", TaskAct.RELEASE, tasks[0])
        elif freed == "cancel":
            act(place, "coordinator", TaskAct.CANCEL, tasks[0])
        elif freed == "expire":
            place.wait(8 * DAY)
            place.send(signer("anyone"), "TimeBank", "expireTask", tasks[0])
        else:
            anchor(place)
            claim(place, tasks[0])
        act(place, "volunteer", TaskAct.ACCEPT, tasks[20])
        with refused("TimeTooManyTasks"):
            act(place, "volunteer", TaskAct.ACCEPT, tasks[21])

    def test_task_is_called_off_by_another_coordinator_than_its_volunteer_until_it_is_claimed(
        self, place: EvmTown
    ) -> None:
        """A coordinator frees a task that somebody keeps (p06)."""
        open_task(place)
        act(place, "second coordinator", TaskAct.ACCEPT)
        with refused("MembersRoleMissing"):
            act(place, "treasurer", TaskAct.CANCEL)
        with refused("TimeSelfJudgement"):
            act(place, "second coordinator", TaskAct.CANCEL)
        act(place, "coordinator", TaskAct.CANCEL)
        for what in (TaskAct.CANCEL, TaskAct.ACCEPT):
            with refused("TimeTaskNotIn", needed=TaskState.OPEN, found=TaskState.CANCELLED):
                act(place, "coordinator", what)

    def test_claimed_task_is_not_called_off_and_does_not_expire(self, place: EvmTown) -> None:
        claimed(place)
        with refused("TimeTaskNotIn", found=TaskState.CLAIMED):
            act(place, "coordinator", TaskAct.CANCEL)
        with refused("TimeTaskNotIn", found=TaskState.CLAIMED):
            place.send(signer("anyone"), "TimeBank", "expireTask", TASK)

    def test_task_is_given_back_by_its_volunteer_only(self, place: EvmTown) -> None:
        accepted(place)
        with refused("TimeNotVolunteer", member=member_id("worker")):
            act(place, "worker", TaskAct.RELEASE)


class TestChallenge:
    @pytest.mark.parametrize("seconds", [0, DAY - 1, 30 * DAY + 1])
    def test_window_below_a_day_or_above_thirty_is_refused(self, place: EvmTown, seconds: int) -> None:
        """Whoever sets the rules does not do away with the challenge (p37)."""
        with refused("TimeChallengeOutOfRange", got=seconds, min=DAY, max=30 * DAY):
            place.send(signer("steward"), "TimeBank", "setChallenge", seconds)
        for allowed in (DAY, 30 * DAY):
            place.send(signer("steward"), "TimeBank", "setChallenge", allowed)

    def test_before_anybody_set_it_the_window_is_a_day(self) -> None:
        """Also right after the deployment no claim is credited at once (p37)."""
        assert EvmTown().read("TimeBank", "challengeSeconds") == DAY
