"""What small requests and batches of approvals refuse: no sum is split below a tier, no batch is stripped or spoilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import ProposalState
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    FIVE,
    act,
    approve,
    approved,
    budget,
    execute,
    fund,
    reverse,
    state,
    submit,
    submitted,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BUDGET_LINE,
    DAY,
    DEADLINE,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    fresh_nonce,
    line,
    proposal,
)
from wallets.intents import (
    ApproveProposal,
    ProposalAct,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Proposal


class TestBatches:
    def batch(self, place: EvmTown, request: Proposal, *names: str) -> list[bytes]:
        yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        return [signer(name).sign_intent(yes, place.domain("Disbursements")).signature for name in names]

    def submission(self, place: EvmTown, request: Proposal, by: str = "requester") -> tuple[int, int, bytes]:
        intent = SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
        signature = signer(by).sign_intent(intent, place.domain("Disbursements")).signature
        return intent.nonce, DEADLINE, signature

    def carry(
        self, place: EvmTown, request: Proposal, submission: tuple[int, int, bytes], votes: list[bytes]
    ) -> None:
        parts = request.as_tuple(), submission, DEADLINE, votes
        place.send(signer("relayer"), "Disbursements", "submitApproved", *parts)

    def test_requesters_part_sent_alone_takes_the_approvals_nothing(self, place: EvmTown) -> None:
        """Anyone who sees a batch may send its first part; the batch counts all the same (p26)."""
        fund(place)
        request = proposal(300_000)
        authorization = self.submission(place, request)
        votes = self.batch(place, request, *FIVE)
        place.send(signer("stranger"), "Disbursements", "submit", request.as_tuple(), authorization)
        place.send(signer("stranger"), "Disbursements", "approve", request.as_tuple(), DEADLINE, votes[:2])
        self.carry(place, request, authorization, votes)
        assert state(place, request) == ProposalState.APPROVED

    def test_batch_without_the_requesters_part_asks_for_nothing(self, place: EvmTown) -> None:
        request = proposal(300_000)
        with refused("ProposalNotRequester", member=member_id("firm")):
            self.carry(
                place, request, self.submission(place, request, "firm"), self.batch(place, request, *FIVE)
            )

    def test_batch_is_judged_together_with_what_was_approved_before(self, place: EvmTown) -> None:
        """Although tier and votes are of one call (p23)."""
        fund(place)
        first, second = proposal(300_000), proposal(200_001)
        for request in (first, second):
            votes = self.batch(place, request, *TestAddingUp.SMALL_VOTE)
            self.carry(place, request, self.submission(place, request), votes)
        assert (state(place, first), state(place, second)) == (
            ProposalState.APPROVED,
            ProposalState.SUBMITTED,
        )

    def test_signatures_that_do_not_count_leave_the_others_as_they_are(self, place: EvmTown) -> None:
        """A key that was ended since, a stranger's, and no signature at all (p2b)."""
        fund(place)
        request = submitted(place)
        votes = self.batch(place, request, *FIVE, "donor two", "stranger")
        place.send(signer("registrar"), "Members", "endKey", signer("official").address)
        place.send(
            signer("relayer"), "Disbursements", "approve", request.as_tuple(), DEADLINE, [b"x" * 65, *votes]
        )
        assert state(place, request) == ProposalState.APPROVED

    def test_batch_in_which_none_counts_says_why_the_first_does_not(self, place: EvmTown) -> None:
        request = submitted(place)
        place.send(signer("registrar"), "Members", "endKey", signer("official").address)
        votes = self.batch(place, request, "official", "stranger")
        with refused("MembersKeyEnded"):
            place.send(signer("relayer"), "Disbursements", "approve", request.as_tuple(), DEADLINE, votes)


