"""Time bank, event log and devices: what they refuse."""

from __future__ import annotations

import hashlib
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from contracts.enums import Algorithm, AssuranceLevel, DeviceClass, KeyClass, Role, TaskState
from tests.conftest import GENESIS_TIME, member_id, signer
from tests.contracts import event_tree
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import CHALLENGE_SECONDS, DAY, FAR, FUND, VISIT
from wallets.intents import ActOnTask, EnrolPhone, OpenTask, TaskAct

if TYPE_CHECKING:
    from collections.abc import Sequence

TASK, RULES = b"t" * 16, b"r" * 32
IN, OUT = (hashlib.sha256(b"\x00" + event).digest() for event in (b"in", b"out"))
LEAVES = [IN, OUT, *(hashlib.sha256(b"\x00" + bytes([n])).digest() for n in range(3))]
ROOT = event_tree.root(LEAVES[:2])


def open_task(place: EvmTown, by: str = "coordinator", **changes: Any) -> None:
    fields: dict[str, Any] = {
        "task": TASK, "fund": FUND, "service": VISIT, "authorised_minutes": 90, "beneficiary": b"w" * 32,
        "expires_at": place.now + 30 * DAY,
    } | changes  # fmt: skip
    place.act(signer(by), OpenTask(**fields, nonce=0, deadline=0))


def act(place: EvmTown, name: str, what: TaskAct, task: bytes = TASK) -> None:
    place.act(signer(name), ActOnTask(act=what, task=task, document=bytes(32), nonce=0, deadline=0))


def anchor(place: EvmTown, size: int = 2, root: bytes = ROOT, path: Sequence[bytes] = ()) -> None:
    place.send(signer("log_keeper"), "EventLog", "anchor", size, root, RULES, path)


def claim(
    place: EvmTown,
    task: bytes = TASK,
    minutes: int = 60,
    level: int = AssuranceLevel.A3,
    leaves: Any = None,
    size: int = 2,
) -> None:
    leaves = leaves or ((IN, 0, [OUT]), (OUT, 1, [IN]))
    place.send(signer("verifier"), "TimeBank", "admitClaim", (task, minutes, level, RULES, size, *leaves))


def accepted(place: EvmTown, task: bytes = TASK, **changes: Any) -> None:
    open_task(place, task=task, **changes)
    act(place, "volunteer", TaskAct.ACCEPT, task)


def claimed(place: EvmTown) -> None:
    anchor(place)
    accepted(place)
    claim(place)


def credited(place: EvmTown) -> None:
    claimed(place)
    place.wait(CHALLENGE_SECONDS)
    place.send(signer("anyone"), "TimeBank", "credit", TASK)


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


