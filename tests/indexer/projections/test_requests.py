"""Requests, members and seats of the mirror are those of the contracts; phases turn at the second at which they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import ProposalState
from contracts.events import CommitteeOpened, KeyAdded, KeyEnded, MemberRegistered, SeatFilled, SeatVacated
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.member import Seat, is_in_force, seats
from indexer.projections.request import EXECUTION_SECONDS, GRACE_SECONDS, Phase, Request, phase
from tests.conftest import member_id
from tests.indexer.projections.paper_mirror import PaperMirror

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("state", "block_time", "expected"),
    [
        (ProposalState.SUBMITTED, 100, Phase.VOTING),
        (ProposalState.SUBMITTED, 101, Phase.VOTE_OVER),
        (ProposalState.APPROVED, 199, Phase.NOTICE),
        (ProposalState.APPROVED, 200, Phase.GRACE),
        (ProposalState.APPROVED, 200 + GRACE_SECONDS - 1, Phase.GRACE),
        (ProposalState.APPROVED, 200 + GRACE_SECONDS, Phase.PAYABLE),
        (ProposalState.APPROVED, 200 + EXECUTION_SECONDS - 1, Phase.PAYABLE),
        (ProposalState.APPROVED, 200 + EXECUTION_SECONDS, Phase.LAPSED),
        (ProposalState.EXECUTED, 300, Phase.PROOF_DUE),
        (ProposalState.EXECUTED, 301, Phase.PROOF_OVERDUE),
        (ProposalState.SUSPENDED, 200 + EXECUTION_SECONDS - 1, Phase.SUSPENDED),
        (ProposalState.SUSPENDED, 200 + EXECUTION_SECONDS, Phase.LAPSED),
        (ProposalState.FAILED, 1, Phase.FAILED),
        (ProposalState.REVERSED, 1, Phase.REVERSED),
    ],
)
def test_a_phase_turns_at_the_second_at_which_the_contract_turns(
    state: ProposalState, block_time: int, expected: Phase
) -> None:
    dates: dict[str, Any] = {"vote_ends_at": 100, "notice_ends_at": 200, "proof_due_at": 300}
    request = object.__new__(Request)
    vars(request).update(dates, state=state)
    assert phase(request, block_time) == expected


def test_a_seat_has_no_vote_from_the_second_at_which_it_ends() -> None:
    seat = Seat(committee=1, member=bytes(16), seat=0, held_since=0, valid_until=100)
    assert [is_in_force(seat, second) for second in (99, 100)] == [True, False]


def test_a_key_that_ends_for_another_member_halts_the_mirror(tmp_path: Path) -> None:
    mirror, own, other, key = (
        PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}"),
        bytes(16),
        b"o" * 16,
        bytes(20),
    )
    mirror.write(
        [
            [
                MemberRegistered(member=own, kind=1, household=bytes(16)),
                KeyAdded(member=own, key=key, kind=0, valid_from=0, refusable_until=0),
            ]
        ]
    )
    with pytest.raises(ImpossibleEventError, match="KeyEnded"):
        mirror.write([[KeyEnded(member=other, key=key)]])
    mirror.close()


def test_a_late_vacation_does_not_unseat_the_successor(tmp_path: Path) -> None:
    mirror, old, new = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}"), member_id("old"), member_id("new")
    mirror.write(
        [
            [
                CommitteeOpened(
                    committee=1,
                    fund=1,
                    seats=5,
                    donor_seats=0,
                    resident_seats=31,
                    official_seats=0,
                    enterprise_seats=0,
                    since=1,
                ),
                SeatFilled(committee=1, seat=0, member=old, since=1, valid_until=1),
            ],
            [SeatFilled(committee=1, seat=0, member=new, since=1, valid_until=9)],
            [SeatVacated(committee=1, seat=0, member=old)],
        ]
    )
    assert list(mirror.now(seats)) == [(1, new)]
    mirror.close()