class TestAddingUp:
    """A large request in small ones is judged as a large one (p23)."""

    SMALL_VOTE = ("donor one", "donor two", "resident one", "resident two", "firm")

    def paid(self, place: EvmTown, request: Proposal) -> None:
        submit(place, request)
        approve(place, request, *self.SMALL_VOTE)

    @pytest.mark.parametrize("way", ["budget_line", "requester", "payee"])
    def test_second_part_that_goes_one_way_with_the_first_needs_the_official_and_the_longer_notice(
        self, place: EvmTown, way: str
    ) -> None:
        fund(place)
        place.send(signer("steward"), "Budgets", "setBudgetLine", BUDGET_LINE + 1, GENERAL, LIMIT_FEN)
        others: dict[str, Any] = {
            "budget_line": BUDGET_LINE + 1, "requester": member_id("worker"), "payee": b"p" * 32,
        }  # fmt: skip
        del others[way]
        self.paid(place, proposal(300_000))
        second = proposal(200_001, **others)
        by = signer("worker" if "requester" in others else "requester")
        place.act(by, SubmitProposal(proposal=second, nonce=0, deadline=0))
        approve(place, second, *self.SMALL_VOTE)
        assert state(place, second) == ProposalState.SUBMITTED
        approve(place, second, "official")
        place.wait(7 * DAY - 1)
        with refused("ProposalNoticeRunning"):
            execute(place, second)

    def test_limit_of_the_tier_counts_together_and_to_the_fen(self, place: EvmTown) -> None:
        fund(place)
        self.paid(place, proposal(300_000))
        second = proposal(200_000)
        self.paid(place, second)
        assert state(place, second) == ProposalState.APPROVED

    def test_parts_submitted_at_once_are_judged_by_what_was_approved_meanwhile(self, place: EvmTown) -> None:
        fund(place)
        first, second = submitted(place), submitted(place)
        approve(place, first, *self.SMALL_VOTE)
        approve(place, second, *self.SMALL_VOTE)
        assert (state(place, first), state(place, second)) == (
            ProposalState.APPROVED,
            ProposalState.SUBMITTED,
        )
        approve(place, second, "official")
        assert state(place, second) == ProposalState.APPROVED

    def test_what_is_larger_than_all_tiers_together_with_others_is_judged_by_the_last(
        self, place: EvmTown
    ) -> None:
        fund(place)
        budget(place, 2 * LIMIT_FEN)
        first, second = proposal(5_000_000), proposal(5_000_000)
        submit(place, first)
        approve(place, first, *FIVE)
        submit(place, second)
        approve(place, second, *FIVE)
        assert state(place, second) == ProposalState.APPROVED

    @pytest.mark.parametrize("ending", ["withdrawn", "suspended", "came back"])
    def test_what_is_not_to_be_paid_any_more_does_not_count(self, place: EvmTown, ending: str) -> None:
        first = approved(place)
        if ending == "withdrawn":
            act(place, first, "requester", ProposalAct.WITHDRAW)
        elif ending == "suspended":
            for name in ("neighbour one", "neighbour two"):
                act(place, first, name, ProposalAct.OBJECT)
        else:
            place.wait(3 * DAY + OBJECTION_GRACE)
            act(place, first, "treasurer", ProposalAct.EXECUTE_PROVEN, line("out"))
            reverse(place, first, line("in"), by="cashier")
        second = submitted(place)
        approve(place, second, *self.SMALL_VOTE)
        assert state(place, second) == ProposalState.APPROVED

    def test_new_season_counts_for_itself(self, place: EvmTown) -> None:
        approved(place)
        place.wait(60 * DAY)
        second = submitted(place)
        approve(place, second, *self.SMALL_VOTE)
        assert state(place, second) == ProposalState.APPROVED

    def test_answered_request_is_judged_by_what_was_approved_since(self, place: EvmTown) -> None:
        request = approved(place)
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        other = submitted(place)
        approve(place, other, *self.SMALL_VOTE)
        place.wait(1)
        act(place, request, "requester", ProposalAct.ANSWER)
        approve(place, request, *self.SMALL_VOTE, round_number=2)
        assert state(place, request) == ProposalState.SUBMITTED