class TestClaim:
    def test_event_that_is_not_in_the_anchored_log_is_refused(self, place: EvmTown) -> None:
        accepted(place)
        with refused("EventLogLeafNotAnchored", leaf_hash=IN, size=2):
            claim(place)

    def test_event_at_another_place_than_told_is_refused(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place)
        with refused("EventLogLeafNotAnchored", leaf_hash=IN):
            claim(place, leaves=((IN, 1, [OUT]), (OUT, 0, [IN])))

    def test_node_of_the_tree_is_no_event(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place)
        with refused("EventLogLeafNotAnchored", leaf_hash=ROOT):
            claim(place, leaves=((ROOT, 0, []), (OUT, 1, [IN])))

    def test_event_used_for_another_task_is_refused(self, place: EvmTown) -> None:
        claimed(place)
        accepted(place, b"u" * 16)
        with refused("EventLogLeafUsed", leaf_hash=IN):
            claim(place, b"u" * 16)

    def test_check_in_that_is_also_the_check_out_is_refused(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place)
        with refused("EventLogLeafUsed", leaf_hash=IN):
            claim(place, leaves=((IN, 0, [OUT]), (IN, 0, [OUT])))

    @pytest.mark.parametrize("minutes", [0, 14, 91])
    def test_minutes_above_the_task_or_below_the_service_are_refused(
        self, place: EvmTown, minutes: int
    ) -> None:
        anchor(place)
        accepted(place)
        with refused("TimeMinutesOutOfRange", got=minutes, max=90):
            claim(place, minutes=minutes)

    def test_claim_for_a_task_that_nobody_took_is_refused(self, place: EvmTown) -> None:
        anchor(place)
        open_task(place)
        with refused("TimeTaskNotIn", needed=TaskState.ACCEPTED, found=TaskState.OPEN):
            claim(place)

    def test_claim_more_than_a_week_after_the_date_is_refused(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place, expires_at=place.now + DAY)
        place.wait(8 * DAY - 1)
        with_time = place.now + 1
        place.wait(1)
        with refused("TimeTaskExpired", expires_at=with_time):
            claim(place)

    def test_claim_on_the_last_second_of_the_week_is_admitted(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place, expires_at=place.now + DAY)
        place.wait(8 * DAY - 1)
        claim(place)

    def test_credit_within_the_challenge_is_refused_to_the_second(self, place: EvmTown) -> None:
        claimed(place)
        place.wait(CHALLENGE_SECONDS - 1)
        with refused("TimeChallengeRunning", creditable_at=place.now + 1):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)

    def test_credit_below_a2_needs_a_coordinator(self, place: EvmTown) -> None:
        anchor(place)
        accepted(place)
        claim(place, level=AssuranceLevel.A1)
        place.wait(CHALLENGE_SECONDS)
        with refused("TimeLevelNeedsAcknowledgement", level=AssuranceLevel.A1):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)

    def test_claim_is_credited_once(self, place: EvmTown) -> None:
        credited(place)
        with refused("TimeTaskNotIn", needed=TaskState.CLAIMED, found=TaskState.CREDITED):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)

    def test_dispute_after_the_challenge_is_refused(self, place: EvmTown) -> None:
        claimed(place)
        place.wait(CHALLENGE_SECONDS)
        with refused("TimeChallengeOver"):
            act(place, "coordinator", TaskAct.DISPUTE)

    def test_dispute_holds_a_credit_back_for_two_weeks_and_no_second_longer(self, place: EvmTown) -> None:
        """A dispute that nobody decides falls (p34)."""
        claimed(place)
        act(place, "coordinator", TaskAct.DISPUTE)
        decide_by = place.now + 14 * DAY
        place.wait(14 * DAY - 1)
        with refused("TimeDecisionPending", decide_by=decide_by):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)
        place.wait(1)
        for what in (TaskAct.ACKNOWLEDGE, TaskAct.REJECT):
            with refused("TimeDecisionOver", decide_by=decide_by):
                act(place, "coordinator", what)
        with refused("TimeClaimStands", task=TASK):
            place.send(signer("anyone"), "TimeBank", "lapseClaim", TASK)
        place.send(signer("anyone"), "TimeBank", "credit", TASK)

    def test_claim_is_disputed_once(self, place: EvmTown) -> None:
        """Whoever settles a dispute ends it: a second one does not begin the two weeks anew (p34)."""
        claimed(place)
        act(place, "coordinator", TaskAct.DISPUTE)
        act(place, "coordinator", TaskAct.ACKNOWLEDGE)
        with refused("TimeChallengeOver", creditable_at=place.now):
            act(place, "second coordinator", TaskAct.DISPUTE)
        place.send(signer("anyone"), "TimeBank", "credit", TASK)

    @pytest.mark.parametrize("disputed", [False, True])
    def test_claim_below_a2_lapses_when_nobody_decides_on_it_in_time(
        self, place: EvmTown, disputed: bool
    ) -> None:
        """Without evidence that stands by itself nothing is credited, and nothing waits for ever (p34)."""
        anchor(place)
        accepted(place)
        claim(place, level=AssuranceLevel.A1)
        if disputed:
            act(place, "coordinator", TaskAct.DISPUTE)
        seconds = 14 * DAY + (0 if disputed else CHALLENGE_SECONDS)
        decide_by = place.now + seconds
        place.wait(seconds - 1)
        with refused("TimeDecisionPending", decide_by=decide_by):
            place.send(signer("anyone"), "TimeBank", "lapseClaim", TASK)
        place.wait(1)
        with refused("TimeDecisionOver", decide_by=decide_by):
            act(place, "coordinator", TaskAct.ACKNOWLEDGE)
        with refused("TimeLevelNeedsAcknowledgement", level=AssuranceLevel.A1):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)
        place.send(signer("anyone"), "TimeBank", "lapseClaim", TASK)
        with refused("TimeTaskNotIn", found=TaskState.REJECTED):
            place.send(signer("anyone"), "TimeBank", "lapseClaim", TASK)

    @pytest.mark.parametrize("judged", [None, TaskAct.ACKNOWLEDGE, TaskAct.DISPUTE])
    def test_credit_is_taken_back_by_another_coordinator_than_who_opened_or_judged(
        self, place: EvmTown, judged: TaskAct | None
    ) -> None:
        """Hours are not taken back by one person alone (p38)."""
        claimed(place)
        if judged:
            act(place, "second coordinator", judged)
        place.wait(14 * DAY)
        place.send(signer("anyone"), "TimeBank", "credit", TASK)
        alone = ["coordinator", "second coordinator"] if judged else ["coordinator"]
        for name in alone:
            with refused("TimeSecondPersonNeeded", task=TASK, member=member_id(name)):
                act(place, name, TaskAct.REVERSE_CREDIT)
        third = "barber" if judged else "second coordinator"
        registrar = signer("registrar")
        place.send(registrar, "Members", "grantRole", member_id("barber"), Role.COORDINATOR, FUND, FAR)
        act(place, third, TaskAct.REVERSE_CREDIT)

    def test_credit_is_not_taken_back_after_a_year(self, place: EvmTown) -> None:
        """What nobody doubted for a year stays (p38)."""
        credited(place)
        until = place.now + 365 * DAY
        place.wait(365 * DAY - 1)
        snapshot = place.evm.snapshot()
        act(place, "second coordinator", TaskAct.REVERSE_CREDIT)
        place.evm.revert(snapshot)
        place.wait(1)
        with refused("TimeReversalOver", until=until):
            act(place, "second coordinator", TaskAct.REVERSE_CREDIT)

    def test_volunteer_does_not_judge_the_own_claim(self, place: EvmTown) -> None:
        place.send(
            signer("registrar"), "Members", "grantRole", member_id("volunteer"), Role.COORDINATOR, FUND, FAR
        )
        claimed(place)
        with refused("TimeSelfJudgement", member=member_id("volunteer")):
            act(place, "volunteer", TaskAct.ACKNOWLEDGE)


