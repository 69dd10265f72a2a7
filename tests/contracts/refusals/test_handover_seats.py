"""Who still sits as a fund is handed over, where nobody does, and what becomes of rounds that run."""

from __future__ import annotations

import pytest

from contracts.enums import Level, ProposalState, SeatClass
from contracts.roles import CHANGE_DELAY_SECONDS
from tests.conftest import member_id
from tests.contracts.changing import execute_itself, operation_of, schedule
from tests.contracts.deciding import act, approve, fund, state, submit
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DAY,
    FAR,
    FUND,
    STREET,
    proposal,
)
from tests.contracts.refusals.handover_acts import (
    ADMIN,
    COMPLETE,
    MAX_GAP,
    NEW_SEATED,
    NEXT,
    PLAIN_TIER,
    SEATED,
    STEWARD,
    STREET_COMMITTEE,
    SUCCESSOR,
    agreed,
    announce,
    carry_out,
    carry_out_in_time,
    change,
    decider,
    handed_over,
    seat_committee,
    two_committees,
    vote,
)
from wallets.intents import HandoverAct, ProposalAct


@pytest.fixture
def town(place: EvmTown) -> EvmTown:
    """A committee of the fund that may take over, and one above."""
    return two_committees(place)


class TestHeldSeats:
    """Whoever agreed holds the seat still as the handover is carried out."""

    @pytest.mark.parametrize("taken", [False, True], ids=["vacated", "filled by another"])
    def test_who_agreed_and_left_the_seat_agrees_no_more_nor_does_whoever_took_it(
        self, town: EvmTown, taken: bool
    ) -> None:
        leaving, filling = out_of_seat(town, SEATED[0]), into_seat(town, "worker")
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        carry_out(town, leaving)
        if taken:
            carry_out(town, filling)
            with refused("HandoverVoterTooNew", member=member_id("worker")):
                vote(town, "worker")
            with refused("HandoverVoteUnchanged", seat=0):
                vote(town, "worker", HandoverAct.RETRACT_AGREEMENT)
        with refused("HandoverNotAgreed", votes=3, needed=4):
            carry_out(town, data)
        vote(town, SEATED[4])
        carry_out(town, data)

    def test_who_comes_back_into_the_seat_agrees_as_before_and_may_take_it_back(self, town: EvmTown) -> None:
        leaving, returning = out_of_seat(town, SEATED[0]), into_seat(town, SEATED[0])
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        for step in (leaving, returning):
            carry_out(town, step)
        vote(town, SEATED[0], HandoverAct.RETRACT_AGREEMENT)
        with refused("HandoverNotAgreed", votes=3):
            carry_out(town, data)
        vote(town, SEATED[0])
        carry_out(town, data)

    def test_who_held_the_seat_before_one_who_agreed_and_comes_back_agrees_neither_by_that_nor_anew(
        self, town: EvmTown
    ) -> None:
        swaps = [out_of_seat(town, SEATED[0]), into_seat(town, "worker")]
        town.wait(CHANGE_DELAY_SECONDS)
        for step in swaps:
            carry_out(town, step)
        back = [out_of_seat(town, "worker"), into_seat(town, SEATED[0])]
        data = announce(town)
        agreed(town, ["worker", *SEATED[1:4]])
        town.wait(CHANGE_DELAY_SECONDS)
        for step in back:
            carry_out(town, step)
        with refused("HandoverNotAgreed", votes=3):
            carry_out(town, data)
        with refused("HandoverVoterTooNew", member=member_id(SEATED[0])):
            vote(town, SEATED[0])

    def test_one_who_agreed_and_was_moved_to_another_seat_does_not_agree_from_there(
        self, town: EvmTown
    ) -> None:
        steps = [
            *(out_of_seat(town, name) for name in SEATED[:2]),
            schedule(town, STEWARD, "Committees", "fillSeat", COMMITTEE, 1, member_id(SEATED[0]), FAR),
        ]
        data = announce(town)
        agreed(town, [SEATED[0], *SEATED[2:5]])
        town.wait(CHANGE_DELAY_SECONDS)
        for step in steps:
            carry_out(town, step)
        with refused("HandoverNotAgreed", votes=3):
            carry_out(town, data)


def out_of_seat(place: EvmTown, name: str) -> bytes:
    return schedule(place, STEWARD, "Committees", "vacateSeat", COMMITTEE, member_id(name))


def into_seat(place: EvmTown, name: str) -> bytes:
    """Into seat 0."""
    return schedule(place, STEWARD, "Committees", "fillSeat", COMMITTEE, 0, member_id(name), FAR)


