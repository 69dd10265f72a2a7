"""What treasurers and modules cannot reach: another fund's bank account, another enterprise's wages, a frozen fund's money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import worker_account
from contracts.enums import Level, Role
from contracts.ids import lot_id, order_id
from tests.conftest import member_id, signer
from tests.contracts.deciding import act, approved, execute
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    DAY,
    ENTERPRISE,
    FAR,
    FUND,
    GENERAL,
    MATCHING,
    OBJECTION_GRACE,
    STAIRWELL,
    STREET,
    donation,
    line,
)
from wallets.intents import (
    AttestDonations,
    AttestGifts,
    AttestProceeds,
    Donation,
    Gift,
    OpenWorkOrder,
    PayOut,
    Payout,
    ProposalAct,
    PublishRateCard,
    RateCard,
    RefundGift,
    ReverseDonation,
    SettleLot,
    TakeLot,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent

OTHER_BANK, OTHER_FUND, OTHER_ENTERPRISE, CAMPAIGN = 9, 9, 9, 7
OTHER_PURPOSE = OTHER_FUND << 16 | 1
NO_LINE, DIRECT = bytes(32), {"nonce": 0, "deadline": 0}


@pytest.fixture
def town(place: EvmTown) -> EvmTown:
    """The neighbourhood with a second fund, which has its own bank account, treasurer and enterprise."""
    steward, registrar = signer("steward"), signer("registrar")
    place.send(steward, "Funds", "openBankAccount", OTHER_BANK)
    place.send(steward, "Funds", "openFund", OTHER_FUND, STREET, Level.SPECIAL, OTHER_BANK)
    place.send(steward, "Funds", "openPurpose", OTHER_PURPOSE)
    own = (OTHER_PURPOSE + 1, OTHER_PURPOSE + 2)
    for purpose in own:
        place.send(steward, "Funds", "openPurpose", purpose)
    place.send(steward, "Enterprises", "openEnterprise", OTHER_ENTERPRISE, OTHER_PURPOSE, *own, 0)
    terms = (STAIRWELL, 1_000, 0, bytes(16), place.now + DAY, 0, 0, 0, 0, False)
    place.send(steward, "Campaigns", "openCampaign", CAMPAIGN, terms)
    for name, role, scope in (
        ("barber", Role.TREASURER, OTHER_FUND),
        ("foreman", Role.FOREMAN, OTHER_ENTERPRISE),
    ):
        place.send(registrar, "Members", "grantRole", member_id(name), role, scope, FAR)
    return place


def donated(name: str, bank: int = BANK, **changes: Any) -> Intent:
    fields = {"fund": FUND, "bank": bank, "donations": (donation(name, 500),)} | changes
    return AttestDonations(**fields, **DIRECT)


def given(bank_line: bytes, bank: int = BANK) -> Intent:
    gift = Gift(bank_line=bank_line, amount_fen=500, booked_on=BOOKED_ON, donor=b"d" * 32, household=0)
    return AttestGifts(campaign=CAMPAIGN, bank=bank, gifts=(gift,), **DIRECT)


def refunded(bank_line: bytes, outgoing: bytes) -> Intent:
    return RefundGift(campaign=CAMPAIGN, bank_line=bank_line, outgoing_bank_line=outgoing, **DIRECT)


def earned(bank_line: bytes, bank: int = BANK, enterprise: int = ENTERPRISE) -> Intent:
    return AttestProceeds(enterprise=enterprise, bank=bank, bank_line=bank_line, amount_fen=10_000, **DIRECT)


def paid(bank_line: bytes, bank: int = BANK, enterprise: int = ENTERPRISE) -> Intent:
    payout = Payout(worker=member_id("worker"), amount_fen=100, bank_line=bank_line)
    return PayOut(enterprise=enterprise, bank=bank, payouts=(payout,), **DIRECT)


def returned(bank_line: bytes, outgoing: bytes) -> Intent:
    return ReverseDonation(
        fund=FUND,
        bank_line=bank_line,
        outgoing_bank_line=outgoing,
        new_purpose=0,
        document=b"d" * 32,
        **DIRECT,
    )


def worked(town: EvmTown, enterprise: int) -> None:
    """The worker makes ten pieces for an enterprise, each worth 100 fen, half of it the worker's."""
    order = order_id(bytes([enterprise]) * 8)
    lot = lot_id(order, bytes([enterprise]) * 8)
    card = RateCard(
        enterprise=enterprise,
        product=3,
        version=1,
        piece_fen=100,
        worker_bps=5_000,
        reserve_bps=0,
        fund_bps=3_000,
    )
    town.act(signer("foreman"), PublishRateCard(card=card, **DIRECT))
    due_at = town.now + DAY
    ordered = OpenWorkOrder(
        order=order, enterprise=enterprise, product=3, pieces=10, worker_pieces=10, due_at=due_at, **DIRECT
    )
    town.act(signer("foreman"), ordered)
    town.act(signer("worker"), TakeLot(lot=lot, order=order, pieces=10, **DIRECT))
    settled = SettleLot(lot=lot, accepted_pieces=10, rejected_pieces=0, document=b"d" * 32, **DIRECT)
    town.act(signer("foreman"), settled)