class TestEventLog:
    @pytest.mark.parametrize("size", [0, 1, 2])
    def test_head_that_has_not_grown_is_refused(self, place: EvmTown, size: int) -> None:
        anchor(place)
        with refused("EventLogNotGrown", anchored_size=2, size=size):
            anchor(place, size)

    def test_log_that_grows_by_more_than_a_million_leaves_at_once_is_refused(self, place: EvmTown) -> None:
        """After a false head of 2^64 - 1 leaves none would be larger (p04)."""
        most = place.read("EventLog", "MOST_NEW_LEAVES")
        assert most == 2**20
        anchor(place)
        for size in (2**64 - 1, 2 + most + 1):
            with refused("EventLogGrownTooFar", anchored_size=2, size=size, most=most):
                anchor(place, size)
        path = [bytes([height]) * 32 for height in range(1, 21)]
        anchor(place, 2 + most, reduce(event_tree.node_hash, path, ROOT), path)
        assert place.read("EventLog", "anchoredSize") == 2 + most

    @pytest.mark.parametrize("altered", ["a leaf", "the order", "no proof", "another proof", "too long"])
    def test_head_that_does_not_go_on_from_the_one_before_is_refused(
        self, place: EvmTown, altered: str
    ) -> None:
        anchor(place)
        path = event_tree.consistency(LEAVES, 2)
        leaves, path = {
            "a leaf": ([LEAVES[2], *LEAVES[1:]], path),
            "the order": ([LEAVES[1], LEAVES[0], *LEAVES[2:]], path),
            "no proof": (LEAVES, []),
            "another proof": (LEAVES, event_tree.consistency(LEAVES, 3)),
            "too long": (LEAVES, [*path, path[0]]),
        }[altered]
        with refused("EventLogNotContinued", anchored_size=2, size=5):
            anchor(place, 5, event_tree.root(leaves), path)

    def test_head_of_another_log_is_refused_with_the_proof_of_that_log(self, place: EvmTown) -> None:
        anchor(place, 3, event_tree.root(LEAVES[:3]))
        other = [LEAVES[4], *LEAVES[1:]]
        with refused("EventLogNotContinued", anchored_size=3, size=5):
            anchor(place, 5, event_tree.root(other), event_tree.consistency(other, 3))

    def test_head_without_a_root_is_refused(self, place: EvmTown) -> None:
        with refused("EventLogNotContinued", anchored_size=0, size=2):
            anchor(place, root=bytes(32))

    def test_event_of_an_older_head_is_used_under_a_newer_one_once(self, place: EvmTown) -> None:
        claimed(place)
        anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 2))
        assert [place.read("EventLog", "isUsed", i) for i in range(5)] == [True, True, False, False, False]
        accepted(place, b"u" * 16)
        ends = [(LEAVES[i], i, event_tree.inclusion(LEAVES, i)) for i in (2, 1)]
        with refused("EventLogLeafUsed", leaf_hash=LEAVES[1]):
            claim(place, b"u" * 16, leaves=ends, size=5)

    def test_leaf_is_used_by_modules_only(self, place: EvmTown) -> None:
        anchor(place)
        with refused("EventLogModuleNotAdmitted", caller=signer("verifier").address.lower()):
            place.send(signer("verifier"), "EventLog", "use", 2, (IN, 0, [OUT]), (OUT, 1, [IN]))
        assert not place.read("EventLog", "isUsed", 0)


