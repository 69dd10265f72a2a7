"""How members decide on a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address

from contracts.enums import SeatClass
from tests.audit.checks.rules_town import ABOVE, FIVE
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import DAY, DEADLINE, STREET, fresh_nonce, later
from wallets.intents import ActOnProposal, ApproveProposal, ProposalAct, SubmitProposal
from wallets.receipt import Receipt

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story
    from wallets.intents import Proposal


async def approve(story: Story, request: Proposal, names: tuple[str, ...], voting_round: int = 1) -> None:
    for name in names:
        await story.carry(name, ApproveProposal, proposal=request, round=voting_round)


async def act_on(
    story: Story, name: str, request: Proposal, act: ProposalAct, evidence: bytes = bytes(32), **fields: Any
) -> None:
    await story.carry(name, ActOnProposal, act=act, proposal=request, evidence=evidence, **fields)


async def submit_approved(story: Story, request: Proposal) -> None:
    domain = story.town.domain("Disbursements")
    submission = SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
    yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    signatures = [signer(name).sign_intent(yes, domain).signature for name in ("firm", *FIVE)]
    authorization = (
        submission.nonce,
        DEADLINE,
        signer("requester").sign_intent(submission, domain).signature,
    )
    await story.send(
        "relayer", "Disbursements", "submitApproved", request.as_tuple(), authorization, DEADLINE, signatures
    )


async def object_late(story: Story, bench: Proposal) -> None:
    """A request whose second objection was acknowledged within the notice, and carried after it."""
    await story.carry("requester", SubmitProposal, proposal=bench)
    await approve(story, bench, FIVE)
    await act_on(story, "neighbour one", bench, ProposalAct.OBJECT)
    # Each block is at least a second after the one before, so the chain's clock is ahead of what passed.
    received_at = story.town.chain.now() + 3600
    await later(story.town, 3 * DAY)
    intent = ActOnProposal(
        act=ProposalAct.OBJECT, proposal=bench, evidence=bytes(32), nonce=fresh_nonce(), deadline=DEADLINE
    )
    domain = story.town.domain("Disbursements")
    signature = signer("neighbour two").sign_intent(intent, domain).signature
    receipt = Receipt(
        digest=intent.digest(domain),
        signer=to_canonical_address(signer("neighbour two").address),
        received_at=received_at,
    )
    acknowledgement = (received_at, receipt.sign(signer("receipts"), story.town.domain("Receipts")))
    await story.send(
        "relayer", "Disbursements", "objectAcknowledged", bench.as_tuple(), bytes(32),
        (intent.nonce, DEADLINE, signature), acknowledgement,
    )  # fmt: skip
    await act_on(story, "requester", bench, ProposalAct.WITHDRAW)


async def refer(story: Story, garden: Proposal) -> None:
    """A request that the community cannot decide, because two of its residents recused, and the street does."""
    seats = ("donor one", "coordinator", "foreman", "worker", "barber")
    tier = (4_000_000, 1, 2, 0, 0, 0, 0, 10 * DAY, 5 * DAY, 3, 20 * DAY)
    await story.send(
        "steward", "Committees", "openCommittee", ABOVE, STREET, [SeatClass.RESIDENT] * len(seats)
    )
    await story.send("steward", "Committees", "setRules", ABOVE, [tier])
    for seat, name in enumerate(seats):
        await story.send("steward", "Committees", "fillSeat", ABOVE, seat, member_id(name), DEADLINE)
    await story.carry("requester", SubmitProposal, proposal=garden)
    await approve(story, garden, ("firm",))
    for name in ("donor one", "donor two"):
        await act_on(story, name, garden, ProposalAct.RECUSE)
    await approve(story, garden, ("coordinator", "foreman", "worker"), voting_round=2)
