"""Requests that recusals refer to the committee of a fund above (ADR 0042): who decides them, and what counts no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import Level, ProposalState, Role, SeatClass
from tests.conftest import member_id, signer
from tests.contracts.deciding import act, approve, execute, fund, reverse, state, submit, submitted
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    LARGE_TIER,
    OBJECTION_GRACE,
    RESIDENTS,
    SMALL_TIER,
    STREET,
    acts,
    line,
    proposal,
)
from wallets.intents import ActOnProposal, ApproveProposal, ProposalAct, SubmitProposal

if TYPE_CHECKING:
    from wallets.intents import Proposal

CITY, ABOVE, AT_THE_TOP = 3, 2, 3
# The street's committee: its donor and its firm sit in the community's, too.
SEATS_ABOVE = (
    ("donor one", SeatClass.DONOR),
    ("coordinator", SeatClass.RESIDENT),
    ("foreman", SeatClass.RESIDENT),
    ("worker", SeatClass.OFFICIAL),
    ("firm", SeatClass.ENTERPRISE),
)
# Three of five, a longer notice, and three objections that suspend.
TIER_ABOVE = (4_000_000, 1, 2, 0, 0, 0, 0, 10 * DAY, 5 * DAY, 3, 20 * DAY)
THREE = ("donor one", "coordinator", "worker")
# Two of three residents: the one who is left is fewer than the rules ask for.
ENTANGLED = ("resident one", "resident two")


@pytest.fixture
def place(place: EvmTown) -> EvmTown:
    """The neighbourhood, whose street fund has a committee as well."""
    seat(place, ABOVE, STREET, SEATS_ABOVE, TIER_ABOVE)
    fund(place)
    return place


def seat(
    place: EvmTown,
    committee: int,
    number: int,
    seats: tuple[tuple[str, SeatClass], ...],
    *tiers: tuple[int, ...],
) -> None:
    """Opens a committee of a fund and fills its seats."""
    steward = signer("steward")
    place.send(steward, "Committees", "openCommittee", committee, number, [kind for _, kind in seats])
    if tiers:
        place.send(steward, "Committees", "setRules", committee, list(tiers))
    for i, (name, _) in enumerate(seats):
        place.send(steward, "Committees", "fillSeat", committee, i, member_id(name), FAR)


def recuse(place: EvmTown, request: Proposal, *names: str) -> None:
    for name in names:
        act(place, request, name, ProposalAct.RECUSE)


def referred(place: EvmTown, amount_fen: int = 300_000, *recused: str) -> Proposal:
    request = submitted(place, amount_fen)
    recuse(place, request, *(recused or ENTANGLED))
    assert state(place, request) == ProposalState.SUBMITTED
    assert (decider(place, request), round_of(place, request)) == (ABOVE, 2)
    return request


def decider(place: EvmTown, request: Proposal) -> int:
    subject = (
        request.proposal_id(), request.committee, request.purpose, request.budget_line, request.amount_fen,
        request.requester, request.payee,
    )  # fmt: skip
    number: int = place.read("Rounds", "committeeNow", subject)
    return number


def round_of(place: EvmTown, request: Proposal) -> int:
    number: int = place.read("Rounds", "roundOf", request.proposal_id())
    return number


class TestReferring:
    @pytest.mark.parametrize(
        "recused",
        [ENTANGLED, ("donor two", "official", "firm"), ("donor one", "donor two")],
        ids=["too few residents", "too few in all", "no donor"],
    )
    def test_recusals_that_leave_too_few_seats_send_the_request_to_the_street(
        self, place: EvmTown, recused: tuple[str, ...]
    ) -> None:
        request = submitted(place)
        *others, last = recused
        recuse(place, request, *others)
        assert decider(place, request) == COMMITTEE
        recuse(place, request, last)
        assert state(place, request) == ProposalState.SUBMITTED
        assert (decider(place, request), round_of(place, request)) == (ABOVE, 2)

    def test_votes_against_come_first(self, place: EvmTown) -> None:
        """Who sees that a majority is against it does not recuse in order to ask others."""
        request = submitted(place)
        for name in ("donor one", "official", "firm"):
            act(place, request, name, ProposalAct.REJECT)
        assert state(place, request) == ProposalState.FAILED
        with refused("ProposalNotIn", found=ProposalState.FAILED):
            recuse(place, request, "resident one")

    @pytest.mark.parametrize("vote", [ProposalAct.REJECT, ProposalAct.RETRACT_VOTE])
    def test_votes_against_and_recusals_together_let_it_fail(self, place: EvmTown, vote: ProposalAct) -> None:
        request = submitted(place)
        if vote is ProposalAct.RETRACT_VOTE:
            approve(place, request, "firm")
        act(place, request, "firm", vote)
        recuse(place, request, "official", "donor two")
        assert state(place, request) == ProposalState.FAILED

    @pytest.mark.parametrize(
        ("seats", "tiers"),
        [(SEATS_ABOVE, ()), (SEATS_ABOVE, ((299_999, *TIER_ABOVE[1:]),)), ((), ())],
        ids=["no rules", "rules that do not reach the amount", "no committee"],
    )
    def test_fund_above_whose_committee_cannot_decide_is_passed_over(
        self, seats: tuple[tuple[str, SeatClass], ...], tiers: tuple[tuple[int, ...], ...]
    ) -> None:
        """The city's committee decides where the street has none that can."""
        town = EvmTown()
        for role, contract, function, args in acts():
            below_city = args
            if function == "openFund" and args[0] == STREET:
                town.send(signer("steward"), "Funds", "openFund", CITY, 0, Level.CITY, BANK)
                below_city = (STREET, CITY, *args[2:])
            town.send(signer(role.name.lower()), contract, function, *below_city)
        if seats:
            seat(town, ABOVE, STREET, seats, *tiers)
        seat(town, AT_THE_TOP, CITY, SEATS_ABOVE, TIER_ABOVE)
        fund(town)
        request = submitted(town)
        recuse(town, request, *ENTANGLED)
        assert (decider(town, request), round_of(town, request)) == (AT_THE_TOP, 2)
        approve(town, request, *THREE, round_number=2)
        assert state(town, request) == ProposalState.APPROVED

    def test_without_a_committee_above_that_can_decide_it_fails(self, place: EvmTown) -> None:
        """Nor is it referred to a committee of which too few would be left."""
        small, large = submitted(place), submitted(place, 4_000_001)
        recuse(place, small, "donor one")
        place.send(signer("steward"), "Committees", "setRules", ABOVE, [(4_000_000, 1, 1, *TIER_ABOVE[3:])])
        recuse(place, small, *ENTANGLED)
        recuse(place, large, *ENTANGLED)
        assert [state(place, request) for request in (small, large)] == [ProposalState.FAILED] * 2
        assert [decider(place, request) for request in (small, large)] == [COMMITTEE] * 2

    def test_recusals_above_without_a_fund_above_let_it_fail(self, place: EvmTown) -> None:
        request = referred(place)
        recuse(place, request, "donor one", "worker")
        assert state(place, request) == ProposalState.SUBMITTED
        recuse(place, request, "foreman")
        assert state(place, request) == ProposalState.FAILED

    def test_stricter_rules_under_which_recusals_leave_too_few_refer_an_answered_request(
        self, place: EvmTown
    ) -> None:
        request = submitted(place)
        recuse(place, request, "firm", "donor two")
        approve(place, request, "donor one", "resident one", "resident two", "resident three", "official")
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        stricter = (SMALL_TIER[0], 6, 7, *SMALL_TIER[3:])
        place.send(signer("steward"), "Committees", "setRules", COMMITTEE, [stricter])
        act(place, request, "requester", ProposalAct.ANSWER)
        assert (decider(place, request), round_of(place, request)) == (ABOVE, 3)


