"""Cooperative: what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind, account_id, worker_account
from contracts.enums import LotState, Role
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    ENTERPRISE,
    FAR,
    FUND,
    GENERAL,
    MATCHING,
    REMAINDER,
    RESERVE,
    STAIRWELL,
    STREET,
    line,
)
from wallets.intents import (
    ActOnLot,
    AttestProceeds,
    DecideLot,
    LotAct,
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


def open_enterprise(place: EvmTown, enterprise: int, *, levy: int = GENERAL, reserve: int = STAIRWELL,
                    remainder: int = MATCHING, min_fund_bps: int = 0) -> None:  # fmt: skip
    args = (enterprise, levy, reserve, remainder, min_fund_bps)
    place.send(signer("steward"), "Enterprises", "openEnterprise", *args)


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
        "order": ORDER, "enterprise": ENTERPRISE, "product": 3, "pieces": 100, "worker_pieces": 100, "due_at": place.now + DAY,
    } | changes  # fmt: skip
    place.act(signer("foreman"), OpenWorkOrder(**fields, nonce=0, deadline=0))


def take(place: EvmTown, pieces: int = 10, by: str = "worker", lot: bytes = LOT, of: bytes = ORDER) -> None:
    place.act(signer(by), TakeLot(lot=lot, order=of, pieces=pieces, nonce=0, deadline=0))


def settle(
    place: EvmTown, accepted: int = 10, rejected: int = 0, by: str = "foreman", lot: bytes = LOT
) -> None:
    intent = SettleLot(
        lot=lot, accepted_pieces=accepted, rejected_pieces=rejected, document=b"d" * 32, nonce=0, deadline=0
    )
    place.act(signer(by), intent)


def pay(place: EvmTown, *payouts: Payout, by: str = "treasurer") -> None:
    intent = PayOut(enterprise=ENTERPRISE, bank=BANK, payouts=payouts, nonce=0, deadline=0)
    place.act(signer(by), intent)


def act(place: EvmTown, what: LotAct, by: str, lot: bytes = LOT) -> None:
    document = bytes(32) if what is LotAct.RETURN else b"r" * 32
    place.act(signer(by), ActOnLot(act=what, lot=lot, document=document, nonce=0, deadline=0))


def decide(place: EvmTown, accepted: int, by: str = "treasurer") -> None:
    place.act(
        signer(by), DecideLot(lot=LOT, accepted_pieces=accepted, document=b"d" * 32, nonce=0, deadline=0)
    )


def held_fen(place: EvmTown) -> list[int]:
    """What enterprise, reserve, public fund and remainder hold, and what the worker is owed."""
    accounts = (
        account_id(AccountKind.ENTERPRISE, ENTERPRISE),
        *map(purpose_account, (RESERVE, GENERAL, REMAINDER)),
    )
    return [*(place.read("Ledger", "balanceOf", account) for account in accounts), owed_fen(place)]


def purpose_account(purpose: int) -> bytes:
    return account_id(AccountKind.PURPOSE, purpose)


def owed_fen(place: EvmTown, enterprise: int = ENTERPRISE) -> int:
    held: int = place.read("Ledger", "balanceOf", worker_account(enterprise, member_id("worker")))
    return held


def grant_treasurer(place: EvmTown, name: str) -> None:
    place.send(signer("registrar"), "Members", "grantRole", member_id(name), Role.TREASURER, FUND, FAR)


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

    def test_lot_that_brings_more_than_there_can_be_is_refused(self, place: EvmTown) -> None:
        """(p44)"""
        most = 2**32 - 1
        publish(place, piece_fen=most)
        proceeds(place, amount_fen=2**63 - 1)
        order(place, pieces=most, worker_pieces=most)
        take(place, most)
        with refused("LedgerAmountOutOfRange"):
            settle(place, most)

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


class TestCap:
    """(p42)"""

    @pytest.mark.parametrize("cap", [0, 101])
    def test_cap_of_nothing_or_of_more_than_the_order_is_refused(self, working: EvmTown, cap: int) -> None:
        with refused("CooperativeCapInvalid", pieces=100, worker_pieces=cap):
            order(working, order=b"p" * 16, worker_pieces=cap)

    def test_one_worker_takes_no_more_than_the_cap_and_another_the_rest(self, working: EvmTown) -> None:
        order(working, order=b"p" * 16, worker_pieces=15)
        take(working, 10, of=b"p" * 16)
        with refused("CooperativeCapExceeded", worker=member_id("worker"), left=5, pieces=6):
            take(working, 6, lot=b"k" * 16, of=b"p" * 16)
        take(working, 5, lot=b"k" * 16, of=b"p" * 16)
        take(working, 15, by="volunteer", lot=b"j" * 16, of=b"p" * 16)

    def test_returned_and_rejected_pieces_are_not_counted_but_accepted_ones_are(
        self, working: EvmTown
    ) -> None:
        order(working, order=b"p" * 16, worker_pieces=10)
        take(working, of=b"p" * 16)
        act(working, LotAct.RETURN, "worker")
        take(working, lot=b"k" * 16, of=b"p" * 16)
        settle(working, 7, 3, lot=b"k" * 16)
        with refused("CooperativeCapExceeded", left=3, pieces=4):
            take(working, 4, lot=b"j" * 16, of=b"p" * 16)
        act(working, LotAct.REVERSE, "cashier", b"k" * 16)
        take(working, 10, lot=b"j" * 16, of=b"p" * 16)


class TestLotEnds:
    """No lot waits for ever (p42)."""

    def test_lot_is_returned_by_who_took_it_and_its_pieces_are_free(self, working: EvmTown) -> None:
        take(working, 100)
        with refused("CooperativeLotNotYours", member=member_id("volunteer")):
            act(working, LotAct.RETURN, "volunteer")
        act(working, LotAct.RETURN, "worker")
        take(working, 100, by="volunteer", lot=b"k" * 16)
        for found in ("worker", "foreman"):
            with refused("CooperativeLotNotIn", needed=LotState.TAKEN, found=LotState.RETURNED):
                act(working, LotAct.RETURN, "worker") if found == "worker" else settle(working, 100)

    def test_lot_is_accepted_until_sixty_days_after_its_date_and_lapses_from_then_on(
        self, working: EvmTown
    ) -> None:
        take(working, 100)
        until = working.now + 61 * DAY
        working.wait(61 * DAY - 10)
        with refused("CooperativeLotNotOver", until=until):
            working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)
        working.wait(10)
        with refused("CooperativeLotOver", until=until):
            settle(working, 100)
        working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)
        with refused("CooperativeLotNotIn", found=LotState.LAPSED):
            working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)

    def test_dispute_that_nobody_decides_ends_and_is_not_raised_again(self, working: EvmTown) -> None:
        take(working)
        settle(working, 7, 3)
        before = held_fen(working)
        act(working, LotAct.DISPUTE, "worker")
        with refused("CooperativeLotNotOver"):
            working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        working.wait(14 * DAY)
        with refused("CooperativeLotOver"):
            decide(working, 3)
        working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        with refused("CooperativeLotOver"):
            act(working, LotAct.DISPUTE, "worker")
        with refused("CooperativeLotNotIn", needed=LotState.DISPUTED):
            working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        assert held_fen(working) == before


class TestDispute:
    """A foreman alone has not the last word (p42)."""

    @pytest.fixture
    def rejected(self, working: EvmTown) -> EvmTown:
        """The factory in which seven pieces of ten were accepted."""
        take(working)
        settle(working, 7, 3)
        return working

    def test_pieces_accepted_later_are_paid_by_the_same_card(self, rejected: EvmTown) -> None:
        act(rejected, LotAct.DISPUTE, "worker")
        decide(rejected, 2)
        assert owed_fen(rejected) == 7 * 117 * 65 // 100 + 2 * 117 * 65 // 100
        with refused("CooperativeLotOver"):
            act(rejected, LotAct.DISPUTE, "worker")

    def test_rejected_pieces_are_free_for_others_meanwhile(self, rejected: EvmTown) -> None:
        act(rejected, LotAct.DISPUTE, "worker")
        take(rejected, 93, by="volunteer", lot=b"k" * 16)
        decide(rejected, 3)

    def test_only_the_worker_disputes_a_rejection_within_a_week(self, rejected: EvmTown) -> None:
        with refused("CooperativeLotNotYours", member=member_id("foreman")):
            act(rejected, LotAct.DISPUTE, "foreman")
        rejected.wait(7 * DAY)
        with refused("CooperativeLotOver"):
            act(rejected, LotAct.DISPUTE, "worker")

    def test_lot_without_a_rejected_piece_is_not_disputed(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        with refused("CooperativeNothingRejected", lot=LOT):
            act(working, LotAct.DISPUTE, "worker")

    def test_more_than_was_rejected_is_not_accepted(self, rejected: EvmTown) -> None:
        act(rejected, LotAct.DISPUTE, "worker")
        with refused("CooperativePiecesNotRejected", rejected_pieces=3, accepted_pieces=4):
            decide(rejected, 4)

    @pytest.mark.parametrize("name", ["worker", "foreman"])
    def test_who_made_or_settled_the_lot_does_not_decide(self, rejected: EvmTown, name: str) -> None:
        grant_treasurer(rejected, name)
        act(rejected, LotAct.DISPUTE, "worker")
        with refused("CooperativeSecondPersonNeeded", lot=LOT, member=member_id(name)):
            decide(rejected, 1, by=name)

    def test_nobody_but_a_treasurer_decides(self, rejected: EvmTown) -> None:
        act(rejected, LotAct.DISPUTE, "worker")
        with refused("MembersRoleMissing"):
            decide(rejected, 1, by="foreman")


class TestReversal:
    """What was split wrongly goes back by a second person (p42)."""

    def test_all_parts_go_back_and_the_pieces_are_free(self, working: EvmTown) -> None:
        before = held_fen(working)
        take(working, 100)
        settle(working, 93, 7)
        act(working, LotAct.DISPUTE, "worker")
        decide(working, 5)
        assert held_fen(working) != before
        act(working, LotAct.REVERSE, "cashier")
        assert held_fen(working) == before
        take(working, 100, by="volunteer", lot=b"k" * 16)
        with refused("CooperativeLotNotIn", found=LotState.REVERSED):
            act(working, LotAct.REVERSE, "cashier")

    def test_who_took_part_takes_nothing_back(self, working: EvmTown) -> None:
        take(working)
        settle(working, 7, 3)
        act(working, LotAct.DISPUTE, "worker")
        with refused("CooperativeLotNotIn", needed=LotState.SETTLED, found=LotState.DISPUTED):
            act(working, LotAct.REVERSE, "cashier")
        decide(working, 1)
        for name in ("worker", "foreman", "treasurer"):
            grant_treasurer(working, name)
            with refused("CooperativeSecondPersonNeeded", lot=LOT, member=member_id(name)):
                act(working, LotAct.REVERSE, name)
        with refused("MembersRoleMissing"):
            act(working, LotAct.REVERSE, "volunteer")

    def test_wage_that_was_paid_out_is_named_with_what_is_left(self, working: EvmTown) -> None:
        """No balance goes below zero: a payment that did not arrive is taken back first."""
        take(working)
        settle(working)
        pay(working, Payout(worker=member_id("worker"), amount_fen=700, bank_line=line("wages")))
        with refused(
            "CooperativeWagePaidOut", lot=LOT, worker=member_id("worker"), balance_fen=60, wage_fen=760
        ):
            act(working, LotAct.REVERSE, "cashier")
        back = ReversePayout(
            enterprise=ENTERPRISE, bank_line=line("wages"), incoming_bank_line=line("bounced"), document=b"d" * 32,
            nonce=0, deadline=0,
        )  # fmt: skip
        working.act(signer("cashier"), back)
        act(working, LotAct.REVERSE, "cashier")
        assert owed_fen(working) == 0

    def test_settlement_stays_after_a_year(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        working.wait((7 + 365) * DAY)
        with refused("CooperativeLotOver"):
            act(working, LotAct.REVERSE, "cashier")


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
            with refused("EnterpriseBankLineUnknown", enterprise=ENTERPRISE, bank_line=line(name)):
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
            with refused("EnterpriseBankLineUnknown", bank_line=line(name)):
                self.unsell(working, name)

    def test_wages_are_no_proceeds(self, paid: EvmTown) -> None:
        with refused("EnterpriseBankLineUnknown", bank_line=line("wages")):
            self.unsell(paid, "wages")

    def test_frozen_fund_returns_no_proceeds_but_takes_wages_back(self, paid: EvmTown) -> None:
        """(p11)"""
        proceeds(paid, bank_line=line("too much"), amount_fen=500)
        paid.send(signer("guardian"), "Funds", "freeze", FUND)
        with refused("LedgerFundFrozen"):
            self.unsell(paid, "too much", line("returned"))
        with refused("LedgerFundFrozen"):
            self.unsell(paid, "too much")
        self.back(paid, returned=line("bounced"))
