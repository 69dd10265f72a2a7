"""The requests that somebody asked for or objected to, with what others wrote about them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from ledger_api.paging import cut, decode_cursor, place_cursor
from ledger_api.proposals import queries
from ledger_api.proposals.history import objected_to_by, timeline_of
from ledger_api.proposals.schemas import StepKind
from ledger_api.proposals.service import proposals_of

if TYPE_CHECKING:
    from ledger_api.mirror import Reading
    from ledger_api.proposals.schemas import Proposal, Step

# What an objector waits to read: the answer, and whether the money came back.
FOR_OBJECTOR = (StepKind.ANSWERED, StepKind.UNDONE, StepKind.REVERSED)
# What whoever asked did not write.
FOR_REQUESTER = (StepKind.OBJECTION, StepKind.OPINION, StepKind.UNDONE, StepKind.REVERSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRequest:
    """A request of somebody's own, or one objected to.

    Attributes:
        proposal: The request.
        written: What others wrote about it, in the order of the chain.
    """

    proposal: Proposal
    written: list[Step]


async def own_requests(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[OwnRequest], str | None]:
    """What a member asked for or objected to, with what others wrote; as `own_page`."""
    found, following = await own_page(mirror, member, cursor, limit)
    return [await _with_what_others_wrote(mirror, proposal, member) for proposal in found], following


async def own_page(
    mirror: Reading, member: bytes, cursor: str | None, limit: int
) -> tuple[list[Proposal], str | None]:
    """Requests that a member asked for or objected to, by when the member did, the latest first, and where they go on.

    Args:
        mirror: A snapshot.
        member: 16 bytes.
        cursor: Where to begin; None with the latest.
        limit: How many.

    Returns:
        The page, and the cursor of what came before; None if nothing did.
    """
    before = None if cursor is None else _place_of(cursor)
    # Each side is a look into its index; together they would be sorted whole.
    sides = (queries.asked_for_by, objected_to_by)
    rows = [row for side in sides for row in await mirror.rows(side(member, before, limit + 1))]
    latest = nlargest(limit + 1, rows, key=lambda row: (row.block_number, row.log_index))
    shown, following = cut(latest, limit, place_cursor)
    query = queries.by_ids([row.proposal_id for row in shown])
    found = {proposal.proposal_id: proposal for proposal in await proposals_of(mirror, query)}
    return [found[row.proposal_id] for row in shown], following


def _place_of(cursor: str) -> tuple[int, int]:
    block_number, log_index = decode_cursor(cursor, int, int)
    return block_number, log_index


async def _with_what_others_wrote(mirror: Reading, proposal: Proposal, member: bytes) -> OwnRequest:
    kinds = FOR_REQUESTER if proposal.requester == member else FOR_OBJECTOR
    steps = await timeline_of(mirror, proposal.proposal_id)
    return OwnRequest(
        proposal=proposal, written=[step for step in steps if step.kind in kinds and step.statement]
    )
