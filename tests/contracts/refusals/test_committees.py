"""Committees: what they refuse."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import SeatClass
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    TIER_FIELDS,
    budget,
    submit,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    FAR,
    FUND,
    LIMIT_FEN,
    SMALL_TIER,
    STREET,
    proposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestCommittees:
    def steward(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(signer("steward"), "Committees", function, *args)

    def test_taken_or_zero_id_is_refused(self, place: EvmTown) -> None:
        for committee in (0, COMMITTEE):
            with refused("CommitteeIdTaken"):
                self.steward(place, "openCommittee", committee, FUND, [SeatClass.DONOR] * 5)

    @pytest.mark.parametrize("seats", [0, 3, 4, 6, 17])
    def test_even_too_small_or_too_large_committee_is_refused(self, place: EvmTown, seats: int) -> None:
        with refused("CommitteeSizeInvalid", seats=seats):
            self.steward(place, "openCommittee", 2, STREET, [SeatClass.DONOR] * seats)

    @pytest.mark.parametrize(
        "tiers",
        [
            [],
            [SMALL_TIER, SMALL_TIER],
            [(0, *SMALL_TIER[1:])],
            [(5, 0, 3, *SMALL_TIER[3:])],
            [(5, 4, 3, *SMALL_TIER[3:])],
            [(*SMALL_TIER[:10], 0)],
            [(n, *SMALL_TIER[1:]) for n in range(1, 6)],
        ],
        ids=["none", "equal", "zero", "no share", "above one", "no time to prove", "five"],
    )
    def test_rules_that_make_no_sense_are_refused(self, place: EvmTown, tiers: list[Any]) -> None:
        with refused("CommitteeRulesInvalid"):
            self.steward(place, "setRules", COMMITTEE, tiers)

    @pytest.mark.parametrize(
        ("notice_seconds", "takes"),
        [(3 * DAY - 1, False), (3 * DAY, True), (15 * DAY, True), (15 * DAY + 1, False)],
    )
    def test_notice_has_three_to_fifteen_days(self, place: EvmTown, notice_seconds: int, takes: bool) -> None:
        """Nobody rules the notice away (p01, p27)."""
        with nullcontext() if takes else refused("CommitteeNoticeInvalid", notice_seconds=notice_seconds):
            self.rule(place, notice_seconds=notice_seconds)

    @pytest.mark.parametrize(
        ("decide_seconds", "takes"), [(DAY - 1, False), (DAY, True), (90 * DAY, True), (90 * DAY + 1, False)]
    )
    def test_vote_has_one_to_ninety_days(self, place: EvmTown, decide_seconds: int, takes: bool) -> None:
        with nullcontext() if takes else refused("CommitteeDecideTimeInvalid", decide_seconds=decide_seconds):
            self.rule(place, decide_seconds=decide_seconds)

    @pytest.mark.parametrize(
        ("yes", "of", "takes"), [(1, 255, False), (3, 7, False), (1, 2, True), (7, 7, True)]
    )
    def test_fewer_than_half_of_all_seats_never_decide(
        self, place: EvmTown, yes: int, of: int, takes: bool
    ) -> None:
        """One puppet of five is no committee (p01): of seven seats four are the fewest."""
        with nullcontext() if takes else refused("CommitteeShareBelowMajority", majority=4):
            self.rule(place, yes_numerator=yes, yes_denominator=of)

    @pytest.mark.parametrize(("objections", "takes"), [(0, False), (1, True), (50, True), (51, False)])
    def test_residents_can_always_suspend(self, place: EvmTown, objections: int, takes: bool) -> None:
        """No rules take the objection away, or put it out of reach (p01, p27)."""
        with nullcontext() if takes else refused("CommitteeObjectionsInvalid", objections=objections):
            self.rule(place, objections_to_suspend=objections)

    @pytest.mark.parametrize(
        ("minimum", "seats"),
        [("min_donor", 2), ("min_resident", 3), ("min_official", 1), ("min_enterprise", 1)],
    )
    def test_more_seats_of_a_class_than_there_are_are_not_asked_for(
        self, place: EvmTown, minimum: str, seats: int
    ) -> None:
        """Nine donors of two would stop every payment (p27)."""
        self.rule(place, **{minimum: seats})
        with refused("CommitteeClassMinimumTooHigh", minimum=seats + 1, seats=seats):
            self.rule(place, **{minimum: seats + 1})

    def rule(self, place: EvmTown, **changes: int) -> None:
        tier = dict(zip(TIER_FIELDS, SMALL_TIER, strict=True)) | changes
        self.steward(place, "setRules", COMMITTEE, [tuple(tier.values())])

    def test_unknown_committee_is_refused(self, place: EvmTown) -> None:
        with refused("CommitteeUnknown"):
            self.steward(place, "setRules", 9, [SMALL_TIER])
        with refused("CommitteeUnknown"):
            self.steward(place, "fillSeat", 9, 0, member_id("worker"), FAR)

    def test_seat_that_is_taken_or_does_not_exist_is_refused(self, place: EvmTown) -> None:
        for seat in (0, 7, 254):
            with refused("CommitteeSeatTaken", seat=seat):
                self.steward(place, "fillSeat", COMMITTEE, seat, member_id("worker"), FAR)

    def test_second_seat_of_a_member_is_refused(self, place: EvmTown) -> None:
        self.steward(place, "vacateSeat", COMMITTEE, member_id("firm"))
        with refused("CommitteeMemberSeated"):
            self.steward(place, "fillSeat", COMMITTEE, 6, member_id("official"), FAR)

    def test_seat_that_nobody_holds_is_not_vacated(self, place: EvmTown) -> None:
        with refused("CommitteeSeatMissing"):
            self.steward(place, "vacateSeat", COMMITTEE, member_id("worker"))

    def test_committee_without_rules_decides_nothing(self, place: EvmTown) -> None:
        self.steward(place, "openCommittee", 2, STREET, [SeatClass.DONOR] * 5)
        with refused("CommitteeRulesMissing"):
            submit(place, proposal(committee=2))

    def test_amount_above_every_tier_is_refused(self, place: EvmTown) -> None:
        budget(place, 2 * LIMIT_FEN)
        with refused("CommitteeAmountAboveTiers", amount_fen=5_000_001):
            submit(place, proposal(5_000_001))
