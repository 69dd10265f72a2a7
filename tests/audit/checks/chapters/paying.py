"""Payments in parts, and one of several requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.audit.checks.chapters.deciding import act_on, approve
from tests.audit.checks.rules_town import FIVE
from tests.contracts.neighbourhood import DAY, later
from wallets.intents import (
    ProposalAct,
    ProveInstalment,
    ProveJointPayment,
    RecordReturn,
    ReverseProof,
    ReverseReturn,
    SubmitProposal,
)  # fmt: skip

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story
    from wallets.intents import Proposal


async def pay_in_parts(story: Story, stage: Proposal, lamps: Proposal) -> None:
    """A request paid in instalments, one of which bounced, and of which a part came back; one of which the rest is not paid."""
    why = {"document": b"p" * 32}
    for request in (stage, lamps):
        await story.carry("requester", SubmitProposal, proposal=request)
        await approve(story, request, FIVE)
    await later(story.town, 8 * DAY)
    for request in (stage, lamps):
        await story.send("anyone", "Disbursements", "execute", request.as_tuple())
    parts = {
        name: story.line(name, -amount)
        for name, amount in (("I-1", 20_000), ("I-2", 40_000), ("I-3", 20_000))
    }
    await story.carry("treasurer", ProveInstalment, proposal=stage, bank_line=parts["I-1"], amount_fen=20_000)
    bounced = story.line("I-1 back", 20_000)
    await story.carry(
        "cashier",
        ReverseProof,
        proposal=stage,
        bank_line=parts["I-1"],
        incoming_bank_line=bounced,
        **why,
    )
    # Recorded with a wrong amount first.
    await story.carry("treasurer", ProveInstalment, proposal=stage, bank_line=parts["I-2"], amount_fen=4_000)
    await story.carry(
        "cashier",
        ReverseProof,
        proposal=stage,
        bank_line=parts["I-2"],
        incoming_bank_line=bytes(32),
        **why,
    )
    for name, amount in (("I-2", 40_000), ("I-3", 20_000)):
        await story.carry(
            "treasurer", ProveInstalment, proposal=stage, bank_line=parts[name], amount_fen=amount
        )
    # The last one was a mistake, and is proven anew.
    last = {"proposal": stage, "bank_line": parts["I-3"]}
    await story.carry("cashier", ReverseProof, incoming_bank_line=bytes(32), **last, **why)
    await story.carry("treasurer", ProveInstalment, amount_fen=20_000, **last)
    part = story.line("I-3 part", 3_000)
    back = {"incoming_bank_line": part, **last, **why}
    await story.carry("cashier", RecordReturn, amount_fen=7_800, **back)
    await story.carry("treasurer", ReverseReturn, proposal=stage, bank_line=part, **why)
    await story.carry("cashier", RecordReturn, amount_fen=3_000, **back)
    line = story.line("L-1", -35_000)
    await story.carry("treasurer", ProveInstalment, proposal=lamps, bank_line=line, amount_fen=35_000)
    rest = {
        "proposal": lamps,
        "bank_line": line,
        "incoming_bank_line": bytes(32),
        "amount_fen": 15_000,
        **why,
    }
    await story.carry("cashier", RecordReturn, **rest)
    # The rest is to be paid after all, and then is not.
    await story.carry("treasurer", ReverseReturn, proposal=lamps, bank_line=bytes(32), **why)
    await story.carry("cashier", RecordReturn, **rest)


async def pay_together(story: Story, *requests: Proposal) -> None:
    """One line for three requests, of which one was a mistake: it was paid by a line of its own."""
    for request in requests:
        await story.carry("requester", SubmitProposal, proposal=request)
        await approve(story, request, FIVE)
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", requests[0].as_tuple())
    paid_fen = sum(request.amount_fen for request in requests[:2])
    line = story.line("J-1", -paid_fen)
    await story.carry("treasurer", ProveJointPayment, proposals=requests, bank_line=line)
    await story.carry(
        "cashier", ReverseProof, proposal=requests[2], bank_line=line, incoming_bank_line=bytes(32), document=b"j" * 32
    )  # fmt: skip
    own = story.line("J-2", -requests[2].amount_fen)
    await act_on(story, "treasurer", requests[2], ProposalAct.PROVE_PAYMENT, own)