class TestFalseHead:
    """A stolen key of the log keeper ends the log for nobody (p04)."""

    def falsified(self, place: EvmTown) -> None:
        """A true head, and two false ones that go on from it."""
        anchor(place)
        for size in (3, 4):
            leaves = [*LEAVES[:2], b"f" * 32, b"g" * 32][:size]
            anchor(place, size, event_tree.root(leaves), event_tree.consistency(leaves, size - 1))

    def test_true_log_goes_on_once_false_heads_are_set_aside(self, place: EvmTown) -> None:
        self.falsified(place)
        path = event_tree.consistency(LEAVES, 2)
        with refused("EventLogNotContinued", anchored_size=4, size=5):
            anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 4))
        place.send(signer("steward"), "EventLog", "resume", 2)
        anchor(place, 5, event_tree.root(LEAVES), path)
        assert [place.read("EventLog", "rootAt", n)[:1] for n in (3, 4)] == [b"\0", b"\0"]
        assert place.read("EventLog", "rootAt", 2) == ROOT

    def test_what_was_used_before_stays_used_and_true_leaves_in_false_places_are_free(
        self, place: EvmTown
    ) -> None:
        self.falsified(place)
        accepted(place)
        false = [*LEAVES[:2], b"f" * 32, b"g" * 32]
        claim(place, leaves=[(false[i], i, event_tree.inclusion(false, i)) for i in (0, 2)], size=4)
        place.send(signer("steward"), "EventLog", "resume", 2)
        anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 2))
        assert [place.read("EventLog", "isUsed", i) for i in range(4)] == [True, False, False, False]
        accepted(place, b"u" * 16)
        true = [(LEAVES[i], i, event_tree.inclusion(LEAVES, i)) for i in (2, 3)]
        claim(place, b"u" * 16, leaves=true, size=5)

    def test_false_head_proves_nothing_any_more(self, place: EvmTown) -> None:
        self.falsified(place)
        place.send(signer("steward"), "EventLog", "resume", 2)
        accepted(place)
        false = [*LEAVES[:2], b"f" * 32, b"g" * 32]
        with refused("EventLogLeafNotAnchored", size=4):
            claim(place, leaves=[(false[i], i, event_tree.inclusion(false, i)) for i in (2, 3)], size=4)

    def test_log_whose_first_head_is_false_begins_anew(self, place: EvmTown) -> None:
        anchor(place, 3, b"f" * 32)
        place.send(signer("steward"), "EventLog", "resume", 0)
        anchor(place)
        place.send(signer("steward"), "EventLog", "resume", 0)
        assert place.read("EventLog", "rootAt", 2) == bytes(32)

    @pytest.mark.parametrize("size", [1, 4, 5])
    def test_log_goes_on_from_no_size_that_was_not_anchored(self, place: EvmTown, size: int) -> None:
        self.falsified(place)
        with refused("EventLogHeadUnknown", size=size):
            place.send(signer("steward"), "EventLog", "resume", size)

    def test_log_keeper_sets_no_head_aside(self, place: EvmTown) -> None:
        self.falsified(place)
        with refused("AccessManagedUnauthorized"):
            place.send(signer("log_keeper"), "EventLog", "resume", 2)