class TestDecidingAbove:
    def test_street_decides_by_its_rules_and_the_community_pays(self, place: EvmTown) -> None:
        request = referred(place)
        approve(place, request, *THREE[:2], round_number=2)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, THREE[2], round_number=2)
        assert state(place, request) == ProposalState.APPROVED
        place.wait(5 * DAY + OBJECTION_GRACE - 1)
        with refused("ProposalGraceRunning"):
            execute(place, request)
        place.wait(1)
        execute(place, request)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid"))
        reverse(place, request, line("back"), by="cashier", paid="paid")
        assert state(place, request) == ProposalState.REVERSED

    def test_vote_is_over_at_the_end_of_the_streets_time(self, place: EvmTown) -> None:
        request = referred(place)
        place.wait(10 * DAY)
        approve(place, request, "worker", round_number=2)
        place.wait(1)
        with refused("ProposalVoteOver"):
            approve(place, request, "coordinator", round_number=2)

    @pytest.mark.parametrize("vote", [ProposalAct.REJECT, ProposalAct.RECUSE])
    def test_community_has_no_vote_any_more(self, place: EvmTown, vote: ProposalAct) -> None:
        request = referred(place)
        with refused("CommitteeSeatMissing", committee=ABOVE, member=member_id("official")):
            act(place, request, "official", vote)
        with refused("CommitteeSeatMissing", committee=ABOVE):
            approve(place, request, "resident three", round_number=2)

    def test_who_recused_below_stays_out_above(self, place: EvmTown) -> None:
        """Nobody who is entangled decides after all, from another seat."""
        request = referred(place, 300_000, "donor one", "donor two")
        for vote in (ProposalAct.REJECT, ProposalAct.RECUSE):
            with refused("ProposalRecused", member=member_id("donor one")):
                act(place, request, "donor one", vote)
        with refused("ProposalRecused"):
            approve(place, request, "donor one", round_number=2)
        approve(place, request, "coordinator", "worker", "firm", round_number=2)
        assert state(place, request) == ProposalState.APPROVED

    def test_votes_of_the_community_do_not_count_above(self, place: EvmTown) -> None:
        """Neither approvals, nor votes against; and who sits in both votes anew."""
        request = submitted(place)
        approve(place, request, "donor one", "firm")
        act(place, request, "official", ProposalAct.REJECT)
        recuse(place, request, *ENTANGLED)
        approve(place, request, "worker", round_number=2)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, "donor one", "firm", round_number=2)
        assert state(place, request) == ProposalState.APPROVED

    def test_signature_for_the_community_does_not_count_above(self, place: EvmTown) -> None:
        """It names the round, and each round has one committee."""
        request = submitted(place)
        old = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        recuse(place, request, *ENTANGLED)
        with refused("MembersKeyUnknown"):
            place.carry(signer("donor one"), old)
        place.carry(signer("donor one"), ApproveProposal(proposal=request, round=2, deadline=DEADLINE))

    def test_seat_filled_after_the_referral_has_no_vote(self, place: EvmTown) -> None:
        request = referred(place)
        place.wait(1)
        steward = signer("steward")
        place.send(steward, "Committees", "vacateSeat", ABOVE, member_id("worker"))
        place.send(steward, "Committees", "fillSeat", ABOVE, 3, member_id("barber"), FAR)
        with refused("ProposalSeatTooNew", member=member_id("barber")):
            approve(place, request, "barber", round_number=2)

    def test_requester_does_not_approve_above(self, place: EvmTown) -> None:
        request = proposal(requester=member_id("worker"))
        place.act(signer("worker"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        recuse(place, request, *ENTANGLED)
        with refused("ProposalSelfApproval"):
            approve(place, request, "worker", round_number=2)

    def test_who_approved_above_does_not_prove_the_payment(self, place: EvmTown) -> None:
        place.send(
            signer("registrar"), "Members", "grantRole", member_id("worker"), Role.TREASURER, FUND, FAR
        )
        request = referred(place)
        approve(place, request, *THREE, round_number=2)
        place.wait(5 * DAY + OBJECTION_GRACE)
        execute(place, request)
        with refused("ProposalProverTookPart", member=member_id("worker")):
            act(place, request, "worker", ProposalAct.PROVE_PAYMENT, line("paid"))

    def test_opinion_is_given_by_the_supervisor_of_the_committee_that_decides(self, place: EvmTown) -> None:
        request = referred(place)
        with refused("CommitteeSeatMissing", committee=ABOVE):
            act(place, request, "supervisor", ProposalAct.GIVE_OPINION)
        place.send(signer("steward"), "Committees", "fillSeat", ABOVE, 255, member_id("barber"), FAR)
        act(place, request, "barber", ProposalAct.GIVE_OPINION)

    def test_sums_that_add_up_are_those_of_the_fund_that_pays(self, place: EvmTown) -> None:
        """The street judges by its own tiers what came in parts."""
        tiers = [(500_000, *TIER_ABOVE[1:]), (4_000_000, 4, 5, *TIER_ABOVE[3:])]
        place.send(signer("steward"), "Committees", "setRules", ABOVE, tiers)
        first, second = referred(place), referred(place)
        approve(place, first, *THREE, round_number=2)
        assert state(place, first) == ProposalState.APPROVED
        approve(place, second, *THREE, round_number=2)
        assert state(place, second) == ProposalState.SUBMITTED
        approve(place, second, "firm", round_number=2)
        assert state(place, second) == ProposalState.APPROVED


class TestObjectingAbove:
    def test_residents_of_the_fund_suspend_it_by_the_streets_threshold_and_it_stays_there(
        self, place: EvmTown
    ) -> None:
        request = referred(place)
        approve(place, request, *THREE, round_number=2)
        for name in RESIDENTS[:2]:
            act(place, request, name, ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.APPROVED
        act(place, request, RESIDENTS[2], ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.SUSPENDED
        act(place, request, "requester", ProposalAct.ANSWER)
        assert (decider(place, request), round_of(place, request)) == (ABOVE, 3)
        approve(place, request, *THREE, round_number=3)
        assert state(place, request) == ProposalState.APPROVED

    def test_stricter_rules_of_the_street_judge_what_is_answered(self, place: EvmTown) -> None:
        request = referred(place)
        approve(place, request, *THREE, round_number=2)
        for name in RESIDENTS[:3]:
            act(place, request, name, ProposalAct.OBJECT)
        place.send(signer("steward"), "Committees", "setRules", ABOVE, [(4_000_000, 4, 5, *TIER_ABOVE[3:])])
        act(place, request, "requester", ProposalAct.ANSWER)
        approve(place, request, *THREE, round_number=3)
        assert state(place, request) == ProposalState.SUBMITTED

    def test_referral_gives_no_round_more(self, place: EvmTown) -> None:
        """Three rounds below and one above: a request that is stopped then has failed."""
        once = [(tier[0], *tier[1:9], 1, tier[10]) for tier in (SMALL_TIER, LARGE_TIER)]
        place.send(signer("steward"), "Committees", "setRules", COMMITTEE, once)
        place.send(signer("steward"), "Committees", "setRules", ABOVE, [(*TIER_ABOVE[:9], 1, TIER_ABOVE[10])])
        request = proposal()
        submit(place, request)
        for number, name in enumerate(RESIDENTS[:3], 1):
            approve(place, request, "donor one", *RESIDENTS[:3], "official", round_number=number)
            act(place, request, name, ProposalAct.OBJECT)
            act(place, request, "requester", ProposalAct.ANSWER)
        recuse(place, request, *ENTANGLED)
        assert (decider(place, request), round_of(place, request)) == (ABOVE, 5)
        approve(place, request, *THREE, round_number=5)
        act(place, request, RESIDENTS[3], ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.FAILED


def test_referred_request_is_withdrawn_by_who_asked(place: EvmTown) -> None:
    request = referred(place)
    act(place, request, "requester", ProposalAct.WITHDRAW)
    assert state(place, request) == ProposalState.WITHDRAWN


def test_act_signed_before_the_referral_is_judged_by_who_sits_above(place: EvmTown) -> None:
    """A recusal that is carried late binds whoever sits in the committee that decides."""
    request = submitted(place)
    late = ActOnProposal(
        act=ProposalAct.RECUSE, proposal=request, evidence=bytes(32), nonce=1 << 80, deadline=DEADLINE
    )
    recuse(place, request, *ENTANGLED)
    place.carry(signer("donor one"), late)
    with refused("ProposalRecused"):
        approve(place, request, "donor one", round_number=2)
