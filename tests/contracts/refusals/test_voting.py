"""Requests and the votes on them: what is refused."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from contracts.enums import ProposalState
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    FIVE,
    VOTES,
    act,
    add_key,
    approve,
    approved,
    budget,
    execute,
    rotation,
    state,
    submit,
    submitted,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BUDGET_LINE,
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    GENERAL,
    KEY_DELAY,
    OBJECTION_GRACE,
    STAIRWELL,
    STREET,
    proposal,
)
from wallets.intents import (
    ApproveProposal,
    ProposalAct,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestSubmitting:
    def test_amount_of_zero_is_refused(self, place: EvmTown) -> None:
        with refused("ProposalAmountZero"):
            submit(place, proposal(0))

    def test_request_in_the_name_of_another_is_refused(self, place: EvmTown) -> None:
        with refused("ProposalNotRequester", member=member_id("requester")):
            submit(place, proposal(requester=member_id("worker")))

    def test_committee_of_another_fund_is_refused(self, place: EvmTown) -> None:
        purpose = STREET << 16 | 1
        place.send(signer("steward"), "Budgets", "setBudgetLine", BUDGET_LINE + 1, purpose, 300_000)
        with refused("ProposalFundMismatch", committee_fund=FUND, purpose_fund=STREET):
            submit(place, proposal(purpose=purpose, budget_line=BUDGET_LINE + 1))

    def test_budget_line_of_another_purpose_is_refused(self, place: EvmTown) -> None:
        with refused("BudgetLineNotInPurpose"):
            submit(place, proposal(purpose=STAIRWELL))
        with refused("BudgetLineNotInPurpose"):
            submit(place, proposal(budget_line=99))

    def test_amount_above_the_budget_line_is_refused(self, place: EvmTown) -> None:
        budget(place, 299_999)
        with refused("BudgetLineExceeded", left_fen=299_999, amount_fen=300_000):
            submit(place, proposal(300_000))

    def test_frozen_fund_takes_no_requests_and_executes_none_until_it_is_unfrozen(
        self, place: EvmTown
    ) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        place.send(signer("guardian"), "Funds", "freeze", FUND)
        with refused("FundsFundFrozen"):
            submit(place, proposal())
        with refused("LedgerFundFrozen"):
            execute(place, request)
        place.send(signer("guardian"), "Funds", "unfreeze", FUND)
        execute(place, request)

    @pytest.mark.parametrize(
        ("budget_line", "purpose", "limit_fen"),
        [(0, GENERAL, 5), (BUDGET_LINE, 0, 5), (BUDGET_LINE, STAIRWELL, 5), (BUDGET_LINE, GENERAL, 299_999)],
        ids=["zero line", "zero purpose", "another purpose", "below what was spent"],
    )
    def test_budget_line_that_does_not_fit_is_refused(
        self, place: EvmTown, budget_line: int, purpose: int, limit_fen: int
    ) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        execute(place, request)
        with refused("BudgetLineInvalid"):
            place.send(signer("steward"), "Budgets", "setBudgetLine", budget_line, purpose, limit_fen)


class TestVoting:
    def test_vote_after_its_end_is_refused(self, place: EvmTown) -> None:
        request = submitted(place)
        place.wait(7 * DAY)
        approve(place, request, "donor one")
        place.wait(1)
        with refused("ProposalVoteOver"):
            approve(place, request, "donor two")

    def test_recusals_after_the_vote_do_not_turn_it(self, place: EvmTown) -> None:
        """Three of seven are not enough; they would be of four."""
        request = submitted(place)
        approve(place, request, "donor one", "resident one", "resident two")
        place.wait(7 * DAY + 1)
        for name in ("official", "firm", "donor two"):
            with refused("ProposalVoteOver"):
                act(place, request, name, ProposalAct.RECUSE)
        assert state(place, request) == ProposalState.FAILED

    def test_requester_does_not_approve_the_own_request(self, place: EvmTown) -> None:
        """(p15)"""
        request = proposal(requester=member_id("donor one"))
        place.act(signer("donor one"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        with refused("ProposalSelfApproval"):
            approve(place, request, "donor one")

    @pytest.mark.parametrize("approving", [True, False])
    def test_seat_taken_during_the_round_neither_approves_nor_recuses(
        self, place: EvmTown, approving: bool
    ) -> None:
        request = submitted(place)
        approve(place, request, "firm")
        place.wait(1)
        place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("firm"))
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, member_id("worker"), FAR)
        with refused("ProposalSeatTooNew", member=member_id("worker")):
            if approving:
                approve(place, request, "worker")
            else:
                act(place, request, "worker", ProposalAct.RECUSE)

    def test_seat_whose_time_is_over_has_no_vote(self, place: EvmTown) -> None:
        place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("firm"))
        end = place.now + DAY
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, member_id("worker"), end)
        request = submitted(place)
        place.wait(DAY)
        with refused("CommitteeSeatMissing"):
            approve(place, request, "worker")

    def test_supervisor_has_no_vote(self, place: EvmTown) -> None:
        request = submitted(place)
        with refused("ProposalSupervisorHasNoVote"):
            approve(place, request, "supervisor")
        with refused("ProposalSupervisorHasNoVote"):
            act(place, request, "supervisor", ProposalAct.RECUSE)

    def test_opinions_are_the_supervisors_and_of_a_known_request(self, place: EvmTown) -> None:
        with refused("ProposalNotIn", found=ProposalState.NONE):
            act(place, proposal(), "supervisor", ProposalAct.GIVE_OPINION)
        with refused("ProposalSupervisorOnly"):
            act(place, submitted(place), "donor one", ProposalAct.GIVE_OPINION)

    def test_recused_seat_neither_approves_nor_recuses_again(self, place: EvmTown) -> None:
        request = submitted(place)
        act(place, request, "donor one", ProposalAct.RECUSE)
        with refused("ProposalRecused"):
            approve(place, request, "donor one")
        with refused("ProposalRecused"):
            act(place, request, "donor one", ProposalAct.RECUSE)

    def test_second_approval_of_a_seat_is_refused(self, place: EvmTown) -> None:
        request = submitted(place)
        approve(place, request, "donor one")
        with refused("ProposalVotedAlready"):
            approve(place, request, "donor one")

    @pytest.mark.parametrize("vote", ["approve", *VOTES])
    def test_key_added_during_the_round_has_no_vote_in_it(self, place: EvmTown, vote: str) -> None:
        """Nobody votes with keys that the members did not have as it began (p02)."""
        request = submitted(place)
        place.wait(1)
        place.act(signer("donor one"), rotation("donor one", signer("new key")))
        with refused("ProposalKeyTooNew", member=member_id("donor one")):
            if vote == "approve":
                approve(place, request, "new key")
            else:
                act(place, request, "new key", ProposalAct[vote])

    def test_key_that_waited_as_the_round_began_has_no_vote_in_it(self, place: EvmTown) -> None:
        """A registrar does not vote with keys that the members never had (p02)."""
        add_key(place, "donor one", "key of the registrar")
        place.wait(KEY_DELAY - DAY)
        request = submitted(place)
        with refused("MembersKeyWaits", key=signer("key of the registrar").address.lower()):
            approve(place, request, "key of the registrar")
        place.wait(DAY)
        with refused("ProposalKeyTooNew", member=member_id("donor one")):
            approve(place, request, "key of the registrar")

    def test_key_added_before_the_round_votes_in_it(self, place: EvmTown) -> None:
        add_key(place, "donor one", "second key")
        place.wait(KEY_DELAY)
        approve(place, submitted(place), "second key")

    def test_member_elected_again_into_the_same_seat_votes_on_what_runs(self, place: EvmTown) -> None:
        """Vacated and filled, or renewed in one act: the term goes on (p24)."""
        request, firm = submitted(place), member_id("firm")
        place.wait(DAY)
        place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, firm)
        place.wait(DAY)
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, firm, FAR)
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 5, member_id("official"), FAR + 1)
        approve(place, request, "firm", "official")

    @pytest.mark.parametrize(("days", "goes_on"), [(30, True), (31, False)])
    def test_term_goes_on_only_within_thirty_days(self, place: EvmTown, days: int, goes_on: bool) -> None:
        """A former member does not come back into a vote that runs (p24)."""
        place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("firm"))
        place.wait((days - 1) * DAY)
        request = submitted(place)
        place.wait(DAY)
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, member_id("firm"), FAR)
        with nullcontext() if goes_on else refused("ProposalSeatTooNew"):
            approve(place, request, "firm")

    def test_term_does_not_go_on_after_somebody_else_had_the_seat(self, place: EvmTown) -> None:
        request = submitted(place)
        place.wait(1)
        for name, leaves in (("firm", "worker"), ("worker", "firm")):
            place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id(name))
            place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, member_id(leaves), FAR)
        with refused("ProposalSeatTooNew", member=member_id("firm")):
            approve(place, request, "firm")

    def test_recused_member_stays_out_in_whatever_seat_and_the_seat_is_its_new_holders(
        self, place: EvmTown
    ) -> None:
        """Recusal is the member's, for good, and not the seat's (p20)."""
        request = submitted(place)
        act(place, request, "firm", ProposalAct.RECUSE)
        approve(place, request, *FIVE)
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        for name in ("firm", "official"):
            place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id(name))
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 5, member_id("firm"), FAR)
        place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, 6, member_id("worker"), FAR)
        place.wait(1)
        act(place, request, "requester", ProposalAct.ANSWER)
        with refused("ProposalRecused", member=member_id("firm")):
            approve(place, request, "firm", round_number=2)
        approve(place, request, "worker", round_number=2)

    def test_recusal_of_an_opponent_passes_nothing(self, place: EvmTown) -> None:
        """Four of seven are too few, and stay too few when a seat stays out (p21)."""
        request = submitted(place)
        approve(place, request, *FIVE[:4])
        act(place, request, "firm", ProposalAct.RECUSE)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, "official")
        assert state(place, request) == ProposalState.APPROVED

    @pytest.mark.parametrize("vote", VOTES)
    def test_request_fails_as_soon_as_too_few_are_left(self, place: EvmTown, vote: str) -> None:
        """Three of seven that are lost leave four, and five are needed (p21, p25)."""
        request = submitted(place)
        lost = ("donor one", "resident one", "firm")
        if vote == "RETRACT_VOTE":
            approve(place, request, *lost)
        for name in lost:
            assert state(place, request) == ProposalState.SUBMITTED
            act(place, request, name, ProposalAct[vote])
        assert state(place, request) == ProposalState.FAILED
        with refused("ProposalNotIn", needed=ProposalState.SUBMITTED, found=ProposalState.FAILED):
            approve(place, request, "donor two")

    def test_request_fails_as_soon_as_a_class_has_too_few_left(self, place: EvmTown) -> None:
        request = submitted(place)
        act(place, request, "donor one", ProposalAct.REJECT)
        assert state(place, request) == ProposalState.SUBMITTED
        act(place, request, "donor two", ProposalAct.REJECT)
        assert state(place, request) == ProposalState.FAILED

    def test_member_against_it_may_change_the_vote_and_one_who_approved_only_once(
        self, place: EvmTown
    ) -> None:
        """An approval that was taken back, of which everybody has the signature, never counts again (p21)."""
        request, yes = submitted(place), ApproveProposal(proposal=proposal(), round=1, deadline=DEADLINE)
        yes = replace(yes, proposal=request)
        act(place, request, "firm", ProposalAct.REJECT)
        with refused("ProposalVotedAlready"):
            act(place, request, "firm", ProposalAct.REJECT)
        with refused("ProposalVotedAlready"):
            place.carry(signer("firm"), yes)
        act(place, request, "firm", ProposalAct.RETRACT_VOTE)
        place.carry(signer("firm"), yes)
        act(place, request, "firm", ProposalAct.RETRACT_VOTE)
        with refused("ProposalApprovalRetracted"):
            place.carry(signer("firm"), yes)
        act(place, request, "firm", ProposalAct.REJECT)
        act(place, request, "firm", ProposalAct.RETRACT_VOTE)
        with refused("ProposalApprovalRetracted"):
            place.carry(signer("firm"), yes)

    def test_approval_changed_to_a_vote_against_does_not_come_back(self, place: EvmTown) -> None:
        request = submitted(place)
        approve(place, request, "firm")
        act(place, request, "firm", ProposalAct.REJECT)
        act(place, request, "firm", ProposalAct.RETRACT_VOTE)
        with refused("ProposalApprovalRetracted"):
            approve(place, request, "firm")

    def test_vote_that_was_not_given_is_not_taken_back(self, place: EvmTown) -> None:
        with refused("ProposalVoteMissing"):
            act(place, submitted(place), "firm", ProposalAct.RETRACT_VOTE)