class TestDeserted:
    """A committee in which nobody has sat for thirty days."""

    @pytest.fixture
    def deserted(self, town: EvmTown) -> EvmTown:
        """All terms ended thirty days ago, to the second; those of the street go on."""
        town.wait(FAR - 2 * DAY - town.now)
        renewed = [
            schedule(
                town, STEWARD, "Committees", "fillSeat", committee, seat, member_id(name), FAR + 365 * DAY
            )
            for committee in (STREET_COMMITTEE, SUCCESSOR)
            for seat, name in enumerate(NEW_SEATED)
        ]
        town.wait(CHANGE_DELAY_SECONDS)
        for data in renewed:
            execute_itself(town, STEWARD, "Committees", data)
        town.wait(FAR + MAX_GAP - town.now)
        return town

    def test_a_committee_without_seats_agrees_for_thirty_days(self, town: EvmTown) -> None:
        town.send(STEWARD, "Funds", "openFund", FUND + 1, STREET, Level.COMMUNITY, BANK)
        change(town, "openCommittee", NEXT, FUND + 1, [SeatClass.RESIDENT] * 5)
        town.wait(MAX_GAP)
        assert town.read("Committees", "agreeingCommittee", FUND + 1) == NEXT
        town.wait(1)
        assert town.read("Committees", "agreeingCommittee", FUND + 1) == STREET_COMMITTEE

    def test_the_committee_above_agrees_and_only_then(self, deserted: EvmTown) -> None:
        data = announce(deserted)
        with refused("HandoverNotOfCommittee", agreeing=COMMITTEE):
            self.agree(deserted, NEW_SEATED[:1])
        deserted.wait(1)
        with refused("HandoverNotOfCommittee", agreeing=STREET_COMMITTEE):
            vote(deserted, SEATED[0], revision=COMPLETE + 5, deadline=2**40)
        self.agree(deserted, NEW_SEATED[:2])
        with refused("HandoverNotAgreed", committee=STREET_COMMITTEE, votes=2, needed=3):
            carry_out_in_time(deserted, data)
        self.agree(deserted, NEW_SEATED[2:3])
        carry_out(deserted, data)
        deserted.wait(1)
        assert decider(deserted) == SUCCESSOR

    def test_once_a_seat_is_filled_again_it_is_to_agree_itself(self, deserted: EvmTown) -> None:
        deserted.wait(1)
        filling = schedule(
            deserted, STEWARD, "Committees", "fillSeat", COMMITTEE, 0, member_id(SEATED[0]), FAR + 365 * DAY
        )
        data = announce(deserted)
        self.agree(deserted, NEW_SEATED[:3])
        deserted.wait(CHANGE_DELAY_SECONDS)
        execute_itself(deserted, STEWARD, "Committees", filling)
        with refused("HandoverNotAgreed", committee=COMMITTEE, votes=0):
            carry_out(deserted, data)

    def test_where_no_committee_above_can_agree_the_seats_are_filled_first(self, place: EvmTown) -> None:
        seat_committee(place, SUCCESSOR, FUND)
        place.send(ADMIN, "Authority", "endFounding")
        place.wait(FAR + MAX_GAP + 1 - place.now)
        assert place.read("Committees", "agreeingCommittee", FUND) == 0

    def agree(self, place: EvmTown, names: tuple[str, ...]) -> None:
        agreed(place, names, committee=STREET_COMMITTEE, revision=COMPLETE + 5, deadline=2**40)


class TestRunningRounds:
    """What was begun before a handover."""

    @pytest.fixture(autouse=True)
    def _with_money(self, town: EvmTown) -> None:
        fund(town)

    def test_a_round_that_began_before_is_decided_by_the_former_committee(self, town: EvmTown) -> None:
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        request = proposal()
        submit(town, request)
        carry_out(town, data)
        town.wait(DAY)
        with refused("CommitteeSeatMissing"):
            approve(town, request, NEW_SEATED[0])
        approve(town, request, *SEATED[:5])
        assert state(town, request) == ProposalState.APPROVED

    def test_a_new_request_goes_to_the_committee_in_force(self, town: EvmTown) -> None:
        handed_over(town)
        with refused("CommitteeNotInForce", committee=COMMITTEE, in_force=SUCCESSOR):
            submit(town, proposal())
        request = proposal(committee=SUCCESSOR)
        submit(town, request)
        approve(town, request, *[name for name in NEW_SEATED if name != "requester"])
        assert state(town, request) == ProposalState.APPROVED

    def test_what_residents_suspended_is_not_answered_to_another_committee(self, town: EvmTown) -> None:
        """A handover in an objection round: the notice goes on, and its suspension leads to a new request."""
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        request = proposal()
        submit(town, request)
        approve(town, request, *SEATED[:5])
        carry_out(town, data)
        town.wait(DAY)
        for name in ("neighbour one", "neighbour two"):
            act(town, request, name, ProposalAct.OBJECT)
        assert state(town, request) == ProposalState.SUSPENDED
        with refused("CommitteeNotInForce", committee=COMMITTEE, in_force=SUCCESSOR):
            act(town, request, "requester", ProposalAct.ANSWER)
        act(town, request, "requester", ProposalAct.WITHDRAW)

    def test_a_former_committee_stops_no_change(self, town: EvmTown) -> None:
        handed_over(town)
        data = schedule(town, STEWARD, "Committees", "setRules", SUCCESSOR, [PLAIN_TIER])
        operation = operation_of(town, STEWARD, "Committees", data)
        found = [c for c in (COMMITTEE, SUCCESSOR) if town.read("Vetoes", "concerns", operation, c)]
        assert found == [SUCCESSOR]
