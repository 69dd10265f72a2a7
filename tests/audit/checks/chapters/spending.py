"""Requests, from the vote to the payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.audit.checks.chapters.deciding import act_on, approve, object_late, refer, submit_approved
from tests.audit.checks.chapters.giving import charge
from tests.audit.checks.chapters.paying import pay_in_parts, pay_together
from tests.audit.checks.rules_town import ACCOUNT, FIVE, proposal
from tests.conftest import signer
from tests.contracts.neighbourhood import DAY, DEADLINE, fresh_nonce, later
from tests.contracts.refusals.test_intents import approval_nonce
from wallets.intents import ActOnProposal, CancelIntent, ProposalAct, ReverseDisbursement, SubmitProposal

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story
    from wallets.intents import Proposal


async def spend(story: Story) -> None:
    """Requests: objected to and voted on again; with a recusal; in one step; failed; withdrawn; reversed."""
    await object_late(story, proposal(150_000))
    roof, paint, chairs, fence, ramp, pond = (
        proposal(a) for a in (1_250_000, 600_000, 300_000, 250_000, 200_000, 190_000)
    )
    for request in (roof, paint, fence, ramp, pond):
        await story.carry("requester", SubmitProposal, proposal=request)
    await approve(story, roof, FIVE)
    for name in ("neighbour one", "neighbour two"):
        await act_on(story, name, roof, ProposalAct.OBJECT, name.encode().ljust(32))
    await act_on(story, "requester", roof, ProposalAct.ANSWER, b"a" * 32)
    await approve(story, roof, FIVE, voting_round=2)
    await approve(story, paint, ("donor one", "resident one", "resident two", "firm"))
    await act_on(story, "firm", paint, ProposalAct.RECUSE)
    await approve(story, paint, ("official", "donor two"))
    await approve(story, pond, ("firm",))
    # The firm does so with the nonce of the approvals of the chairs, and another calls that back.
    nonce = approval_nonce(chairs)
    await act_on(story, "firm", pond, ProposalAct.RETRACT_VOTE, nonce=nonce)
    taker = bytes.fromhex(story.town.deployment.address("Disbursements")[2:])
    await story.carry("donor two", CancelIntent, taker=taker, cancelled_nonce=nonce)
    for name in ("donor one", "donor two"):
        await act_on(story, name, pond, ProposalAct.REJECT)
    await act_on(story, "supervisor", fence, ProposalAct.GIVE_OPINION, b"o" * 32)
    await act_on(story, "requester", fence, ProposalAct.WITHDRAW)
    await approve(story, ramp, FIVE)
    await submit_approved(story, chairs)
    await later(story.town, 8 * DAY)
    for request, reference in ((roof, "P-1"), (paint, "P-2"), (ramp, "P-3")):
        await story.send("anyone", "Disbursements", "execute", request.as_tuple())
        line = story.line(reference, -request.amount_fen)
        await act_on(story, "treasurer", request, ProposalAct.PROVE_PAYMENT, line)
    await _execute_proven(story, chairs, story.line("P-4", -chairs.amount_fen))
    came_back = story.line("P-3 back", ramp.amount_fen)
    await story.carry(
        "cashier", ReverseDisbursement, proposal=ramp, bank_line=ACCOUNT.line_key("P-3"), incoming_bank_line=came_back,
        document=b"r" * 32,
    )  # fmt: skip
    await _pay_twice(story, proposal(120_000))
    await refer(story, proposal(90_000))
    await pay_in_parts(story, proposal(60_000), proposal(50_000))
    await pay_together(story, proposal(8_000), proposal(7_000), proposal(6_000))
    await charge(story)


async def _pay_twice(story: Story, swing: Proposal) -> None:
    """A request that was executed by mistake, undone, and executed anew as the bank paid."""
    await story.carry("requester", SubmitProposal, proposal=swing)
    await approve(story, swing, FIVE)
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", swing.as_tuple())
    await story.carry(
        "treasurer", ReverseDisbursement, proposal=swing, bank_line=bytes(32), incoming_bank_line=bytes(32),
        document=b"m" * 32,
    )  # fmt: skip
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", swing.as_tuple())
    line = story.line("P-5", -swing.amount_fen)
    await act_on(story, "treasurer", swing, ProposalAct.PROVE_PAYMENT, line)


async def _execute_proven(story: Story, request: Proposal, line: bytes) -> None:
    proof = ActOnProposal(
        act=ProposalAct.EXECUTE_PROVEN,
        proposal=request,
        evidence=line,
        nonce=fresh_nonce(),
        deadline=DEADLINE,
    )
    signed = signer("treasurer").sign_intent(proof, story.town.domain("Disbursements")).signature
    await story.send(
        "relayer", "Disbursements", "executeProven", request.as_tuple(), line, (proof.nonce, DEADLINE, signed)
    )