def owed_fen(town: EvmTown, enterprise: int) -> int:
    held: int = town.read("Ledger", "balanceOf", worker_account(enterprise, member_id("worker")))
    return held


def frozen(town: EvmTown, fund: int = FUND) -> None:
    town.send(signer("guardian"), "Funds", "freeze", fund)


class TestBankLine:
    def test_line_of_zeros_is_no_line(self, town: EvmTown) -> None:
        """(p13)"""
        treasurer = signer("treasurer")
        nothing = (Donation(bank_line=NO_LINE, purpose=GENERAL, amount_fen=500, donor=b"d" * 32),)
        for intent in (
            donated("a", donations=nothing),
            given(NO_LINE),
            earned(NO_LINE),
            paid(NO_LINE),
        ):
            with refused("FundsBankLineMissing"):
                town.act(treasurer, intent)

    def test_gift_is_not_returned_by_a_line_of_zeros(self, town: EvmTown) -> None:
        """(p13)"""
        town.act(signer("treasurer"), given(line("gift")))
        town.wait(8 * DAY)
        town.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
        with refused("FundsBankLineMissing"):
            town.act(signer("treasurer"), refunded(line("gift"), NO_LINE))

    @pytest.mark.parametrize("act_of_proof", [ProposalAct.PROVE_PAYMENT, ProposalAct.EXECUTE_PROVEN])
    def test_payment_is_not_proven_by_a_line_of_zeros(
        self, place: EvmTown, act_of_proof: ProposalAct
    ) -> None:
        """(p13)"""
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        if act_of_proof is ProposalAct.PROVE_PAYMENT:
            execute(place, request)
        with refused("FundsBankLineMissing"):
            act(place, request, "treasurer", act_of_proof, NO_LINE)

    def test_line_of_another_funds_bank_is_refused(self, town: EvmTown) -> None:
        """(p14)"""
        for intent in (
            donated("a", OTHER_BANK),
            given(line("b"), OTHER_BANK),
            earned(line("c"), OTHER_BANK),
            paid(line("d"), OTHER_BANK),
            donated("e", 77),
        ):
            with refused("FundsBankNotOfFund", fund=FUND):
                town.act(signer("treasurer"), intent)


class TestWages:
    def test_treasurer_of_one_enterprise_does_not_reach_what_another_owes(self, town: EvmTown) -> None:
        """(p10)"""
        town.act(signer("barber"), earned(line("firm"), OTHER_BANK, OTHER_ENTERPRISE))
        worked(town, OTHER_ENTERPRISE)
        mine = worker_account(ENTERPRISE, member_id("worker"))
        with refused("LedgerAccountUnknown", account=mine):
            town.act(signer("treasurer"), paid(line("invented")))
        town.act(signer("treasurer"), earned(line("other firm")))
        worked(town, ENTERPRISE)
        assert (owed_fen(town, ENTERPRISE), owed_fen(town, OTHER_ENTERPRISE)) == (500, 500)
        for number in range(5):
            town.act(signer("treasurer"), paid(line(f"wages {number}")))
        with refused("LedgerBalanceInsufficient", account=mine, balance=0):
            town.act(signer("treasurer"), paid(line("one too many")))
        assert (owed_fen(town, ENTERPRISE), owed_fen(town, OTHER_ENTERPRISE)) == (0, 500)


class TestFrozenFund:
    """(p11)"""

    def test_donation_is_neither_returned_nor_taken_back(self, town: EvmTown) -> None:
        for name in ("a", "b"):
            town.act(signer("treasurer"), donated(name))
        frozen(town)
        with refused("LedgerFundFrozen", fund=FUND):
            town.act(signer("cashier"), returned(line("a"), line("out")))
        with refused("LedgerFundFrozen", fund=FUND):
            town.act(signer("cashier"), returned(line("b"), NO_LINE))

    def test_gift_is_not_returned(self, town: EvmTown) -> None:
        town.act(signer("treasurer"), given(line("gift")))
        town.wait(8 * DAY)
        frozen(town)
        town.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
        with refused("LedgerFundFrozen", fund=FUND):
            town.act(signer("treasurer"), refunded(line("gift"), line("out")))

    def test_wages_are_not_paid(self, town: EvmTown) -> None:
        town.act(signer("treasurer"), earned(line("firm")))
        worked(town, ENTERPRISE)
        frozen(town)
        with refused("LedgerFundFrozen", fund=FUND):
            town.act(signer("treasurer"), paid(line("wages")))

    def test_what_comes_in_is_still_attested(self, town: EvmTown) -> None:
        frozen(town)
        town.act(signer("treasurer"), donated("a"))
        town.act(signer("treasurer"), given(line("gift")))
        town.act(signer("treasurer"), earned(line("firm")))

    def test_no_match_is_locked(self, town: EvmTown) -> None:
        town.act(signer("treasurer"), donated("pot", donations=(donation("pot", 500, MATCHING),)))
        frozen(town)
        terms = (STAIRWELL, 1_000, 0, bytes(16), town.now + DAY, MATCHING, 5, 10_000, 5, False)
        with refused("LedgerFundFrozen", fund=FUND):
            town.send(signer("steward"), "Campaigns", "openCampaign", 8, terms)
