"""The requests that somebody asked for or objected to, with what others wrote about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.proposals import queries
from ledger_api.proposals.history import objected_to, timeline_of
from ledger_api.proposals.schemas import StepKind
from ledger_api.proposals.service import proposals_of

if TYPE_CHECKING:
    from ledger_api.mirror import Reading
    from ledger_api.proposals.schemas import Proposal, Step

# What an objector waits to read: the answer, and whether the money came back.
FOR_OBJECTOR = (StepKind.ANSWERED, StepKind.REVERSED)
# What whoever asked did not write.
FOR_REQUESTER = (StepKind.OBJECTION, StepKind.OPINION, StepKind.REVERSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRequest:
    """A request of somebody's own, or one objected to.

    Attributes:
        proposal: The request.
        written: What others wrote about it, in the order of the chain.
    """

    proposal: Proposal
    written: list[Step]


async def own_requests(mirror: Reading, member: bytes, limit: int) -> list[OwnRequest]:
    """What a member asked for or objected to, newest first.

    Args:
        mirror: A snapshot.
        member: 16 bytes.
        limit: How many.
    """
    objected = [row.proposal_id for row in await mirror.rows(objected_to(member))]
    found = await proposals_of(mirror, queries.concerning(member, objected, limit))
    return [await _with_what_others_wrote(mirror, proposal, member) for proposal in found]


async def _with_what_others_wrote(mirror: Reading, proposal: Proposal, member: bytes) -> OwnRequest:
    kinds = FOR_REQUESTER if proposal.requester == member else FOR_OBJECTOR
    steps = await timeline_of(mirror, proposal.proposal_id)
    return OwnRequest(
        proposal=proposal, written=[step for step in steps if step.kind in kinds and step.statement]
    )
