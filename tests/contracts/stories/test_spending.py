"""C2: a request for money, from the committee's decision to the proof of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, ProposalState
from tests.conftest import RefusedError, signer
from tests.contracts.neighbourhood import (
    BANK,
    BUDGET_LINE,
    DAY,
    DEADLINE,
    FUND,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    donation,
    fresh_nonce,
    held,
    later,
    line,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    AttestDonations,
    ProposalAct,
    ReverseDisbursement,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.conftest import Town
    from wallets.intents import Proposal

DONATED_FEN = 8_000_000
FIVE = ("donor one", "resident one", "resident two", "resident three", "official")


@pytest.fixture
async def funded(place: Town) -> Town:
    """The neighbourhood with CNY 80,000 in its general purpose."""
    gift = donation("the year's gifts", DONATED_FEN)
    intent = AttestDonations(fund=FUND, bank=BANK, donations=(gift,), nonce=fresh_nonce(), deadline=DEADLINE)
    await place.carry(signer("treasurer"), intent)
    return place


async def submit(town: Town, request: Proposal) -> None:
    await town.carry(
        signer("requester"), SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
    )


async def approve(town: Town, request: Proposal, *names: str, voting_round: int = 1) -> None:
    intent = ApproveProposal(proposal=request, round=voting_round, deadline=DEADLINE)
    for name in names:
        await town.carry(signer(name), intent)


async def act(
    town: Town, request: Proposal, name: str, what: ProposalAct, evidence: bytes = bytes(32)
) -> None:
    intent = ActOnProposal(
        act=what, proposal=request, evidence=evidence, nonce=fresh_nonce(), deadline=DEADLINE
    )
    await town.carry(signer(name), intent)


async def execute(town: Town, request: Proposal) -> None:
    await town.send(signer("anyone"), "Disbursements", "execute", request.as_tuple())


async def reverse(
    town: Town, request: Proposal, incoming: bytes, *, by: str = "treasurer", paid: str = "out"
) -> None:
    intent = ReverseDisbursement(
        proposal=request,
        bank_line=line(paid) if any(incoming) else incoming,
        incoming_bank_line=incoming,
        document=b"d" * 32,
        nonce=fresh_nonce(),
        deadline=DEADLINE,
    )
    await town.carry(signer(by), intent)


async def state(town: Town, request: Proposal) -> Any:
    return await town.read("Rounds", "stateOf", request.proposal_id())


async def test_c2_request_is_approved_noticed_paid_and_proven(funded: Town) -> None:
    request = proposal(1_250_000)
    await submit(funded, request)
    await approve(funded, request, *FIVE[:4])
    assert await state(funded, request) == ProposalState.SUBMITTED
    await approve(funded, request, "official")
    assert await state(funded, request) == ProposalState.APPROVED
    with pytest.raises(RefusedError, match="ProposalNoticeRunning"):
        await execute(funded, request)
    await later(funded, 7 * DAY + OBJECTION_GRACE)
    await execute(funded, request)
    assert await held(funded, AccountKind.PURPOSE, GENERAL) == DONATED_FEN - 1_250_000
    await act(funded, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("payment"))
    assert await state(funded, request) == ProposalState.CLOSED
    assert await funded.read("Funds", "bankLineState", line("payment")) == BankLineState.PAYMENT
    record = await funded.read("Budgets", "budgetLineRecord", BUDGET_LINE)
    assert record == (GENERAL, LIMIT_FEN, 1_250_000, False)


async def test_small_amount_needs_no_official_and_a_shorter_notice(funded: Town) -> None:
    request = proposal(500_000)
    await submit(funded, request)
    await approve(funded, request, "donor one", "donor two", "resident one", "resident two", "firm")
    await later(funded, 3 * DAY + OBJECTION_GRACE)
    await execute(funded, request)
    assert await state(funded, request) == ProposalState.EXECUTED


async def test_two_thirds_without_the_class_minimum_do_not_pass(funded: Town) -> None:
    request = proposal(1_250_000)
    await submit(funded, request)
    await approve(
        funded, request, "donor one", "donor two", "resident one", "resident two", "resident three", "firm"
    )
    assert await state(funded, request) == ProposalState.SUBMITTED
    await approve(funded, request, "official")
    assert await state(funded, request) == ProposalState.APPROVED


async def test_recused_seat_lowers_no_bar_and_voids_its_approval(funded: Town) -> None:
    request = proposal(1_250_000)
    await submit(funded, request)
    await approve(funded, request, "donor one", "resident one", "resident two", "firm")
    await act(funded, request, "firm", ProposalAct.RECUSE)
    assert await state(funded, request) == ProposalState.SUBMITTED
    # Four of six would be two thirds; five of seven are needed (p21).
    await approve(funded, request, "official")
    assert await state(funded, request) == ProposalState.SUBMITTED
    await approve(funded, request, "donor two")
    assert await state(funded, request) == ProposalState.APPROVED


async def test_members_are_against_it_until_it_fails(funded: Town) -> None:
    request = proposal(1_250_000)
    await submit(funded, request)
    await approve(funded, request, "donor one")
    await act(funded, request, "donor one", ProposalAct.RETRACT_VOTE)
    await act(funded, request, "firm", ProposalAct.REJECT)
    assert await state(funded, request) == ProposalState.SUBMITTED
    await act(funded, request, "resident one", ProposalAct.REJECT)
    assert await state(funded, request) == ProposalState.FAILED


async def test_objections_suspend_force_an_answer_and_a_new_vote(funded: Town) -> None:
    request = proposal(1_250_000)
    await submit(funded, request)
    await approve(funded, request, *FIVE)
    await act(funded, request, "neighbour one", ProposalAct.OBJECT, b"1" * 32)
    assert await state(funded, request) == ProposalState.APPROVED
    await act(funded, request, "neighbour two", ProposalAct.OBJECT, b"2" * 32)
    assert await state(funded, request) == ProposalState.SUSPENDED
    await later(funded, 8 * DAY)
    with pytest.raises(RefusedError, match="ProposalNotIn"):
        await execute(funded, request)
    await act(funded, request, "requester", ProposalAct.ANSWER, b"a" * 32)
    await approve(funded, request, *FIVE, voting_round=2)
    await later(funded, 7 * DAY + OBJECTION_GRACE)
    await execute(funded, request)
    assert await state(funded, request) == ProposalState.EXECUTED


async def test_missing_proof_blocks_the_budget_line_until_it_comes(funded: Town) -> None:
    late, waiting = proposal(1_000_000), proposal(500_000)
    for request in (late, waiting):
        await submit(funded, request)
        await approve(funded, request, *FIVE)
    await later(funded, 7 * DAY + OBJECTION_GRACE)
    await execute(funded, late)
    await later(funded, 30 * DAY + 1)
    assert (await funded.read("Budgets", "budgetLineRecord", BUDGET_LINE))[3]
    with pytest.raises(RefusedError, match="BudgetLineBlocked"):
        await execute(funded, waiting)
    with pytest.raises(RefusedError, match="BudgetLineBlocked"):
        await submit(funded, proposal(1))
    await act(funded, late, "treasurer", ProposalAct.PROVE_PAYMENT, line("late proof"))
    await execute(funded, waiting)
    assert await state(funded, waiting) == ProposalState.EXECUTED


async def test_fourth_payment_waits_until_one_of_three_is_proven(funded: Town) -> None:
    """Strangers who execute three hold up no fourth that is paid (p29)."""
    requests = [proposal(100_000) for _ in range(5)]
    for one in requests:
        await submit(funded, one)
        await approve(funded, one, *FIVE)
    await later(funded, 3 * DAY + OBJECTION_GRACE)
    for one in requests[:3]:
        await execute(funded, one)
    with pytest.raises(RefusedError, match="BudgetLineBlocked"):
        await execute(funded, requests[3])
    # Paid with its proof, it waits for nobody.
    await act(funded, requests[4], "treasurer", ProposalAct.EXECUTE_PROVEN, line("at once"))
    await act(funded, requests[1], "treasurer", ProposalAct.PROVE_PAYMENT, line("second"))
    await execute(funded, requests[3])


async def test_reversal_is_a_linked_transfer_and_frees_the_budget(funded: Town) -> None:
    request = proposal(1_000_000)
    await submit(funded, request)
    await approve(funded, request, *FIVE)
    await later(funded, 7 * DAY + OBJECTION_GRACE)
    await execute(funded, request)
    await act(funded, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("out"))
    with pytest.raises(RefusedError, match="ProposalReversalNeedsBankLine"):
        await reverse(funded, request, bytes(32))
    await reverse(funded, request, line("back again"), by="cashier")
    assert await state(funded, request) == ProposalState.REVERSED
    assert await held(funded, AccountKind.PURPOSE, GENERAL) == DONATED_FEN
    assert (await funded.read("Budgets", "budgetLineRecord", BUDGET_LINE))[2] == 0


async def test_collected_signatures_submit_and_approve_in_one_transaction(funded: Town) -> None:
    request = proposal(300_000)
    domain = funded.domain("Disbursements")
    submission = SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
    yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    signatures = [signer(name).sign_intent(yes, domain).signature for name in FIVE]
    authorization = (
        submission.nonce,
        DEADLINE,
        signer("requester").sign_intent(submission, domain).signature,
    )
    await funded.send(
        signer("relayer"),
        "Disbursements",
        "submitApproved",
        request.as_tuple(),
        authorization,
        DEADLINE,
        signatures,
    )
    await later(funded, 3 * DAY + OBJECTION_GRACE)
    proof = ActOnProposal(
        act=ProposalAct.EXECUTE_PROVEN,
        proposal=request,
        evidence=line("paid"),
        nonce=fresh_nonce(),
        deadline=DEADLINE,
    )
    signed = signer("treasurer").sign_intent(proof, domain).signature
    await funded.send(
        signer("relayer"), "Disbursements", "executeProven", request.as_tuple(), line("paid"),
        (proof.nonce, DEADLINE, signed),
    )  # fmt: skip
    assert await state(funded, request) == ProposalState.CLOSED
    assert await held(funded, AccountKind.PURPOSE, GENERAL) == DONATED_FEN - 300_000
