"""Where a proposal stands, who voted, and what happened to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from indexer.projections.committee import committees, tiers
from indexer.projections.member import seats
from indexer.projections.request import phase, requests
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed, id_bytes
from ledger_api.lists import newest_page
from ledger_api.members.queries import committees_numbered, seats_of
from ledger_api.members.service import all_seats, left_at
from ledger_api.proposals import queries
from ledger_api.proposals.history import bits, timeline_of
from ledger_api.proposals.schemas import Proposal, ProposalDetail, StepKind, Vote
from ledger_api.proposals.tally import tally
from ledger_api.sessions.access import DataClass
from wallets.intents import Proposal as SignedProposal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.enums import ProposalState
    from indexer.projections.request import Request
    from ledger_api.members.schemas import Seat
    from ledger_api.mirror import Placed, Query, Reading
    from ledger_api.proposals.schemas import Tally
    from ledger_api.sessions.access import Viewer


def proposal_of(mirror: Reading, request: Placed[Request]) -> Proposal:
    """A request of the mirror as a proposal."""
    return mirror.placed_record(Proposal, request, phase=phase(request.version, mirror.head.time))


def signed_form(proposal: Proposal) -> SignedProposal:
    """What of a request is signed: all that was asked for, nothing of what became of it."""
    fields = {name: getattr(proposal, name) for name in SignedProposal.__dataclass_fields__}
    return SignedProposal(**fields)


async def proposals_of(mirror: Reading, query: Query) -> list[Proposal]:
    """The proposals of a query."""
    return [proposal_of(mirror, request) for request in await mirror.placed(requests, query)]


async def proposals_page(
    mirror: Reading,
    cursor: str | None,
    limit: int,
    *,
    fund: int | None = None,
    state: ProposalState | None = None,
) -> tuple[list[Proposal], str | None]:
    """Proposals, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        cursor: Where to begin; None with the newest.
        limit: How many.
        fund: Only those that this fund is to pay; None takes all.
        state: Only those in this state; None takes all.
    """
    query = queries.newest_first(fund=fund, state=state)
    found, following = await newest_page(mirror, requests, query, cursor, limit)
    return [proposal_of(mirror, one) for one in found], following


async def id_of(mirror: Reading, text: str) -> bytes:
    """Id of a proposal by its id, or by the number that people use; of two with one number, the earlier.

    Raises:
        NotFoundError: No proposal has this number.
        QueryInvalidError: It is neither.
    """
    if not text.isdecimal():
        return id_bytes(text, 32)
    query = queries.numbered(int(text) if len(text) < 19 else 0, 1)
    found = await mirror.placed(requests, query)
    if not found:
        raise NotFoundError("proposal", text)
    return found[0].version.proposal_id


def detail_as_seen_by(viewer: Viewer, detail: ProposalDetail) -> ProposalDetail:
    """A request without the names of those who objected, for whom they are not."""
    committee = detail.proposal.deciding_committee
    steps = [
        viewer.without(step, DataClass.OBJECTION, "member", committee=committee)
        if step.kind in (StepKind.OBJECTION, StepKind.ACKNOWLEDGED)
        else step
        for step in detail.timeline
    ]
    return detail.model_copy(update={"timeline": steps})


async def proposal_detail(mirror: Reading, proposal_id: bytes) -> ProposalDetail:
    """A proposal with its votes and all that happened.

    Raises:
        NotFoundError: There is no such proposal.
    """
    found = await mirror.placed(requests, queries.by_id(proposal_id))
    if not found:
        raise NotFoundError("proposal", hexed(proposal_id))
    [counted] = await tallies(mirror, [found[0].version])
    return ProposalDetail(
        proposal=proposal_of(mirror, found[0]),
        tally=counted,
        timeline=await timeline_of(mirror, proposal_id),
        **mirror.head.stands(),
    )


async def tallies(mirror: Reading, of: Sequence[Request]) -> list[Tally]:
    """Approvals of the present round of some requests, each against the rule that judges it."""
    places = await seats_by_committee(mirror, {request.deciding_committee for request in of})
    keys = {(request.deciding_committee, request.rules_version, request.tier) for request in of}
    rules = {tiers.key_of(rule): rule for rule in await mirror.versions(tiers, queries.rules(keys))}
    return [
        tally(
            places[request.deciding_committee],
            rules[request.deciding_committee, request.rules_version, request.tier],
            _votes(request),
        )
        for request in of
    ]


async def seats_by_committee(mirror: Reading, numbers: set[int]) -> dict[int, list[Seat]]:
    """The seats of some committees, each with who holds it."""
    found = await mirror.placed(committees, committees_numbered(numbers))
    held = defaultdict(list)
    for seat in await mirror.versions(seats, seats_of(numbers)):
        held[seat.committee].append(seat)
    left = await left_at(mirror, {seat.member for of_one in held.values() for seat in of_one})
    return {p.version.committee: all_seats(p.version, held[p.version.committee], left) for p in found}


def _votes(request: Request) -> dict[int, Vote]:
    """What seats did in the present round, by their numbers."""
    sets = {
        Vote.RETRACTED: request.retracted,
        Vote.AGAINST: request.rejections,
        Vote.APPROVED: request.approvals,
        Vote.RECUSED: request.recusals,
    }
    return {seat: vote for vote, seats_ in sets.items() for seat in bits(seats_)}
