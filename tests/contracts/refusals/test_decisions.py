"""Members, committees and disbursements: what they refuse."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import MemberKind, ProposalState, Role, SeatClass
from tests.conftest import held_by, member_id, signer
from tests.contracts.deciding import (
    FIVE,
    NOBODY,
    TIER_FIELDS,
    VOTES,
    act,
    add_key,
    approve,
    approved,
    budget,
    execute,
    executed,
    fund,
    reversal,
    reverse,
    rotation,
    signed,
    state,
    submit,
    submitted,
    suspended_and_answered,
    twice,
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
    SMALL_TIER,
    STAIRWELL,
    STREET,
    line,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    ProposalAct,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestMembers:
    def registrar(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(signer("registrar"), "Members", function, *args)

    def test_taken_or_zero_member_is_refused(self, place: EvmTown) -> None:
        for member in (NOBODY, member_id("worker")):
            with refused("MembersMemberExists", member=member):
                self.registrar(
                    place, "register", member, MemberKind.PERSON, NOBODY, *held_by("new", signer("new"))
                )

    def test_member_without_a_kind_is_refused(self, place: EvmTown) -> None:
        with refused("MembersKindMissing"):
            self.registrar(
                place, "register", b"n" * 16, MemberKind.NONE, NOBODY, *held_by("new", signer("new"))
            )

    def test_key_or_role_of_an_unknown_member_is_refused(self, place: EvmTown) -> None:
        with refused("MembersMemberUnknown"):
            self.registrar(place, "addKey", b"n" * 16, *held_by("new", signer("new")))
        with refused("MembersMemberUnknown"):
            self.registrar(place, "grantRole", b"n" * 16, Role.RESIDENT, FUND, FAR)

    def test_key_that_anyone_ever_had_is_refused(self, place: EvmTown) -> None:
        self.registrar(place, "endKey", signer("worker").address)
        for address in (signer("worker").address, signer("barber").address, "0x" + "00" * 20):
            with refused("MembersKeyTaken"):
                self.registrar(place, "addKey", member_id("worker"), address, b"")

    def test_key_is_not_rotated_to_one_that_somebody_has(self, place: EvmTown) -> None:
        with refused("MembersKeyTaken"):
            place.act(signer("worker"), rotation("worker", signer("barber")))

    def test_unknown_or_ended_key_is_not_ended_again(self, place: EvmTown) -> None:
        with refused("MembersKeyUnknown"):
            self.registrar(place, "endKey", signer("stranger").address)
        self.registrar(place, "endKey", signer("worker").address)
        with refused("MembersKeyEnded"):
            self.registrar(place, "endKey", signer("worker").address)

    def test_a_role_is_granted_until_a_moment_to_come(self, place: EvmTown) -> None:
        for until in (0, place.now):
            with refused("MembersRoleOverBefore", valid_until=until):
                self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, until)
        self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, place.now + 1)

    def test_a_role_is_ended_at_once_and_only_where_it_is_held(self, place: EvmTown) -> None:
        for role, scope in ((Role.TREASURER, FUND + 1), (Role.FOREMAN, FUND)):
            with refused("MembersRoleNotHeld", role=role, scope=scope):
                self.registrar(place, "endRole", member_id("treasurer"), role, scope)
        self.registrar(place, "endRole", member_id("treasurer"), Role.TREASURER, FUND)
        with refused("MembersRoleMissing"):
            fund(place)
        with refused("MembersRoleNotHeld"):
            self.registrar(place, "endRole", member_id("treasurer"), Role.TREASURER, FUND)

    def test_role_is_over_at_its_end(self, place: EvmTown) -> None:
        end = place.now + DAY
        self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, end)
        place.wait(DAY - 1)
        fund(place)
        place.wait(1)
        with refused("MembersRoleMissing"):
            fund(place, "another")


class TestCommittees:
    def steward(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(signer("steward"), "Committees", function, *args)

    def test_taken_or_zero_id_is_refused(self, place: EvmTown) -> None:
        for committee in (0, COMMITTEE):
            with refused("CommitteeIdTaken"):
                self.steward(place, "openCommittee", committee, FUND, [SeatClass.DONOR] * 5)

    @pytest.mark.parametrize("seats", [0, 3, 4, 6, 17])
    def test_even_too_small_or_too_large_committee_is_refused(self, place: EvmTown, seats: int) -> None:
        with refused("CommitteeSizeInvalid", seats=seats):
            self.steward(place, "openCommittee", 2, STREET, [SeatClass.DONOR] * seats)

    @pytest.mark.parametrize(
        "tiers",
        [
            [],
            [SMALL_TIER, SMALL_TIER],
            [(0, *SMALL_TIER[1:])],
            [(5, 0, 3, *SMALL_TIER[3:])],
            [(5, 4, 3, *SMALL_TIER[3:])],
            [(*SMALL_TIER[:10], 0)],
            [(n, *SMALL_TIER[1:]) for n in range(1, 6)],
        ],
        ids=["none", "equal", "zero", "no share", "above one", "no time to prove", "five"],
    )
    def test_rules_that_make_no_sense_are_refused(self, place: EvmTown, tiers: list[Any]) -> None:
        with refused("CommitteeRulesInvalid"):
            self.steward(place, "setRules", COMMITTEE, tiers)

    def test_second_committee_of_a_fund_is_refused(self, place: EvmTown) -> None:
        """A steward does not set up five puppets beside the committee (p01)."""
        with refused("CommitteeFundTaken", fund=FUND, committee=COMMITTEE):
            self.steward(place, "openCommittee", 2, FUND, [SeatClass.DONOR] * 5)

    @pytest.mark.parametrize(
        ("notice_seconds", "takes"),
        [(3 * DAY - 1, False), (3 * DAY, True), (15 * DAY, True), (15 * DAY + 1, False)],
    )
    def test_notice_has_three_to_fifteen_days(self, place: EvmTown, notice_seconds: int, takes: bool) -> None:
        """Nobody rules the notice away (p01, p27)."""
        with nullcontext() if takes else refused("CommitteeNoticeInvalid", notice_seconds=notice_seconds):
            self.rule(place, notice_seconds=notice_seconds)

    @pytest.mark.parametrize(
        ("decide_seconds", "takes"), [(DAY - 1, False), (DAY, True), (90 * DAY, True), (90 * DAY + 1, False)]
    )
    def test_vote_has_one_to_ninety_days(self, place: EvmTown, decide_seconds: int, takes: bool) -> None:
        with nullcontext() if takes else refused("CommitteeDecideTimeInvalid", decide_seconds=decide_seconds):
            self.rule(place, decide_seconds=decide_seconds)

    @pytest.mark.parametrize(
        ("yes", "of", "takes"), [(1, 255, False), (3, 7, False), (1, 2, True), (7, 7, True)]
    )
    def test_fewer_than_half_of_all_seats_never_decide(
        self, place: EvmTown, yes: int, of: int, takes: bool
    ) -> None:
        """One puppet of five is no committee (p01): of seven seats four are the fewest."""
        with nullcontext() if takes else refused("CommitteeShareBelowMajority", majority=4):
            self.rule(place, yes_numerator=yes, yes_denominator=of)

    @pytest.mark.parametrize(("objections", "takes"), [(0, False), (1, True), (50, True), (51, False)])
    def test_residents_can_always_suspend(self, place: EvmTown, objections: int, takes: bool) -> None:
        """No rules take the objection away, or put it out of reach (p01, p27)."""
        with nullcontext() if takes else refused("CommitteeObjectionsInvalid", objections=objections):
            self.rule(place, objections_to_suspend=objections)

    @pytest.mark.parametrize(
        ("minimum", "seats"),
        [("min_donor", 2), ("min_resident", 3), ("min_official", 1), ("min_enterprise", 1)],
    )
    def test_more_seats_of_a_class_than_there_are_are_not_asked_for(
        self, place: EvmTown, minimum: str, seats: int
    ) -> None:
        """Nine donors of two would stop every payment (p27)."""
        self.rule(place, **{minimum: seats})
        with refused("CommitteeClassMinimumTooHigh", minimum=seats + 1, seats=seats):
            self.rule(place, **{minimum: seats + 1})

    def rule(self, place: EvmTown, **changes: int) -> None:
        tier = dict(zip(TIER_FIELDS, SMALL_TIER, strict=True)) | changes
        self.steward(place, "setRules", COMMITTEE, [tuple(tier.values())])

    def test_unknown_committee_is_refused(self, place: EvmTown) -> None:
        with refused("CommitteeUnknown"):
            self.steward(place, "setRules", 9, [SMALL_TIER])
        with refused("CommitteeUnknown"):
            self.steward(place, "fillSeat", 9, 0, member_id("worker"), FAR)

    def test_seat_that_is_taken_or_does_not_exist_is_refused(self, place: EvmTown) -> None:
        for seat in (0, 7, 254):
            with refused("CommitteeSeatTaken", seat=seat):
                self.steward(place, "fillSeat", COMMITTEE, seat, member_id("worker"), FAR)

    def test_second_seat_of_a_member_is_refused(self, place: EvmTown) -> None:
        self.steward(place, "vacateSeat", COMMITTEE, member_id("firm"))
        with refused("CommitteeMemberSeated"):
            self.steward(place, "fillSeat", COMMITTEE, 6, member_id("official"), FAR)

    def test_seat_that_nobody_holds_is_not_vacated(self, place: EvmTown) -> None:
        with refused("CommitteeSeatMissing"):
            self.steward(place, "vacateSeat", COMMITTEE, member_id("worker"))

    def test_committee_without_rules_decides_nothing(self, place: EvmTown) -> None:
        self.steward(place, "openCommittee", 2, STREET, [SeatClass.DONOR] * 5)
        with refused("CommitteeRulesMissing"):
            submit(place, proposal(committee=2))

    def test_amount_above_every_tier_is_refused(self, place: EvmTown) -> None:
        with refused("CommitteeAmountAboveTiers", amount_fen=5_000_001):
            submit(place, proposal(5_000_001))


class TestSubmitting:
    def test_amount_of_zero_is_refused(self, place: EvmTown) -> None:
        with refused("ProposalAmountZero"):
            submit(place, proposal(0))

    def test_request_in_the_name_of_another_is_refused(self, place: EvmTown) -> None:
        with refused("ProposalNotRequester", member=member_id("requester")):
            submit(place, proposal(requester=member_id("worker")))

    def test_committee_of_another_fund_is_refused(self, place: EvmTown) -> None:
        with refused("ProposalFundMismatch", committee_fund=FUND, purpose_fund=STREET):
            submit(place, proposal(purpose=STREET << 16 | 1))

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


class TestNotice:
    def test_objection_is_a_residents_once_and_within_the_notice(self, place: EvmTown) -> None:
        request = approved(place)
        with refused("MembersRoleMissing"):
            act(place, request, "worker", ProposalAct.OBJECT)
        act(place, request, "neighbour one", ProposalAct.OBJECT)
        with refused("ProposalObjectedAlready"):
            act(place, request, "neighbour one", ProposalAct.OBJECT)
        place.wait(3 * DAY)
        with refused("ProposalNoticeOver"):
            act(place, request, "neighbour two", ProposalAct.OBJECT)

    def test_answer_is_the_requesters_and_to_a_suspension(self, place: EvmTown) -> None:
        request = approved(place)
        with refused("ProposalNotIn", needed=ProposalState.SUSPENDED, found=ProposalState.APPROVED):
            act(place, request, "requester", ProposalAct.ANSWER)
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        with refused("ProposalNotRequester"):
            act(place, request, "donor one", ProposalAct.ANSWER)

    def test_execution_within_the_notice_is_refused_to_the_second(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY - 1)
        with refused("ProposalNoticeRunning", notice_ends_at=place.now + 1):
            execute(place, request)
        place.wait(1)
        with refused("ProposalGraceRunning"):
            execute(place, request)

    def test_approval_lapses_ninety_days_after_the_notice(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(93 * DAY)
        with refused("ProposalLapsed", lapsed_at=place.now):
            execute(place, request)

    def test_key_added_during_the_round_does_not_object(self, place: EvmTown) -> None:
        """Nobody stops a payment with a key that the member did not have as it began (p02)."""
        request = submitted(place)
        place.wait(1)
        place.act(signer("neighbour one"), rotation("neighbour one", signer("new key")))
        fund(place)
        approve(place, request, *FIVE)
        with refused("ProposalKeyTooNew", member=member_id("neighbour one")):
            act(place, request, "new key", ProposalAct.OBJECT)

    def test_two_residents_suspend_once_and_other_residents_again(self, place: EvmTown) -> None:
        """Nobody has a permanent veto (p22)."""
        request = approved(place)
        objectors = iter(("neighbour one", "neighbour two", "resident one", "resident two"))
        for round_number in (2, 3):
            suspended_and_answered(place, request, next(objectors), next(objectors))
            approve(place, request, *FIVE, round_number=round_number)
        for name in ("neighbour one", "resident two"):
            with refused("ProposalObjectedAlready", member=member_id(name)):
                act(place, request, name, ProposalAct.OBJECT)

    def test_fourth_round_that_is_suspended_is_the_last(self, place: EvmTown) -> None:
        """Rounds come to an end (p22)."""
        for number in range(8):
            name = f"tenant {number}"
            args = (member_id(name), MemberKind.PERSON, NOBODY, *held_by(name, signer(name)))
            place.send(signer("registrar"), "Members", "register", *args)
            place.send(signer("registrar"), "Members", "grantRole", member_id(name), Role.RESIDENT, FUND, FAR)
        request = approved(place)
        for number in (0, 2, 4):
            suspended_and_answered(place, request, f"tenant {number}", f"tenant {number + 1}")
            approve(place, request, *FIVE, round_number=number // 2 + 2)
        for name in ("tenant 6", "tenant 7"):
            act(place, request, name, ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.FAILED
        with refused("ProposalNotIn", needed=ProposalState.SUSPENDED, found=ProposalState.FAILED):
            act(place, request, "requester", ProposalAct.ANSWER)

    def test_state_is_the_one_of_this_second(self, place: EvmTown) -> None:
        """What can no longer be done is not called submitted, approved or suspended for ever (p25)."""
        request, waiting, stopped = approved(place), submitted(place, 100_000), submitted(place, 100_000)
        approve(place, stopped, *FIVE)
        for name in ("neighbour one", "neighbour two"):
            act(place, stopped, name, ProposalAct.OBJECT)
        place.wait(7 * DAY)
        assert state(place, waiting) == ProposalState.SUBMITTED
        place.wait(1)
        assert state(place, waiting) == ProposalState.FAILED
        place.wait(86 * DAY - 2)
        assert [state(place, r) for r in (request, stopped)] == [
            ProposalState.APPROVED,
            ProposalState.SUSPENDED,
        ]
        place.wait(1)
        assert [state(place, r) for r in (request, stopped)] == [ProposalState.LAPSED, ProposalState.LAPSED]
        with refused("ProposalLapsed"):
            act(place, stopped, "requester", ProposalAct.ANSWER)
        for ended, found in ((waiting, ProposalState.FAILED), (request, ProposalState.LAPSED)):
            with refused("ProposalNotIn", found=found):
                act(place, ended, "requester", ProposalAct.WITHDRAW)

    @pytest.mark.parametrize(
        ("changes", "needed"),
        [({"yes_numerator": 1, "yes_denominator": 1}, 7), ({"yes_numerator": 4, "yes_denominator": 7}, 5)],
        ids=["stricter", "laxer"],
    )
    def test_new_vote_is_decided_by_rules_that_became_stricter_and_not_by_laxer_ones(
        self, place: EvmTown, changes: dict[str, int], needed: int
    ) -> None:
        """Who waits with the answer until rules change gains nothing (p2a)."""
        request = approved(place)
        tier = dict(zip(TIER_FIELDS, SMALL_TIER, strict=True)) | changes
        place.send(signer("steward"), "Committees", "setRules", COMMITTEE, [tuple(tier.values())])
        suspended_and_answered(place, request, "neighbour one", "neighbour two")
        everybody = (*FIVE, "donor two", "firm")
        approve(place, request, *everybody[: needed - 1], round_number=2)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, everybody[needed - 1], round_number=2)
        assert state(place, request) == ProposalState.APPROVED


class TestPaying:
    @pytest.mark.parametrize(
        "changes",
        [{"amount_fen": 300_001}, {"payee": b"x" * 32}, {"documents": b"x" * 32}, {"purpose": STAIRWELL}],
        ids=["amount", "payee", "documents", "purpose"],
    )
    def test_anything_other_than_what_was_approved_is_not_executed(
        self, place: EvmTown, changes: dict[str, Any]
    ) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("ProposalNotIn", needed=ProposalState.APPROVED, found=ProposalState.NONE):
            execute(place, replace(request, **changes))

    def test_request_is_executed_once(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            execute(place, request)

    def test_more_than_the_purpose_holds_is_not_paid(self, place: EvmTown) -> None:
        request = submitted(place)
        approve(place, request, *FIVE)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("LedgerBalanceInsufficient"):
            execute(place, request)

    def test_executed_request_is_not_withdrawn(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            act(place, request, "requester", ProposalAct.WITHDRAW)

    def test_withdrawn_request_is_not_submitted_again(self, place: EvmTown) -> None:
        request = submitted(place)
        act(place, request, "requester", ProposalAct.WITHDRAW)
        with refused("ProposalExists"):
            submit(place, request)

    def test_payment_is_not_proven_by_a_used_line(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("FundsBankLineUsed"):
            act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("funds"))

    def test_payment_is_proven_by_the_treasurer_only(self, place: EvmTown) -> None:
        with refused("MembersRoleMissing"):
            act(place, executed(place), "requester", ProposalAct.PROVE_PAYMENT, line("out"))

    def test_request_on_notice_is_not_paid_with_proof(self, place: EvmTown) -> None:
        with refused("ProposalNoticeRunning"):
            act(place, approved(place), "treasurer", ProposalAct.EXECUTE_PROVEN, line("out"))

    def test_payment_with_proof_is_the_treasurers_only(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("MembersRoleMissing"):
            act(place, request, "requester", ProposalAct.EXECUTE_PROVEN, line("out"))
        assert state(place, request) == ProposalState.APPROVED

    def test_signed_proof_does_not_pay(self, place: EvmTown) -> None:
        """Whoever proves a payment has not said that it shall be executed."""
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        proof = ActOnProposal(
            act=ProposalAct.PROVE_PAYMENT, proposal=request, evidence=line("out"), nonce=0, deadline=DEADLINE
        )
        signature = signer("treasurer").sign_intent(proof, place.domain("Disbursements")).signature
        call = replace(proof, act=ProposalAct.EXECUTE_PROVEN).call(signature)
        with refused("MembersKeyUnknown"):
            place.send(signer("relayer"), call.contract, call.function, *call.args)

    def test_line_with_an_overdue_proof_is_blocked(self, place: EvmTown) -> None:
        executed(place)
        place.wait(30 * DAY)
        submit(place, proposal(1))
        place.wait(1)
        with refused("BudgetLineBlocked", budget_line=BUDGET_LINE):
            submit(place, proposal(1))

    def test_proven_payment_is_reversed_only_by_the_money_that_came_back(self, place: EvmTown) -> None:
        request = executed(place)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("out"))
        with refused("ProposalReversalNeedsBankLine"):
            reverse(place, request, bytes(32))
        with refused("FundsBankLineUsed"):
            reverse(place, request, line("out"), by="cashier")

    def test_what_was_never_executed_is_not_reversed(self, place: EvmTown) -> None:
        with refused("ProposalNotIn", found=ProposalState.APPROVED):
            reverse(place, approved(place), line("in"))


class TestModulesOnly:
    @pytest.mark.parametrize(
        ("contract", "function", "args"),
        [
            ("Budgets", "spend", (BUDGET_LINE, GENERAL, 1, 0)),
            ("Budgets", "giveBack", (BUDGET_LINE, 1, 0)),
            ("Budgets", "prove", (BUDGET_LINE, 1)),
        ],
    )
    def test_budgets_are_the_modules(
        self, place: EvmTown, contract: str, function: str, args: tuple[Any, ...]
    ) -> None:
        with refused("BudgetsModuleNotAdmitted"):
            place.send(signer("steward"), contract, function, *args)

    def test_rounds_are_the_modules(self, place: EvmTown) -> None:
        request = submitted(place)
        with refused("RoundsModuleNotAdmitted"):
            place.send(signer("steward"), "Rounds", "execute", request.proposal_id())


class TestCarriedTwice:
    """Whoever holds a signed intent may carry it again: it counts once."""

    def test_request(self, place: EvmTown) -> None:
        twice(
            place,
            "requester",
            SubmitProposal(proposal=proposal(), nonce=0, deadline=DEADLINE),
            "MembersNonceUsed",
        )

    def test_withdrawal(self, place: EvmTown) -> None:
        twice(place, "requester", signed(submitted(place), ProposalAct.WITHDRAW), "MembersNonceUsed")

    def test_proof(self, place: EvmTown) -> None:
        proof = signed(executed(place), ProposalAct.PROVE_PAYMENT, line("out"))
        twice(place, "treasurer", proof, "ProposalNotIn")

    def test_payment_with_proof(self, place: EvmTown) -> None:
        paid = signed(approved(place), ProposalAct.EXECUTE_PROVEN, line("out"))
        place.wait(3 * DAY + OBJECTION_GRACE)
        twice(place, "treasurer", paid, "ProposalNotIn")

    def test_reversal(self, place: EvmTown) -> None:
        """What was executed by mistake is executed anew: the signed reversal does not stop it a second time."""
        request = executed(place)
        undone = reversal(request, bytes(32), DEADLINE)
        place.carry(signer("treasurer"), undone)
        execute(place, request)
        with refused("MembersNonceUsed"):
            place.carry(signer("treasurer"), undone)

    def test_recusal(self, place: EvmTown) -> None:
        twice(place, "donor one", signed(submitted(place), ProposalAct.RECUSE), "MembersNonceUsed")

    def test_opinion(self, place: EvmTown) -> None:
        twice(place, "supervisor", signed(submitted(place), ProposalAct.GIVE_OPINION), "MembersNonceUsed")

    def test_objections_and_answer_of_a_round_do_not_count_in_the_next(self, place: EvmTown) -> None:
        request = approved(place)
        neighbours = ("neighbour one", "neighbour two")
        objection, answer = signed(request, ProposalAct.OBJECT), signed(request, ProposalAct.ANSWER)
        for name in neighbours:
            place.carry(signer(name), objection)
        place.carry(signer("requester"), answer)
        place.wait(1)
        approve(place, request, *FIVE, round_number=2)
        for name in neighbours:
            with refused("MembersNonceUsed"):
                place.carry(signer(name), objection)
        for name in ("resident one", "resident two"):
            act(place, request, name, ProposalAct.OBJECT)
        with refused("MembersNonceUsed"):
            place.carry(signer("requester"), answer)
        assert state(place, request) == ProposalState.SUSPENDED
