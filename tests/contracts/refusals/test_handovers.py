"""A fund's committee hands over to the next one: most of its seats agree in public, and nobody bends that."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from contracts.enums import SeatClass
from contracts.roles import CHANGE_DELAY_SECONDS
from tests.conftest import GENESIS_TIME, held_by, member_id, signer
from tests.contracts.changing import execute_itself, operation_of, schedule
from tests.contracts.deciding import fund, rotation, submit
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    SMALL_TIER,
    STREET,
    proposal,
)
from tests.contracts.refusals.handover_acts import (
    COMPLETE,
    GUARDIAN,
    NEW_SEATED,
    NEXT,
    PLAIN_TIER,
    REGISTRAR,
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
    two_committees,
    vote,
)
from wallets.intents import HandoverAct


@pytest.fixture
def town(place: EvmTown) -> EvmTown:
    """A committee of the fund that may take over, and one above."""
    return two_committees(place)


class TestAgreement:
    """Most of all seats of the committee in force agree to this change."""

    def test_the_fund_goes_to_the_next_committee_once_most_seats_agreed_and_the_change_waited(
        self, town: EvmTown
    ) -> None:
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS - 1)
        with refused("AccessManagerNotReady"):
            carry_out(town, data)
        town.wait(1)
        carry_out(town, data)
        # What begins in the second of the handover is still the former one's.
        assert decider(town) == COMMITTEE
        town.wait(1)
        assert decider(town) == SUCCESSOR
        assert town.read("Committees", "committeeAt", FUND, town.now - 1) == COMMITTEE
        assert town.read("Committees", "committeeAt", FUND, GENESIS_TIME - 1) == 0

    @pytest.mark.parametrize(
        "names", [[], SEATED[:2], SEATED[:3]], ids=["nobody", "a pair", "three of seven"]
    )
    def test_an_office_without_most_of_the_seats_hands_over_nothing(
        self, town: EvmTown, names: list[str]
    ) -> None:
        """(p01)"""
        data = announce(town)
        agreed(town, names)
        with refused("HandoverNotAgreed", fund=FUND, committee=COMMITTEE, votes=len(names), needed=4):
            carry_out_in_time(town, data)
        assert decider(town) == COMMITTEE

    def test_no_office_hands_over_at_once(self, town: EvmTown) -> None:
        for by in (GUARDIAN, REGISTRAR, signer("stranger")):
            with refused("AccessManagedUnauthorized"):
                town.send_itself(by, "Committees", "handOver", FUND, SUCCESSOR)
        with refused("AccessManagerNotScheduled"):
            town.send_itself(STEWARD, "Committees", "handOver", FUND, SUCCESSOR)

    def test_an_agreement_that_was_taken_back_counts_no_more(self, town: EvmTown) -> None:
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        vote(town, SEATED[0], HandoverAct.RETRACT_AGREEMENT)
        with refused("HandoverNotAgreed", votes=3):
            carry_out(town, data)
        vote(town, SEATED[5])
        carry_out(town, data)

    def test_a_seat_agrees_once_and_takes_back_only_its_own(self, town: EvmTown) -> None:
        announce(town)
        vote(town, SEATED[0])
        with refused("HandoverVoteUnchanged", seat=0):
            vote(town, SEATED[0])
        with refused("HandoverVoteUnchanged", seat=1):
            vote(town, SEATED[1], HandoverAct.RETRACT_AGREEMENT)

    def test_agreement_to_an_older_announcement_does_not_count_for_the_next(self, town: EvmTown) -> None:
        data = announce(town)
        agreed(town, SEATED[:4])
        town.send(STEWARD, "Authority", "cancel", STEWARD.address, town.address("Committees"), data)
        with refused("HandoverNotWaiting", operation_nonce=1):
            vote(town, SEATED[4])
        again = announce(town)
        with refused("HandoverNotWaiting", operation_nonce=1):
            vote(town, SEATED[4])
        with refused("HandoverNotAgreed", votes=0):
            carry_out_in_time(town, again)
        agreed(town, SEATED[:4], operation_nonce=2)
        carry_out(town, again)

    def test_what_was_stopped_or_is_over_gets_no_agreement(self, town: EvmTown) -> None:
        data = announce(town)
        town.send(GUARDIAN, "Authority", "stop", operation_of(town, STEWARD, "Committees", data))
        with refused("HandoverNotWaiting"):
            vote(town, SEATED[0])
        town.wait(CHANGE_DELAY_SECONDS + 7 * DAY)
        announce(town)
        town.wait(CHANGE_DELAY_SECONDS + 7 * DAY)
        with refused("HandoverNotWaiting"):
            vote(town, SEATED[0], operation_nonce=2)

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("neighbour one", "CommitteeSeatMissing"),
            ("stranger", "MembersKeyUnknown"),
        ],
    )
    def test_who_has_no_vote_agrees_to_nothing(self, town: EvmTown, name: str, error: str) -> None:
        announce(town)
        with refused(error):
            vote(town, name)

    def test_a_supervisor_has_no_vote(self, town: EvmTown) -> None:
        announce(town)
        with refused("HandoverSupervisorHasNoVote", member=member_id("supervisor")):
            vote(town, "supervisor")

    @pytest.mark.parametrize("committee", [SUCCESSOR, STREET_COMMITTEE])
    def test_neither_the_successor_nor_the_committee_above_agrees_for_one_that_can(
        self, town: EvmTown, committee: int
    ) -> None:
        announce(town)
        with refused("HandoverNotOfCommittee", committee=committee, agreeing=COMMITTEE):
            vote(town, NEW_SEATED[0], committee=committee)

    def test_the_committee_in_force_stops_a_handover_by_its_votes_against(self, town: EvmTown) -> None:
        data = announce(town)
        operation = operation_of(town, STEWARD, "Committees", data)
        concerned = [
            c
            for c in (COMMITTEE, SUCCESSOR, STREET_COMMITTEE)
            if town.read("Vetoes", "concerns", operation, c)
        ]
        assert concerned == [COMMITTEE, STREET_COMMITTEE]


class TestCapture:
    """Who would take a fund over."""

    @pytest.mark.parametrize("counts", [True, False])
    def test_seats_that_were_filled_after_the_announcement_do_not_agree(
        self, town: EvmTown, counts: bool
    ) -> None:
        """The steward gives seats to friends: they wait as long as the committee may stop that, and count for what is announced later."""
        change(town, "vacateSeat", COMMITTEE, member_id(SEATED[0]))
        filling = schedule(town, STEWARD, "Committees", "fillSeat", COMMITTEE, 0, member_id("worker"), FAR)
        town.wait(CHANGE_DELAY_SECONDS)
        if not counts:
            announce(town)
            town.wait(1)
        carry_out(town, filling)
        if counts:
            announce(town)
        with nullcontext() if counts else refused("HandoverVoterTooNew", member=member_id("worker")):
            vote(town, "worker")

    def test_a_key_of_the_second_of_the_announcement_agrees(self, town: EvmTown) -> None:
        town.carry(signer(SEATED[0]), rotation(SEATED[0], signer("new phone"), DEADLINE))
        announce(town)
        vote(town, "new phone")

    def test_a_key_that_was_brought_after_the_announcement_does_not_agree(self, town: EvmTown) -> None:
        """The registrar gives a member another key, with which somebody else would agree."""
        key = held_by(SEATED[0], signer("thief"))
        data = schedule(town, REGISTRAR, "Members", "addKey", member_id(SEATED[0]), *key)
        town.wait(CHANGE_DELAY_SECONDS)
        execute_itself(town, REGISTRAR, "Members", data)
        announce(town)
        town.wait(CHANGE_DELAY_SECONDS)
        with refused("HandoverVoterTooNew", member=member_id(SEATED[0])):
            vote(town, "thief")

    @pytest.mark.parametrize(
        ("function", "args"),
        [
            ("fillSeat", (SUCCESSOR, 255, member_id("volunteer"), FAR)),
            ("vacateSeat", (SUCCESSOR, member_id(NEW_SEATED[0]))),
            ("setRules", (SUCCESSOR, [SMALL_TIER[:3] + (0,) * 4 + SMALL_TIER[7:]])),
        ],
    )
    def test_who_agreed_to_a_successor_did_not_agree_to_another_seat_or_rule_of_it(
        self, town: EvmTown, function: str, args: tuple[Any, ...]
    ) -> None:
        swap = schedule(town, STEWARD, "Committees", function, *args)
        data = announce(town)
        agreed(town, SEATED[:4])
        town.wait(CHANGE_DELAY_SECONDS)
        execute_itself(town, STEWARD, "Committees", swap)
        with refused("HandoverNotAgreed", votes=0):
            carry_out(town, data)
        with refused("HandoverSuccessorChanged", revision=COMPLETE, present=COMPLETE + 1):
            vote(town, SEATED[4])
        agreed(town, SEATED[:4], revision=COMPLETE + 1)
        carry_out(town, data)

    def test_two_handovers_in_a_row_each_need_the_committee_then_in_force(self, town: EvmTown) -> None:
        """Seven agreed to both: the second one is of the successor, whose seats did not."""
        change(town, "openCommittee", NEXT, FUND, [SeatClass.RESIDENT] * 5)
        change(town, "setRules", NEXT, [PLAIN_TIER])
        for seat, name in enumerate(NEW_SEATED):
            change(town, "fillSeat", NEXT, seat, member_id(name), FAR)
        first, second = announce(town), announce(town, NEXT)
        for successor in (SUCCESSOR, NEXT):
            agreed(town, SEATED, successor=successor)
        carry_out_in_time(town, first)
        for _ in range(2):
            with refused("HandoverNotAgreed", committee=SUCCESSOR, votes=0):
                carry_out(town, second)
            town.wait(1)
        agreed(town, NEW_SEATED[:3], committee=SUCCESSOR, successor=NEXT)
        carry_out(town, second)
        town.wait(1)
        times = (town.now - 4, town.now - 1, town.now)
        assert [town.read("Committees", "committeeAt", FUND, t) for t in times] == [
            COMMITTEE,
            SUCCESSOR,
            NEXT,
        ]

    def test_a_committee_of_another_fund_is_no_successor(self, town: EvmTown) -> None:
        data = announce(town, STREET_COMMITTEE)
        agreed(town, SEATED[:4], successor=STREET_COMMITTEE)
        with refused("CommitteeNoSuccessor", committee=STREET_COMMITTEE, fund=FUND):
            carry_out_in_time(town, data)

    def test_a_successor_in_waiting_of_another_fund_is_none_of_this(self, town: EvmTown) -> None:
        change(town, "openCommittee", NEXT, STREET, [SeatClass.RESIDENT] * 5)
        change(town, "setRules", NEXT, [PLAIN_TIER])
        for seat, name in enumerate(NEW_SEATED):
            change(town, "fillSeat", NEXT, seat, member_id(name), FAR)
        data = announce(town, NEXT)
        agreed(town, SEATED[:4], successor=NEXT)
        with refused("CommitteeNoSuccessor", committee=NEXT, fund=FUND):
            carry_out_in_time(town, data)

    def test_nobody_in_a_seat_agrees_to_nothing(self, town: EvmTown) -> None:
        change(town, "vacateSeat", COMMITTEE, member_id(SEATED[3]))
        change(town, "fillSeat", COMMITTEE, 3, bytes(16), FAR)
        data = announce(town)
        agreed(town, SEATED[:3])
        with refused("HandoverNotAgreed", votes=3, needed=4):
            carry_out_in_time(town, data)

    def test_requests_go_to_the_former_committee_until_the_second_of_the_handover_is_over(
        self, town: EvmTown
    ) -> None:
        data = announce(town)
        agreed(town, SEATED[:4])
        carry_out_in_time(town, data)
        fund(town)
        for deciding, other in ((COMMITTEE, SUCCESSOR), (SUCCESSOR, COMMITTEE)):
            with refused("CommitteeNotInForce", committee=other, in_force=deciding):
                submit(town, proposal(100_000, committee=other))
            submit(town, proposal(100_000, committee=deciding))
            town.wait(1)

    def test_one_that_decides_or_has_decided_takes_over_no_more(self, town: EvmTown) -> None:
        handed_over(town)
        data = announce(town, COMMITTEE)
        agreed(town, NEW_SEATED[:3], committee=SUCCESSOR, successor=COMMITTEE, revision=9)
        with refused("CommitteeNoSuccessor", committee=COMMITTEE):
            carry_out_in_time(town, data)

    def test_one_person_holds_no_two_seats_of_a_successor(self, town: EvmTown) -> None:
        data = schedule(town, STEWARD, "Committees", "fillSeat", SUCCESSOR, 1, member_id(NEW_SEATED[0]), FAR)
        with refused("CommitteeMemberSeated", member=member_id(NEW_SEATED[0])):
            carry_out_in_time(town, data)

    def test_a_successor_without_seats_that_could_decide_takes_nothing_over(self, town: EvmTown) -> None:
        """Two thirds of five are four: with three the fund would have nobody who decides."""
        for name in NEW_SEATED[:2]:
            change(town, "vacateSeat", SUCCESSOR, member_id(name))
        data = announce(town)
        agreed(town, SEATED[:4], revision=COMPLETE + 2)
        with refused("CommitteeSeatsVacant", committee=SUCCESSOR):
            carry_out_in_time(town, data)

    def test_one_whose_terms_ended_meanwhile_takes_nothing_over(self, town: EvmTown) -> None:
        soon = town.now + CHANGE_DELAY_SECONDS + DAY
        renewals = [
            schedule(town, STEWARD, "Committees", "fillSeat", SUCCESSOR, seat, member_id(name), soon)
            for seat, name in enumerate(NEW_SEATED)
        ]
        town.wait(CHANGE_DELAY_SECONDS)
        for renewal in renewals:
            execute_itself(town, STEWARD, "Committees", renewal)
        data = announce(town)
        agreed(town, SEATED[:4], revision=COMPLETE + 5)
        with refused("CommitteeSeatsVacant"):
            carry_out_in_time(town, data)

    def test_a_second_committee_decides_nothing_before_the_handover(self, town: EvmTown) -> None:
        """The puppets of p01."""
        with refused("CommitteeNotInForce", committee=SUCCESSOR, in_force=COMMITTEE):
            submit(town, proposal(committee=SUCCESSOR))
