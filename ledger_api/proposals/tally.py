"""Approvals counted against the rule that judges a proposal, as `Committees.decide` counts them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from contracts.enums import SeatClass
from ledger_api.members.rules import SUPERVISOR
from ledger_api.proposals.schemas import ClassTally, SeatVote, Tally, Vote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.projections.committee import Tier
    from ledger_api.members.schemas import Seat


_LEAST = {cls: attrgetter(f"min_{cls.name.lower()}") for cls in SeatClass}


def tally(seats: Sequence[Seat], rule: Tier, votes: Mapping[int, Vote]) -> Tally:
    """Approvals against a rule.

    Args:
        seats: Seats of the committee; supervisors have no vote.
        rule: The tier that judges the proposal.
        votes: What seats did, by their numbers; others did nothing.
    """
    approved = {seat for seat, vote in votes.items() if vote is Vote.APPROVED}
    voting = [seat for seat in seats if seat.seat != SUPERVISOR]
    return Tally(
        approvals=len(approved),
        needed=-(-rule.yes_numerator * len(voting) // rule.yes_denominator),
        yes_numerator=rule.yes_numerator,
        yes_denominator=rule.yes_denominator,
        classes=[_class_tally(cls, voting, approved, rule) for cls in SeatClass],
        seats=[_seat_vote(seat, votes) for seat in voting],
    )


def passes(counted: Tally) -> bool:
    """Whether the share of all seats and the minimum of every class are reached."""
    enough = 0 < counted.approvals >= counted.needed
    return enough and all(of_class.approvals >= of_class.needed for of_class in counted.classes)


def _class_tally(cls: SeatClass, voting: Sequence[Seat], approved: set[int], rule: Tier) -> ClassTally:
    of_class = [seat.seat for seat in voting if seat.seat_class == cls]
    needed = _LEAST[cls](rule)
    return ClassTally(
        seat_class=cls, seats=len(of_class), approvals=len(approved.intersection(of_class)), needed=needed
    )


def _seat_vote(seat: Seat, votes: Mapping[int, Vote]) -> SeatVote:
    vote = votes.get(seat.seat, Vote.NONE)
    return SeatVote(seat=seat.seat, seat_class=seat.seat_class, member=seat.member, vote=vote)
