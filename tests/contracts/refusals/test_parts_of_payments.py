"""Payments in instalments, and payments that come back in part: to the fen, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, ProposalState, Role
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    FIVE,
    act,
    approve,
    budget,
    execute,
    executed,
    fund,
    reverse,
    state,
    submitted,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BUDGET_LINE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    account,
    fresh_nonce,
    line,
)
from wallets.intents import ProposalAct, ProveInstalment, RecordReturn, ReverseInstalment, ReverseReturn

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent, Proposal

WHOLE_FEN = 300_000
NO_LINE, WHY = bytes(32), b"w" * 32


@pytest.fixture
def place(place: EvmTown) -> EvmTown:
    """The neighbourhood with a third treasurer."""
    place.send(
        signer("registrar"), "Members", "grantRole", member_id("coordinator"), Role.TREASURER, FUND, FAR
    )
    return place


def carry(place: EvmTown, by: str, kind: type[Intent], request: Proposal, **fields: Any) -> None:
    values = {"proposal": request, "nonce": fresh_nonce(), "deadline": DEADLINE}
    place.carry(signer(by), kind(**values | fields))


def prove_part(place: EvmTown, request: Proposal, name: str, amount_fen: int, by: str = "treasurer") -> None:
    carry(place, by, ProveInstalment, request, bank_line=line(name), amount_fen=amount_fen)


def unprove_part(
    place: EvmTown, request: Proposal, name: str, incoming: bytes = NO_LINE, by: str = "cashier"
) -> None:
    carry(
        place, by, ReverseInstalment, request, bank_line=line(name), incoming_bank_line=incoming, document=WHY
    )


def part_back(place: EvmTown, request: Proposal, name: str, amount_fen: int, by: str = "cashier") -> None:
    incoming = line(name) if name else NO_LINE
    carry(place, by, RecordReturn, request, incoming_bank_line=incoming, amount_fen=amount_fen, document=WHY)


def no_part_back(place: EvmTown, request: Proposal, name: str, by: str = "treasurer") -> None:
    carry(place, by, ReverseReturn, request, bank_line=line(name), document=WHY)


def paid(place: EvmTown) -> Proposal:
    request = executed(place)
    act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid"))
    return request


def left(place: EvmTown) -> tuple[int, int]:
    """What the purpose has more than after the payment, and what the budget line has spent, in fen."""
    held = place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, GENERAL))
    return held - (LIMIT_FEN - WHOLE_FEN), place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[2]


def paid_fen(place: EvmTown, request: Proposal) -> int:
    return int(place.read("Rounds", "paymentOf", request.proposal_id())[1])


class TestPartsThatComeBack:
    def test_overpaid_supplier_returns_a_part_and_the_request_stays_paid_for_the_rest(
        self, place: EvmTown
    ) -> None:
        """(p42)"""
        request = paid(place)
        part_back(place, request, "part", 30_000)
        assert left(place) == (30_000, WHOLE_FEN - 30_000)
        assert state(place, request) == ProposalState.CLOSED
        assert paid_fen(place, request) == WHOLE_FEN - 30_000

    def test_over_all_returns_no_more_comes_back_than_was_paid(self, place: EvmTown) -> None:
        request = paid(place)
        part_back(place, request, "first", 200_000)
        with refused("ProposalPartOutOfRange", left_fen=100_000, part_fen=100_001):
            part_back(place, request, "second", 100_001)
        part_back(place, request, "second", 100_000)
        assert (left(place), paid_fen(place, request)) == ((WHOLE_FEN, 0), 0)
        with refused("ProposalPartOutOfRange", left_fen=0, part_fen=1):
            part_back(place, request, "third", 1)

    def test_the_whole_is_no_part_and_what_is_left_of_it_no_whole(self, place: EvmTown) -> None:
        request = paid(place)
        for amount_fen in (0, WHOLE_FEN):
            with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN, part_fen=amount_fen):
                part_back(place, request, "part", amount_fen)
        part_back(place, request, "part", 1)
        with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN - 1, part_fen=WHOLE_FEN):
            reverse(place, request, line("all of it"), by="cashier")

    def test_who_proved_the_payment_does_not_say_that_a_part_came_back(self, place: EvmTown) -> None:
        request = paid(place)
        with refused("ProposalSecondPersonNeeded", member=member_id("treasurer")):
            part_back(place, request, "part", 1, by="treasurer")
        with refused("MembersRoleMissing", scope=FUND):
            part_back(place, request, "part", 1, by="requester")

    def test_part_that_did_not_come_back_is_paid_again_as_another_says(self, place: EvmTown) -> None:
        request = paid(place)
        part_back(place, request, "part", 78_000)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            no_part_back(place, request, "part", by="cashier")
        no_part_back(place, request, "part")
        assert left(place) == (0, WHOLE_FEN)
        assert paid_fen(place, request) == WHOLE_FEN
        with refused("FundsEntryUnknown"):
            no_part_back(place, request, "part")
        part_back(place, request, "part", 30_000)
        assert left(place) == (30_000, WHOLE_FEN - 30_000)

    def test_part_of_another_request_is_not_taken_back(self, place: EvmTown) -> None:
        first, second = paid(place), None
        part_back(place, first, "part", 30_000)
        second = executed_again(place)
        act(place, second, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid second"))
        with refused("FundsEntryUnknown", bank_line=line("part")):
            no_part_back(place, second, "part")
        with refused("FundsEntryUnknown", bank_line=line("paid")):
            no_part_back(place, first, "paid")

    def test_part_that_was_spent_since_is_not_taken_back(self, place: EvmTown) -> None:
        request = paid(place)
        part_back(place, request, "part", 30_000)
        budget(place, WHOLE_FEN - 30_000)
        with refused("BudgetLineExceeded", left_fen=0):
            no_part_back(place, request, "part")

    def test_nothing_comes_back_of_what_was_not_proven_or_was_reversed(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            part_back(place, request, "part", 1)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid"))
        reverse(place, request, line("all of it"), by="cashier")
        with refused("ProposalNotIn", found=ProposalState.REVERSED):
            part_back(place, request, "part", 1)
        with refused("ProposalNotIn", found=ProposalState.REVERSED):
            no_part_back(place, request, "all of it")

    def test_line_brings_a_part_back_once(self, place: EvmTown) -> None:
        request = paid(place)
        part_back(place, request, "part", 1)
        for used in ("part", "paid", "funds"):
            with refused("FundsBankLineUsed"):
                part_back(place, request, used, 1)


class TestInstalments:
    def test_three_instalments_close_the_request_with_the_last_fen(self, place: EvmTown) -> None:
        request = executed(place)
        for name, amount_fen in (("first", 120_000), ("second", 120_000), ("third", 59_999)):
            prove_part(place, request, name, amount_fen)
            assert state(place, request) == ProposalState.EXECUTED
        with refused("ProposalPartOutOfRange", left_fen=1, part_fen=2):
            prove_part(place, request, "fourth", 2)
        prove_part(place, request, "fourth", 1)
        assert state(place, request) == ProposalState.CLOSED
        assert left(place) == (0, WHOLE_FEN)

    def test_proof_stays_open_until_the_last_instalment(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        place.wait(31 * DAY)
        assert place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]
        prove_part(place, request, "second", 100_000)
        assert not place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]

    def test_whole_or_nothing_is_no_instalment_and_the_rest_no_whole(self, place: EvmTown) -> None:
        request = executed(place)
        for amount_fen in (0, WHOLE_FEN, WHOLE_FEN + 1):
            with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN, part_fen=amount_fen):
                prove_part(place, request, "first", amount_fen)
        prove_part(place, request, "first", 1)
        with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN - 1, part_fen=WHOLE_FEN):
            act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("second"))
        with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN - 1, part_fen=WHOLE_FEN):
            reverse(place, request, NO_LINE)

    def test_who_took_part_in_the_decision_proves_no_instalment(self, place: EvmTown) -> None:
        for name in ("requester", "donor one"):
            place.send(
                signer("registrar"), "Members", "grantRole", member_id(name), Role.TREASURER, FUND, FAR
            )
        request = executed(place)
        for name in ("requester", "donor one"):
            with refused("ProposalProverTookPart", member=member_id(name)):
                prove_part(place, request, "first", 1, by=name)
        with refused("MembersRoleMissing", scope=FUND):
            prove_part(place, request, "first", 1, by="volunteer")

    def test_bounced_instalment_is_taken_back_by_another_and_paid_anew(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            unprove_part(place, request, "first", line("bounced"), by="treasurer")
        unprove_part(place, request, "first", line("bounced"))
        assert (paid_fen(place, request), left(place)) == (0, (0, WHOLE_FEN))
        assert place.read("Funds", "bankLineState", line("first")) == BankLineState.REFUNDED
        with refused("FundsBankLineUsed"):
            prove_part(place, request, "first", 200_000)
        prove_part(place, request, "again", 200_000)
        prove_part(place, request, "second", 100_000)
        assert state(place, request) == ProposalState.CLOSED

    def test_instalment_recorded_by_mistake_frees_its_line(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        unprove_part(place, request, "first")
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            prove_part(place, request, "first", 100_000, by="cashier")
        prove_part(place, request, "first", 100_000)
        assert paid_fen(place, request) == 100_000

    def test_instalment_of_a_closed_request_or_of_another_is_not_taken_back(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        other = executed_again(place)
        with refused("FundsEntryUnknown", bank_line=line("first")):
            unprove_part(place, other, "first")
        prove_part(place, request, "second", 100_000)
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            unprove_part(place, request, "first")
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            prove_part(place, request, "third", 1)

    def test_who_proved_an_instalment_does_not_say_that_a_part_came_back(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000, by="cashier")
        prove_part(place, request, "second", 100_000)
        for name in ("cashier", "treasurer"):
            with refused("FundsSecondPersonNeeded", bank_line=line("part"), treasurer=member_id(name)):
                part_back(place, request, "part", 5_000, by=name)
            with refused("FundsSecondPersonNeeded", treasurer=member_id(name)):
                reverse(place, request, line("all of it"), by=name)
        part_back(place, request, "part", 5_000, by="coordinator")
        assert left(place) == (5_000, WHOLE_FEN - 5_000)

    def test_rest_that_will_not_be_paid_goes_back_as_another_says_and_closes_the_request(
        self, place: EvmTown
    ) -> None:
        request = executed(place)
        with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN, part_fen=WHOLE_FEN):
            part_back(place, request, "", WHOLE_FEN)
        prove_part(place, request, "first", 200_000)
        with refused("ProposalSecondPersonNeeded", member=member_id("treasurer")):
            part_back(place, request, "", 100_000, by="treasurer")
        for amount_fen in (99_999, 100_001):
            with refused("ProposalPartOutOfRange", left_fen=100_000, part_fen=amount_fen):
                part_back(place, request, "", amount_fen)
        with refused("MembersRoleMissing", scope=FUND):
            part_back(place, request, "", 100_000, by="requester")
        place.wait(31 * DAY)
        part_back(place, request, "", 100_000)
        assert left(place) == (100_000, 200_000)
        assert (state(place, request), paid_fen(place, request)) == (ProposalState.CLOSED, 200_000)
        assert not place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            part_back(place, request, "", 100_000)
        with refused("FundsEntryUnknown"):
            carry(place, "treasurer", ReverseReturn, request, bank_line=NO_LINE, document=WHY)


def executed_again(place: EvmTown) -> Proposal:
    """One more request, with money of its own."""
    fund(place, "more funds")
    budget(place, 2 * LIMIT_FEN)
    request = submitted(place)
    approve(place, request, *FIVE)
    place.wait(7 * DAY + OBJECTION_GRACE)
    execute(place, request)
    return request