POINT = b"x" * 32, b"y" * 32
OWN_PHONE = hashlib.sha256(b"".join(POINT)).digest()[:8]


def enrol_own(place: EvmTown, by: str, **changes: Any) -> None:
    """A member enrols the own phone for a year."""
    fields = {"key_x": POINT[0], "key_y": POINT[1], "valid_until": place.now + 365 * DAY} | changes
    place.act(signer(by), EnrolPhone(**fields, nonce=0, deadline=0))


class TestDevices:
    def test_own_phone_is_enrolled_for_as_long_as_may_be(self, place: EvmTown) -> None:
        most_seconds = place.read("DeviceRegistry", "MAX_PHONE_SECONDS")
        enrol_own(place, "worker", valid_until=place.now + most_seconds)
        assert place.read("DeviceRegistry", "recordHash", OWN_PHONE) != bytes(32)

    def enrol(self, place: EvmTown, device: bytes = b"d" * 8, **changes: Any) -> None:
        record = {
            "device_class": DeviceClass.PLACE_PAD, "algorithm": Algorithm.ESP256, "key_class": KeyClass.K3,
            "x": b"x" * 32, "y": b"y" * 32, "owner": bytes(16), "place": b"p" * 32, "from": place.now, "until": FAR,
        } | changes  # fmt: skip
        place.send(signer("device_registrar"), "DeviceRegistry", "enrol", device, tuple(record.values()))

    @pytest.mark.parametrize(
        "changes",
        [
            {"device_class": DeviceClass.NONE},
            {"algorithm": Algorithm.NONE, "y": bytes(32)},
            {"algorithm": Algorithm.ED25519},
            {"y": bytes(32)},
            {"x": bytes(32)},
            {"owner": b"m" * 16},
            {"device_class": DeviceClass.PHONE},
            {"until": GENESIS_TIME},
        ],
    )
    def test_record_that_does_not_fit_together_is_refused(
        self, place: EvmTown, changes: dict[str, Any]
    ) -> None:
        with refused("DeviceRecordInvalid"):
            self.enrol(place, **changes)

    def test_key_that_counts_from_more_than_a_day_before_its_enrolment_is_refused(
        self, place: EvmTown
    ) -> None:
        """What somebody signed with a key that nobody had enrolled proves nothing (p51)."""
        most = place.read("DeviceRegistry", "MOST_BACKDATED_SECONDS")
        assert most == DAY
        with refused("DeviceTooEarly", valid_from=place.now - most - 1, earliest=place.now - most):
            self.enrol(place, **{"from": place.now - most - 1})
        self.enrol(place, **{"from": place.now - most})

    def test_device_of_the_office_counts_after_a_fortnight_once_the_founding_has_ended(
        self, place: EvmTown
    ) -> None:
        """A pad that its registrar enrols for a thief is seen for as long as every change (p51)."""
        place.send(signer("admin"), "Authority", "endFounding")
        wait = place.read("DeviceRegistry", "WAIT_SECONDS")
        assert wait == place.read("Authority", "CHANGE_DELAY") == 15 * DAY
        for kind in ({}, {"device_class": DeviceClass.PHONE, "owner": b"m" * 16}):
            with refused("DeviceTooEarly", earliest=place.now + wait):
                self.enrol(place, **kind, **{"from": place.now + wait - 1})
        self.enrol(place, **{"from": place.now + wait})
        assert place.read("DeviceRegistry", "phoneOf", b"d" * 8) == (bytes(16), place.now + wait)
        place.send(signer("device_registrar"), "DeviceRegistry", "setSuspended", b"d" * 8, True)
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", b"d" * 8, 1)

    def test_own_phone_counts_at_once_and_in_full_after_a_fortnight(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        owner, until = member_id("volunteer"), place.now + 365 * DAY
        record = (
            DeviceClass.PHONE,
            Algorithm.ESP256,
            KeyClass.K2,
            *POINT,
            owner,
            bytes(32),
            place.now,
            until,
        )
        types = ("uint8", "uint8", "uint8", "bytes32", "bytes32", "bytes16", "bytes32", "uint48", "uint48")
        assert place.read("DeviceRegistry", "recordHash", OWN_PHONE) == keccak(encode(types, record))
        assert place.read("DeviceRegistry", "phoneOf", OWN_PHONE) == (owner, place.now + 15 * DAY)

    def test_own_phone_that_is_enrolled_anew_does_not_wait_again(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        first = place.read("DeviceRegistry", "phoneOf", OWN_PHONE)
        place.wait(300 * DAY)
        enrol_own(place, "volunteer")
        assert place.read("DeviceRegistry", "phoneOf", OWN_PHONE) == first

    def test_phone_of_another_is_nobodys_to_enrol_and_a_revoked_one_stays_out(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        with refused("DeviceOfAnother", device=OWN_PHONE, member=member_id("barber")):
            enrol_own(place, "barber")
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", OWN_PHONE, 1)
        for by in ("volunteer", "barber"):
            with refused("DeviceIdInvalid", device=OWN_PHONE):
                enrol_own(place, by)

    def test_own_phone_that_is_suspended_is_not_resumed_by_its_owner(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        suspended = (signer("device_registrar"), "DeviceRegistry", "setSuspended", OWN_PHONE, True)
        place.send(*suspended)
        enrol_own(place, "volunteer")
        with refused("DeviceStateUnchanged"):
            place.send(*suspended)

    def test_own_phone_is_enrolled_for_a_year_at_most_and_by_a_member(self, place: EvmTown) -> None:
        latest = place.now + 366 * DAY
        with refused("DevicePhoneTooLong", valid_until=latest + 1, latest=latest):
            enrol_own(place, "volunteer", valid_until=latest + 1)
        with refused("DeviceRecordInvalid"):
            enrol_own(place, "volunteer", valid_until=place.now)
        with refused("MembersKeyUnknown"):
            enrol_own(place, "stranger")

    def test_zero_or_revoked_device_is_refused(self, place: EvmTown) -> None:
        with refused("DeviceIdInvalid"):
            self.enrol(place, bytes(8))
        self.enrol(place)
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", b"d" * 8, 1)
        with refused("DeviceIdInvalid"):
            self.enrol(place)

    def test_device_that_is_unknown_or_already_so_is_refused(self, place: EvmTown) -> None:
        registrar = signer("device_registrar")
        with refused("DeviceStateUnchanged"):
            place.send(registrar, "DeviceRegistry", "revoke", b"d" * 8, 1)
        self.enrol(place)
        with refused("DeviceStateUnchanged"):
            place.send(registrar, "DeviceRegistry", "setSuspended", b"d" * 8, False)
