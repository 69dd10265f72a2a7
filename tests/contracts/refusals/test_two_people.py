"""Nobody asks, decides, proves and takes back alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import ProposalState, Role
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    act,
    approved,
    execute,
    executed,
    reverse,
    state,
    submit,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    FAR,
    FUND,
    OBJECTION_GRACE,
    line,
    proposal,
)
from wallets.intents import (
    ProposalAct,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestTwoPeople:
    """Who asks does not approve, who asks or approves does not prove, who proves does not take back (p15, p16)."""

    def make_treasurer(self, place: EvmTown, name: str) -> None:
        place.send(signer("registrar"), "Members", "grantRole", member_id(name), Role.TREASURER, FUND, FAR)

    @pytest.mark.parametrize("act_of_proof", [ProposalAct.PROVE_PAYMENT, ProposalAct.EXECUTE_PROVEN])
    @pytest.mark.parametrize("name", ["requester", "official"])
    def test_who_asked_or_approved_does_not_prove_the_payment(
        self, place: EvmTown, name: str, act_of_proof: ProposalAct
    ) -> None:
        self.make_treasurer(place, name)
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        if act_of_proof is ProposalAct.PROVE_PAYMENT:
            execute(place, request)
        with refused("ProposalProverTookPart", member=member_id(name)):
            act(place, request, name, act_of_proof, line("out"))
        act(place, request, "cashier", act_of_proof, line("out"))
        assert state(place, request) == ProposalState.CLOSED

    def test_member_who_took_no_part_in_the_vote_may_prove(self, place: EvmTown) -> None:
        self.make_treasurer(place, "firm")
        request = executed(place)
        act(place, request, "firm", ProposalAct.PROVE_PAYMENT, line("out"))
        assert state(place, request) == ProposalState.CLOSED

    def test_who_moves_to_another_seat_after_approving_does_not_prove(self, place: EvmTown) -> None:
        self.make_treasurer(place, "official")
        request = executed(place)
        place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("official"))
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 255, member_id("official"), FAR)
        with refused("ProposalProverTookPart"):
            act(place, request, "official", ProposalAct.PROVE_PAYMENT, line("out"))

    def test_who_proved_a_payment_does_not_say_that_it_came_back(self, place: EvmTown) -> None:
        request = executed(place)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("out"))
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            reverse(place, request, line("in"))
        reverse(place, request, line("in"), by="cashier")
        assert state(place, request) == ProposalState.REVERSED

    def test_treasurer_alone_ends_no_decision(self, place: EvmTown) -> None:
        """What was executed and not paid is approved as before: the requester can withdraw it, anyone execute it (p16)."""
        request = executed(place)
        reverse(place, request, bytes(32))
        assert state(place, request) == ProposalState.APPROVED
        with refused("ProposalNoticeOver"):
            act(place, request, "neighbour one", ProposalAct.OBJECT)
        execute(place, request)
        reverse(place, request, bytes(32))
        act(place, request, "requester", ProposalAct.WITHDRAW)
        assert state(place, request) == ProposalState.WITHDRAWN

    def test_undone_execution_wins_no_time_for_the_proof(self, place: EvmTown) -> None:
        """Else a treasurer would undo what is overdue and have it executed anew, and the line would never be blocked."""
        request = executed(place)
        place.wait(20 * DAY)
        reverse(place, request, bytes(32))
        place.wait(10 * DAY)
        execute(place, request)
        place.wait(1)
        with refused("BudgetLineBlocked"):
            submit(place, proposal(1))
        reverse(place, request, bytes(32))
        with refused("BudgetLineBlocked"):
            execute(place, request)
        act(place, request, "treasurer", ProposalAct.EXECUTE_PROVEN, line("out"))
        assert state(place, request) == ProposalState.CLOSED

    def test_undone_execution_makes_an_approval_last_no_longer(self, place: EvmTown) -> None:
        request = executed(place)
        place.wait(90 * DAY - OBJECTION_GRACE - 1)
        reverse(place, request, bytes(32))
        assert state(place, request) == ProposalState.APPROVED
        place.wait(1)
        assert state(place, request) == ProposalState.LAPSED

    def test_what_was_not_proven_does_not_come_back(self, place: EvmTown) -> None:
        with refused("FundsEntryUnknown", bank_line=line("out")):
            reverse(place, executed(place), line("in"))
