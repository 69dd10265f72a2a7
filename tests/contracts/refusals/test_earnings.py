"""Cooperative: what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import worker_account
from contracts.enums import LotState, Role
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import BANK, DAY, ENTERPRISE, FAR, FUND, GENERAL, line
from wallets.intents import (
    AttestProceeds,
    OpenWorkOrder,
    PayOut,
    Payout,
    PublishRateCard,
    RateCard,
    ReversePayout,
    ReverseProceeds,
    SettleLot,
    TakeLot,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown

ORDER, LOT = b"o" * 16, b"l" * 16


def publish(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "enterprise": ENTERPRISE, "product": 3, "version": 1, "piece_fen": 117, "worker_bps": 6500,
        "reserve_bps": 500, "fund_bps": 3000,
    } | changes  # fmt: skip
    place.act(signer("foreman"), PublishRateCard(card=RateCard(**fields), nonce=0, deadline=0))


def proceeds(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "enterprise": ENTERPRISE, "bank": BANK, "bank_line": line("firm"), "amount_fen": 1_000_000,
    } | changes  # fmt: skip
    place.act(signer("treasurer"), AttestProceeds(**fields, nonce=0, deadline=0))


def order(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "order": ORDER, "enterprise": ENTERPRISE, "product": 3, "pieces": 100, "due_at": place.now + DAY,
    } | changes  # fmt: skip
    place.act(signer("foreman"), OpenWorkOrder(**fields, nonce=0, deadline=0))


def take(place: EvmTown, pieces: int = 10, by: str = "worker", lot: bytes = LOT, of: bytes = ORDER) -> None:
    place.act(signer(by), TakeLot(lot=lot, order=of, pieces=pieces, nonce=0, deadline=0))


def settle(place: EvmTown, accepted: int = 10, rejected: int = 0, by: str = "foreman") -> None:
    intent = SettleLot(
        lot=LOT, accepted_pieces=accepted, rejected_pieces=rejected, document=b"d" * 32, nonce=0, deadline=0
    )
    place.act(signer(by), intent)


def pay(place: EvmTown, *payouts: Payout, by: str = "treasurer") -> None:
    intent = PayOut(enterprise=ENTERPRISE, bank=BANK, payouts=payouts, nonce=0, deadline=0)
    place.act(signer(by), intent)


def owed_fen(place: EvmTown, enterprise: int = ENTERPRISE) -> int:
    held: int = place.read("Ledger", "balanceOf", worker_account(enterprise, member_id("worker")))
    return held


@pytest.fixture
def working(place: EvmTown) -> EvmTown:
    """The factory with a rate card, proceeds and an order."""
    publish(place)
    proceeds(place)
    order(place)
    return place


class TestEnterprise:
    @pytest.mark.parametrize("enterprise", [0, ENTERPRISE])
    def test_taken_or_zero_id_is_refused(self, place: EvmTown, enterprise: int) -> None:
        with refused("CooperativeIdTaken"):
            place.send(signer("steward"), "Cooperative", "openEnterprise", enterprise, GENERAL, 0)

    def test_unknown_levy_purpose_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativePurposeUnknown"):
            place.send(signer("steward"), "Cooperative", "openEnterprise", 9, 99, 0)

    def test_unknown_enterprise_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativeEnterpriseUnknown"):
            publish(place, enterprise=9)
        with refused("CooperativeEnterpriseUnknown"):
            proceeds(place, enterprise=9)

    def test_proceeds_by_a_used_line_are_refused(self, working: EvmTown) -> None:
        with refused("FundsBankLineUsed"):
            proceeds(working)


class TestRateCard:
    @pytest.mark.parametrize("version", [0, 2])
    def test_version_that_is_not_the_next_is_refused(self, place: EvmTown, version: int) -> None:
        with refused("CooperativeVersionMismatch", expected=1, got=version):
            publish(place, version=version)

    def test_split_that_does_not_add_up_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativeRateInvalid", total_bps=10_001):
            publish(place, worker_bps=6501)

    def test_split_is_added_without_overflow(self, place: EvmTown) -> None:
        with refused("CooperativeRateInvalid", total_bps=65_535 + 3_500):
            publish(place, worker_bps=65_535)

    def test_piece_that_brings_nothing_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativeRateInvalid", piece_fen=0):
            publish(place, piece_fen=0)

    def test_share_of_the_fund_below_what_was_agreed_is_refused(self, place: EvmTown) -> None:
        """(p40)"""
        with refused("CooperativeFundShareTooLow", min_fund_bps=3_000, fund_bps=2_999):
            publish(place, fund_bps=2_999)
        publish(place, fund_bps=3_000)

    def test_floor_above_the_whole_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativeRateInvalid", total_bps=10_001):
            place.send(signer("steward"), "Cooperative", "openEnterprise", 9, GENERAL, 10_001)

    def test_foreman_of_another_enterprise_is_refused(self, place: EvmTown) -> None:
        place.send(signer("steward"), "Cooperative", "openEnterprise", 9, GENERAL, 0)
        with refused("MembersRoleMissing", scope=9):
            publish(place, enterprise=9)


class TestOrder:
    def test_order_without_a_rate_card_is_refused(self, place: EvmTown) -> None:
        with refused("CooperativeRateUnknown", product=4):
            order(place, product=4)

    @pytest.mark.parametrize("changes", [{"order": bytes(16)}, {}, {"order": b"p" * 16, "pieces": 0}])
    def test_zero_or_taken_or_empty_order_is_refused(self, working: EvmTown, changes: dict[str, Any]) -> None:
        with refused("CooperativeOrderInvalid"):
            order(working, **changes)

    def test_order_due_in_the_past_is_refused(self, working: EvmTown) -> None:
        with refused("CooperativeOrderInvalid"):
            order(working, order=b"p" * 16, due_at=working.now)

    @pytest.mark.parametrize("pieces", [0, 101])
    def test_no_pieces_or_more_than_are_left_are_refused(self, working: EvmTown, pieces: int) -> None:
        with refused("CooperativePiecesExceeded", left=100, pieces=pieces):
            take(working, pieces)

    def test_nothing_is_taken_from_the_second_on_at_which_the_pieces_are_due(self, working: EvmTown) -> None:
        """The date of an order is kept by the contract, not only told (p43)."""
        due_at = working.now + 2 * DAY
        order(working, order=b"p" * 16, due_at=due_at)
        working.wait(2 * DAY - 1)
        take(working, of=b"p" * 16)
        working.wait(1)
        with refused("CooperativeOrderOver", due_at=due_at):
            take(working, lot=b"k" * 16, of=b"p" * 16)

    def test_taken_or_zero_lot_is_refused(self, working: EvmTown) -> None:
        take(working)
        for lot in (LOT, bytes(16)):
            with refused("CooperativeLotExists"):
                take(working, lot=lot)


class TestSettlement:
    @pytest.mark.parametrize("counts", [(9, 0), (10, 1), (2**32 - 1, 2**32 - 1)])
    def test_counts_that_are_not_the_lot_are_refused(self, working: EvmTown, counts: tuple[int, int]) -> None:
        take(working)
        with refused("CooperativeCountMismatch", pieces=10):
            settle(working, *counts)

    def test_lot_is_settled_once(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        with refused("CooperativeLotNotIn", needed=LotState.TAKEN, found=LotState.SETTLED):
            settle(working)

    def test_foreman_does_not_accept_the_own_lot(self, working: EvmTown) -> None:
        working.send(
            signer("registrar"), "Members", "grantRole", member_id("worker"), Role.FOREMAN, ENTERPRISE, FAR
        )
        take(working)
        with refused("CooperativeSelfAcceptance", member=member_id("worker")):
            settle(working, by="worker")

    def test_lot_keeps_the_card_of_its_order(self, working: EvmTown) -> None:
        publish(working, version=2, worker_bps=1)
        take(working)
        settle(working)
        assert owed_fen(working) == 10 * 117 * 6500 // 10_000

    def test_empty_payout_is_refused(self, working: EvmTown) -> None:
        with refused("CooperativeNothingToPay"):
            pay(working)

    def test_payout_by_one_line_twice_is_refused_whole(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        payout = Payout(worker=member_id("worker"), amount_fen=1, bank_line=line("wages"))
        with refused("FundsBankLineUsed"):
            pay(working, payout, payout)


class TestTakingBack:
    """(p42)"""

    @pytest.fixture
    def paid(self, working: EvmTown) -> EvmTown:
        """The factory after a lot of 10 pieces, whose wages the treasurer says were paid."""
        take(working)
        settle(working)
        pay(working, Payout(worker=member_id("worker"), amount_fen=760, bank_line=line("wages")))
        return working

    def back(
        self, place: EvmTown, name: str = "wages", returned: bytes = bytes(32), by: str = "cashier"
    ) -> None:
        intent = ReversePayout(
            enterprise=ENTERPRISE, bank_line=line(name), incoming_bank_line=returned, document=b"d" * 32,
            nonce=0, deadline=0,
        )  # fmt: skip
        place.act(signer(by), intent)

    def unsell(
        self, place: EvmTown, name: str = "firm", returned: bytes = bytes(32), by: str = "cashier"
    ) -> None:
        intent = ReverseProceeds(
            enterprise=ENTERPRISE, bank_line=line(name), outgoing_bank_line=returned, document=b"d" * 32,
            nonce=0, deadline=0,
        )  # fmt: skip
        place.act(signer(by), intent)

    def test_wages_that_bounced_are_owed_again(self, paid: EvmTown) -> None:
        self.back(paid, returned=line("bounced"))
        assert owed_fen(paid) == 760
        for used in ("wages", "bounced"):
            with refused("FundsBankLineUsed"):
                pay(paid, Payout(worker=member_id("worker"), amount_fen=760, bank_line=line(used)))
        pay(paid, Payout(worker=member_id("worker"), amount_fen=760, bank_line=line("once more")))
        assert owed_fen(paid) == 0

    def test_wages_recorded_by_mistake_free_their_line_for_another_treasurer(self, paid: EvmTown) -> None:
        self.back(paid)
        payout = Payout(worker=member_id("worker"), amount_fen=700, bank_line=line("wages"))
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            pay(paid, payout, by="cashier")
        pay(paid, payout)
        assert owed_fen(paid) == 60

    def test_treasurer_does_not_take_back_what_the_same_one_recorded(self, paid: EvmTown) -> None:
        with refused("FundsSecondPersonNeeded", bank_line=line("wages"), treasurer=member_id("treasurer")):
            self.back(paid, by="treasurer")
        with refused("FundsSecondPersonNeeded", bank_line=line("firm")):
            self.unsell(paid, by="treasurer")

    def test_wages_are_taken_back_once_and_only_by_their_enterprise(self, paid: EvmTown) -> None:
        self.back(paid)
        for name in ("wages", "never", "firm"):
            with refused("CooperativeBankLineUnknown", enterprise=ENTERPRISE, bank_line=line(name)):
                self.back(paid, name)

    def test_proceeds_go_back_to_the_firm_while_they_are_there(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        with refused("LedgerBalanceInsufficient"):
            self.unsell(working)
        proceeds(working, bank_line=line("too much"), amount_fen=500)
        self.unsell(working, "too much", line("returned"))
        with refused("FundsBankLineUsed"):
            proceeds(working, bank_line=line("returned"))
        for name in ("too much", "never"):
            with refused("CooperativeBankLineUnknown", bank_line=line(name)):
                self.unsell(working, name)

    def test_wages_are_no_proceeds(self, paid: EvmTown) -> None:
        with refused("CooperativeBankLineUnknown", bank_line=line("wages")):
            self.unsell(paid, "wages")

    def test_frozen_fund_returns_no_proceeds_but_takes_wages_back(self, paid: EvmTown) -> None:
        """(p11)"""
        proceeds(paid, bank_line=line("too much"), amount_fen=500)
        paid.send(signer("guardian"), "Funds", "freeze", FUND)
        with refused("FundsFundFrozen"):
            self.unsell(paid, "too much", line("returned"))
        self.unsell(paid, "too much")
        self.back(paid, returned=line("bounced"))
