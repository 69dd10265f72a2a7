"""Lots in dispute, reversed, and payments taken back: what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import LotState, Role
from tests.conftest import member_id, signer
from tests.contracts.earning import (
    LOT,
    act,
    decide,
    held_fen,
    owed_fen,
    pay,
    proceeds,
    settle,
    take,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    DAY,
    ENTERPRISE,
    FAR,
    FUND,
    line,
)
from wallets.intents import (
    LotAct,
    Payout,
    ReversePayout,
    ReverseProceeds,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


def grant_treasurer(place: EvmTown, name: str) -> None:
    place.send(signer("registrar"), "Members", "grantRole", member_id(name), Role.TREASURER, FUND, FAR)


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


class TestPaying:
    def test_treasurer_who_did_the_work_is_paid_by_another(self, working: EvmTown) -> None:
        """Or a treasurer and a foreman would pay out what nobody earned."""
        take(working, by="treasurer")
        settle(working)
        wage = Payout(worker=member_id("treasurer"), amount_fen=760, bank_line=line("wages"))
        with refused("CooperativeOwnWage", worker=member_id("treasurer")):
            pay(working, wage)
        pay(working, wage, by="cashier")


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
