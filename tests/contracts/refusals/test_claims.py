"""Claims of hours: what is refused."""

from __future__ import annotations

import pytest

from contracts.enums import AssuranceLevel, Role, TaskState
from tests.conftest import member_id, signer
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import CHALLENGE_SECONDS, DAY, FAR, FUND
from tests.contracts.visiting import (
    IN,
    OUT,
    ROOT,
    TASK,
    accepted,
    act,
    anchor,
    claim,
    claimed,
    credited,
    open_task,
)
from wallets.intents import TaskAct


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
        act(place, "second coordinator", TaskAct.ACKNOWLEDGE)
        with refused("TimeChallengeOver", creditable_at=place.now):
            act(place, "coordinator", TaskAct.DISPUTE)
        place.send(signer("anyone"), "TimeBank", "credit", TASK)

    @pytest.mark.parametrize("decided", [TaskAct.ACKNOWLEDGE, TaskAct.REJECT])
    def test_who_disputed_a_claim_does_not_decide_on_it(self, place: EvmTown, decided: TaskAct) -> None:
        """One coordinator alone ended the challenge window in a second, or took hours that the evidence proves (p58)."""
        claimed(place)
        act(place, "coordinator", TaskAct.DISPUTE)
        with refused("TimeSecondPersonNeeded", task=TASK, member=member_id("coordinator")):
            act(place, "coordinator", decided)
        with refused("TimeDecisionPending"):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)
        act(place, "second coordinator", decided)

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
