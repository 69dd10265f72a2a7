"""The inbox of a committee's member: what can still be decided, and nothing else; who has no seat has an empty one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from indexer.projections.request import requests
from ledger_api.paging import cut
from ledger_api.proposals import queries
from ledger_api.proposals.drafts.part import OPEN
from ledger_api.proposals.schemas import Vote
from ledger_api.proposals.service import proposal_of, tallies

if TYPE_CHECKING:
    from ledger_api.members.person import Person
    from ledger_api.mirror import Reading
    from ledger_api.proposals.drafts.schemas import ProposalDraft
    from ledger_api.proposals.drafts.service import Drafts
    from ledger_api.proposals.schemas import Proposal, Tally


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
class BallotPage:
    """A page of what a reader's committees can still decide.

    Attributes:
        ballots: Those without the reader's vote first, then the first to end.
        next_cursor: Cursor of those after; None if there are none.
    """

    ballots: list[Ballot] = field(default_factory=list)
    next_cursor: str | None = None

    @property
    def missing_votes(self) -> int:
        """How many of the page wait for the reader's vote."""
        return sum(ballot.is_mine for ballot in self.ballots)

    @property
    def may_miss_more(self) -> bool:
        """Whether some after the page may wait for the reader's vote as well."""
        return self.next_cursor is not None and self.ballots[-1].is_mine


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftPage:
    """A page of drafts that collect approvals, or have enough and are to be sent.

    Attributes:
        drafts: Those that the reader's committees decide.
        own: Others, that the reader asked for.
        next_cursor: Cursor of those before; None if there are none.
    """

    drafts: list[ProposalDraft] = field(default_factory=list)
    own: list[ProposalDraft] = field(default_factory=list)
    next_cursor: str | None = None


def reader_of(person: Person | None) -> InboxReader:
    """Who reads it.

    Args:
        person: Who is signed in, with the seats in force; None if nobody is.
    """
    if person is None:
        return InboxReader.STRANGER
    return InboxReader.SEATED if person.seats else InboxReader.NO_SEAT


async def ballots_of(mirror: Reading, person: Person, now: int, cursor: str | None, limit: int) -> BallotPage:
    """Requests that a person's committees can still decide.

    Args:
        mirror: A snapshot of the mirror.
        person: Who reads, with the seats in force.
        now: Seconds since 1970.
        cursor: Where to begin; None with the first.
        limit: How many.
    """
    seats = {seat.committee: seat.seat for seat in person.seats}
    query = queries.in_voting(seats, max(now, mirror.head.time), cursor, limit + 1)
    waiting = await mirror.placed(requests, query)
    counted = await tallies(mirror, [request.version for request in waiting])
    ballots = [
        (
            request.version,
            Ballot(proposal=proposal_of(mirror, request), tally=tally, votes=_votes(tally, person)),
        )
        for request, tally in zip(waiting, counted, strict=True)
    ]
    shown, following = cut(
        ballots, limit, lambda one: queries.ballot_cursor(one[0], is_missing=one[1].is_mine)
    )
    return BallotPage(ballots=[ballot for _, ballot in shown], next_cursor=following)


async def drafts_for(
    drafts: Drafts, mirror: Reading, person: Person, cursor: str | None, limit: int
) -> DraftPage:
    """The drafts that wait for a person or that the person asked for, the latest first.

    Args:
        drafts: The drafts of the town.
        mirror: A snapshot of the mirror.
        person: Who reads, with the seats in force.
        cursor: Where to begin; None with the latest.
        limit: How many are looked at.
    """
    committees = {seat.committee for seat in person.seats}
    found, following = await drafts.unsent_page(mirror, person.member, committees, cursor, limit)
    unsent = [draft for draft in found if draft.state in OPEN]
    # What the committee's rules do not reach, it cannot decide.
    mine = [draft for draft in unsent if draft.committee in committees and draft.tally is not None]
    own = [draft for draft in unsent if draft.requester == person.member and draft not in mine]
    return DraftPage(drafts=mine, own=own, next_cursor=following)


def _votes(tally: Tally, person: Person) -> list[Vote]:
    return [seat.vote for seat in tally.seats if seat.member == person.member]
