"""What a reader may do with a draft now. The API and the contract have the last word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.proposals.drafts.schemas import DraftState
from ledger_api.proposals.schemas import Vote

if TYPE_CHECKING:
    from ledger_api.members.person import Person
    from ledger_api.proposals.drafts.schemas import ProposalDraft

OPEN = (DraftState.COLLECTING, DraftState.READY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A reader's part in a draft.

    Attributes:
        approves: Whether the sheet is shown.
        takes_back: Whether an approval of the reader's may be taken back.
        sends: Whether the reader may send it.
    """

    approves: bool
    takes_back: bool
    sends: bool


def part_of(draft: ProposalDraft, person: Person | None) -> Part:
    """The part of a reader; who is not signed in may still approve with a wallet."""
    is_open = draft.state in OPEN
    if person is None:
        return Part(approves=is_open, takes_back=False, sends=False)
    seats = draft.tally.seats if draft.tally else []
    votes = [seat.vote for seat in seats if seat.member == person.member]
    is_applicant = person.member == draft.requester
    is_left_out = any(one.member == person.member for one in draft.left_out)
    belongs = is_applicant or bool(person.seats_in(draft.committee))
    return Part(
        approves=is_open and Vote.NONE in votes and not is_applicant and not is_left_out,
        takes_back=is_open and Vote.APPROVED in votes,
        sends=draft.state is DraftState.READY and belongs,
    )
