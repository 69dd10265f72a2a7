"""The inbox of a committee's member: what can still be decided, and nothing else; who has no seat has an empty one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ledger_api.proposals.drafts.part import OPEN
from ledger_api.proposals.drafts.service import drafts_to_send
from ledger_api.proposals.schemas import Vote
from ledger_api.proposals.service import decidable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.members.person import Person
    from ledger_api.mirror import Reading
    from ledger_api.proposals.drafts.schemas import ProposalDraft
    from ledger_api.proposals.schemas import Proposal, Tally

MOST_REQUESTS = 200
MOST_DRAFTS = 50


class InboxReader(StrEnum):
    """Who reads an inbox: the words of the group `inbox` tell those who have none why."""

    STRANGER = "stranger"
    NO_SEAT = "no_seat"
    SEATED = "seated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """A request in a round of voting.

    Attributes:
        proposal: The request.
        tally: Its votes.
        votes: What the voting seats of the reader did; a supervisor has none.
    """

    proposal: Proposal
    tally: Tally
    votes: list[Vote]

    @property
    def is_mine(self) -> bool:
        """Whether the reader's vote is missing."""
        return Vote.NONE in self.votes


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbox:
    """What waits for one reader.

    Attributes:
        ballots: Requests of the reader's committees: those without the reader's vote first, then the first to end.
        drafts: Drafts of the reader's committees that collect approvals, or have enough and are to be sent.
        own_drafts: Such drafts that the reader asked for.
    """

    ballots: list[Ballot] = field(default_factory=list)
    drafts: list[ProposalDraft] = field(default_factory=list)
    own_drafts: list[ProposalDraft] = field(default_factory=list)

    @property
    def missing_votes(self) -> int:
        """How many requests wait for the reader's vote."""
        return sum(ballot.is_mine for ballot in self.ballots)


def reader_of(person: Person | None) -> InboxReader:
    """Who reads it.

    Args:
        person: Who is signed in, with the seats in force; None if nobody is.
    """
    if person is None:
        return InboxReader.STRANGER
    return InboxReader.SEATED if person.seats else InboxReader.NO_SEAT


async def inbox_of(app: AsyncEngine, mirror: Reading, person: Person, now: int) -> Inbox:
    """The inbox of a person.

    Args:
        app: Engine of the schema `app`.
        mirror: A snapshot of the mirror.
        person: Who reads, with the seats in force.
        now: Seconds since 1970.
    """
    committees = {seat.committee for seat in person.seats}
    found = await decidable(mirror, committees, max(now, mirror.head.time), MOST_REQUESTS)
    ballots = [Ballot(proposal=p, tally=tally, votes=_votes(tally, person)) for p, tally in found]
    drafts = [d for d in await drafts_to_send(app, mirror, now, MOST_DRAFTS) if d.state in OPEN]
    # What the committee's rules do not reach, it cannot decide.
    mine = [d for d in drafts if d.committee in committees and d.tally is not None]
    return Inbox(
        ballots=sorted(ballots, key=lambda ballot: (not ballot.is_mine, ballot.proposal.vote_ends_at)),
        drafts=mine,
        own_drafts=[d for d in drafts if d.requester == person.member and d not in mine],
    )


def _votes(tally: Tally, person: Person) -> list[Vote]:
    return [seat.vote for seat in tally.seats if seat.member == person.member]
