"""Enterprises, their rates and orders: what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ids import lot_id
from tests.conftest import signer
from tests.contracts.earning import (
    LOT,
    MOST_PIECES,
    ORDER,
    SECOND_ORDER,
    order,
    proceeds,
    publish,
    take,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    DAY,
    ENTERPRISE,
    FUND,
    GENERAL,
    MATCHING,
    REMAINDER,
    RESERVE,
    STAIRWELL,
    STREET,
)
from wallets.intents import (
    TakeLot,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


def open_enterprise(place: EvmTown, enterprise: int, *, levy: int = GENERAL, reserve: int = STAIRWELL,
                    remainder: int = MATCHING, min_fund_bps: int = 0) -> None:  # fmt: skip
    args = (enterprise, levy, reserve, remainder, min_fund_bps)
    place.send(signer("steward"), "Enterprises", "openEnterprise", *args)


class TestEnterprise:
    @pytest.mark.parametrize("enterprise", [0, ENTERPRISE])
    def test_taken_or_zero_id_is_refused(self, place: EvmTown, enterprise: int) -> None:
        with refused("EnterpriseIdTaken"):
            open_enterprise(place, enterprise)

    @pytest.mark.parametrize("part", ["levy", "reserve", "remainder"])
    def test_unknown_purpose_is_refused(self, place: EvmTown, part: str) -> None:
        unknown = FUND << 16 | 99
        with refused("EnterprisePurposeUnknown", purpose=unknown):
            open_enterprise(place, 9, **{part: unknown})

    @pytest.mark.parametrize(
        "purposes",
        [{"reserve": GENERAL}, {"remainder": GENERAL}, {"remainder": STAIRWELL}, {"reserve": RESERVE},
         {"reserve": REMAINDER}, {"remainder": RESERVE}, {"levy": REMAINDER}],
    )  # fmt: skip
    def test_reserve_and_remainder_are_one_part_of_one_enterprise(
        self, place: EvmTown, purposes: dict[str, int]
    ) -> None:
        """What one enterprise earned is not another's, nor the public fund's (p41)."""
        with refused("EnterprisePurposeUnfit"):
            open_enterprise(place, 9, **purposes)

    @pytest.mark.parametrize("part", ["reserve", "remainder"])
    def test_purpose_of_another_fund_is_refused(self, place: EvmTown, part: str) -> None:
        """The committee of the fund to which the enterprise belongs decides (p41)."""
        strange = STREET << 16 | 1
        place.send(signer("steward"), "Funds", "openPurpose", strange)
        with refused("EnterprisePurposeUnfit", purpose=strange):
            open_enterprise(place, 9, **{part: strange})

    def test_unknown_enterprise_is_refused(self, place: EvmTown) -> None:
        with refused("EnterpriseUnknown"):
            publish(place, enterprise=9)
        with refused("EnterpriseUnknown"):
            proceeds(place, enterprise=9)

    def test_proceeds_by_a_used_line_are_refused(self, working: EvmTown) -> None:
        with refused("FundsBankLineUsed"):
            proceeds(working)


class TestRateCard:
    @pytest.mark.parametrize("version", [0, 2])
    def test_version_that_is_not_the_next_is_refused(self, place: EvmTown, version: int) -> None:
        with refused("RateCardVersionMismatch", expected=1, got=version):
            publish(place, version=version)

    def test_split_that_does_not_add_up_is_refused(self, place: EvmTown) -> None:
        with refused("RateCardInvalid", total_bps=10_001):
            publish(place, worker_bps=6501)

    def test_split_is_added_without_overflow(self, place: EvmTown) -> None:
        with refused("RateCardInvalid", total_bps=65_535 + 3_500):
            publish(place, worker_bps=65_535)

    def test_piece_that_brings_nothing_is_refused(self, place: EvmTown) -> None:
        with refused("RateCardInvalid", piece_fen=0):
            publish(place, piece_fen=0)

    def test_share_of_the_fund_below_what_was_agreed_is_refused(self, place: EvmTown) -> None:
        """(p40)"""
        with refused("RateCardFundShareTooLow", min_fund_bps=3_000, fund_bps=2_999):
            publish(place, fund_bps=2_999)
        publish(place, fund_bps=3_000)

    def test_floor_above_the_whole_is_refused(self, place: EvmTown) -> None:
        with refused("RateCardInvalid", total_bps=10_001):
            open_enterprise(place, 9, min_fund_bps=10_001)

    def test_foreman_of_another_enterprise_is_refused(self, place: EvmTown) -> None:
        open_enterprise(place, 9)
        with refused("MembersRoleMissing", scope=9):
            publish(place, enterprise=9)


class TestOrder:
    def test_order_without_a_rate_card_is_refused(self, place: EvmTown) -> None:
        with refused("RateCardUnknown", product=4):
            order(place, product=4)

    @pytest.mark.parametrize("wrong", [bytes(16), b"p" * 16, SECOND_ORDER[:15] + b"\1"])
    def test_id_that_is_not_eight_bytes_and_zeros_is_refused(self, working: EvmTown, wrong: bytes) -> None:
        """The ids of its lots begin with them."""
        with refused("CooperativeOrderIdInvalid", order=wrong):
            order(working, order=wrong)

    def test_order_is_opened_once(self, working: EvmTown) -> None:
        with refused("CooperativeOrderExists", order=ORDER):
            order(working)

    @pytest.mark.parametrize("pieces", [0, MOST_PIECES + 1])
    def test_order_of_nothing_or_of_more_than_a_lot_has_room_for_is_refused(
        self, working: EvmTown, pieces: int
    ) -> None:
        with refused("CooperativePiecesOutOfRange", most=MOST_PIECES, pieces=pieces):
            order(working, order=SECOND_ORDER, pieces=pieces, worker_pieces=pieces)

    @pytest.mark.parametrize("ahead_seconds", [0, 365 * DAY + 1])
    def test_order_due_in_the_past_or_in_more_than_a_year_is_refused(
        self, working: EvmTown, ahead_seconds: int
    ) -> None:
        """Its lots would never lapse."""
        due_at = working.now + ahead_seconds
        with refused("CooperativeDateInvalid", due_at=due_at, most_seconds=365 * DAY):
            order(working, order=SECOND_ORDER, due_at=due_at)
        order(working, order=SECOND_ORDER, due_at=working.now + 365 * DAY)

    @pytest.mark.parametrize("pieces", [0, 101])
    def test_no_pieces_or_more_than_are_left_are_refused(self, working: EvmTown, pieces: int) -> None:
        with refused("CooperativePiecesExceeded", left=100, pieces=pieces):
            take(working, pieces)

    def test_nothing_is_taken_from_the_second_on_at_which_the_pieces_are_due(self, working: EvmTown) -> None:
        """The date of an order is kept by the contract, not only told (p43)."""
        due_at = working.now + 2 * DAY
        order(working, order=SECOND_ORDER, due_at=due_at)
        working.wait(2 * DAY - 1)
        take(working, of=SECOND_ORDER)
        working.wait(1)
        with refused("CooperativeOrderOver", due_at=due_at):
            take(working, lot=b"k" * 16, of=SECOND_ORDER)

    def test_lot_is_taken_once(self, working: EvmTown) -> None:
        take(working)
        with refused("CooperativeLotExists", lot=LOT):
            take(working)

    @pytest.mark.parametrize("lot", [ORDER, lot_id(SECOND_ORDER, b"l" * 8), b"o" * 7 + b"O" + b"l" * 8])
    def test_id_of_a_lot_that_does_not_begin_as_its_orders_is_refused(
        self, working: EvmTown, lot: bytes
    ) -> None:
        order(working, order=SECOND_ORDER)
        with refused("CooperativeLotIdInvalid", lot=lot, order=ORDER):
            working.act(signer("worker"), TakeLot(lot=lot, order=ORDER, pieces=1, nonce=0, deadline=0))

    def test_lot_of_no_order_is_refused(self, working: EvmTown) -> None:
        with refused("CooperativeLotIdInvalid", lot=bytes(16)):
            working.act(
                signer("worker"), TakeLot(lot=bytes(16), order=bytes(16), pieces=1, nonce=0, deadline=0)
            )
        with refused("CooperativePiecesExceeded", left=0):
            take(working, of=SECOND_ORDER)
