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
    approved,
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
from wallets.intents import ProposalAct, ProveInstalment, RecordReturn, ReverseProof, ReverseReturn

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
    carry(place, by, ReverseProof, request, bank_line=line(name), incoming_bank_line=incoming, document=WHY)


def part_back(
    place: EvmTown, request: Proposal, name: str, amount_fen: int, by: str = "cashier", paid: str = "paid"
) -> None:
    """A part of what a line paid came back; without a line it is the rest of instalments, which is not paid."""
    incoming = line(name) if name else NO_LINE
    values = {"bank_line": line(paid), "incoming_bank_line": incoming, "amount_fen": amount_fen}
    carry(place, by, RecordReturn, request, document=WHY, **values)


def no_part_back(place: EvmTown, request: Proposal, name: str, by: str = "treasurer") -> None:
    carry(place, by, ReverseReturn, request, bank_line=line(name) if name else NO_LINE, document=WHY)


def paid(place: EvmTown) -> Proposal:
    request = executed(place)
    act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid"))
    return request


def left(place: EvmTown) -> tuple[int, int]:
    """What the purpose has more than after the payment, and what the budget line has spent, in fen."""
    held = place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, GENERAL))
    return held - (LIMIT_FEN - WHOLE_FEN), place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[2]


def instalments_fen(place: EvmTown, request: Proposal) -> int:
    return int(place.read("Rounds", "paymentOf", request.proposal_id())[1])


def returns_fen(place: EvmTown, request: Proposal) -> int:
    return int(place.read("Rounds", "paymentOf", request.proposal_id())[2])


class TestPartsThatComeBack:
    def test_overpaid_supplier_returns_a_part_and_the_request_stays_paid_for_the_rest(
        self, place: EvmTown
    ) -> None:
        """(p42)"""
        request = paid(place)
        part_back(place, request, "part", 30_000)
        assert left(place) == (30_000, WHOLE_FEN - 30_000)
        assert state(place, request) == ProposalState.CLOSED
        assert returns_fen(place, request) == 30_000

    def test_over_all_returns_no_more_comes_back_than_was_paid(self, place: EvmTown) -> None:
        request = paid(place)
        part_back(place, request, "first", 200_000)
        with refused("ProposalPartOutOfRange", left_fen=100_000, part_fen=100_001):
            part_back(place, request, "second", 100_001)
        part_back(place, request, "second", 100_000)
        assert (left(place), returns_fen(place, request)) == ((WHOLE_FEN, 0), WHOLE_FEN)
        with refused("ProposalPartOutOfRange", left_fen=0, part_fen=1):
            part_back(place, request, "third", 1)

    def test_the_whole_is_no_part_and_what_is_left_of_it_no_whole(self, place: EvmTown) -> None:
        request = paid(place)
        for amount_fen in (0, WHOLE_FEN):
            with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN, part_fen=amount_fen):
                part_back(place, request, "part", amount_fen)
        part_back(place, request, "part", 1)
        with refused("ProposalPartOutOfRange", left_fen=WHOLE_FEN - 1, part_fen=WHOLE_FEN):
            reverse(place, request, line("all of it"), by="cashier", paid="paid")

    def test_who_proved_the_payment_does_not_say_that_a_part_came_back(self, place: EvmTown) -> None:
        request = paid(place)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
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
        assert returns_fen(place, request) == 0
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
        with refused("FundsEntryUnknown", bank_line=line("paid")):
            part_back(place, request, "part", 1)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid"))
        reverse(place, request, line("all of it"), by="cashier", paid="paid")
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
        assert is_blocked(place)
        prove_part(place, request, "second", 100_000)
        assert not is_blocked(place)

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
        assert (instalments_fen(place, request), left(place)) == (0, (0, WHOLE_FEN))
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
        assert instalments_fen(place, request) == 100_000

    def test_line_of_another_request_is_not_taken_back(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        other = executed_again(place)
        with refused("FundsEntryUnknown", bank_line=line("first")):
            unprove_part(place, other, "first")
        prove_part(place, request, "second", 100_000)
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            prove_part(place, request, "third", 1)

    def test_who_proved_an_instalment_does_not_say_that_a_part_of_it_came_back(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000, by="cashier")
        prove_part(place, request, "second", 100_000)
        for name, paid in (("cashier", "first"), ("treasurer", "second")):
            with refused("FundsSecondPersonNeeded", bank_line=line(paid), treasurer=member_id(name)):
                part_back(place, request, "part", 5_000, by=name, paid=paid)
            with refused("FundsSecondPersonNeeded", treasurer=member_id(name)):
                reverse(place, request, line("all of it"), by=name, paid=paid)
        part_back(place, request, "part", 5_000, by="treasurer", paid="first")
        assert left(place) == (5_000, WHOLE_FEN - 5_000)

    def test_rest_that_will_not_be_paid_goes_back_as_another_says_and_closes_the_request(
        self, place: EvmTown
    ) -> None:
        request = executed(place)
        with refused("FundsEntryUnknown", bank_line=line("first")):
            part_back(place, request, "", WHOLE_FEN - 1, paid="first")
        prove_part(place, request, "first", 200_000)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            part_back(place, request, "", 100_000, by="treasurer", paid="first")
        for amount_fen in (99_999, 100_001):
            with refused("ProposalPartOutOfRange", left_fen=100_000, part_fen=amount_fen):
                part_back(place, request, "", amount_fen, paid="first")
        with refused("MembersRoleMissing", scope=FUND):
            part_back(place, request, "", 100_000, by="requester", paid="first")
        place.wait(31 * DAY)
        part_back(place, request, "", 100_000, paid="first")
        assert left(place) == (100_000, 200_000)
        assert (state(place, request), instalments_fen(place, request)) == (ProposalState.CLOSED, 200_000)
        assert not is_blocked(place)
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            part_back(place, request, "", 100_000, paid="first")


class TestProofsTakenBack:
    """What is closed is open again, by another person, with its date, and every sum as it was before."""

    def test_last_instalment_was_a_mistake_and_is_proven_anew(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        prove_part(place, request, "second", 100_000)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            unprove_part(place, request, "first", by="treasurer")
        before = place.read("Rounds", "paymentOf", request.proposal_id())[0]
        unprove_part(place, request, "first")
        assert (state(place, request), left(place)) == (ProposalState.EXECUTED, (0, WHOLE_FEN))
        assert place.read("Rounds", "paymentOf", request.proposal_id())[:2] == (before, 100_000)
        place.wait(31 * DAY)
        assert is_blocked(place)
        prove_part(place, request, "first", 200_000)
        assert (state(place, request), is_blocked(place)) == (ProposalState.CLOSED, False)

    def test_whole_payment_that_bounced_is_paid_again_without_a_new_request(self, place: EvmTown) -> None:
        request = paid(place)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            unprove_part(place, request, "paid", line("bounced"), by="treasurer")
        unprove_part(place, request, "paid", line("bounced"))
        assert (state(place, request), left(place)) == (ProposalState.EXECUTED, (0, WHOLE_FEN))
        assert place.read("Funds", "bankLineState", line("paid")) == BankLineState.REFUNDED
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("paid again"))
        assert state(place, request) == ProposalState.CLOSED

    def test_what_was_proven_as_it_was_executed_gets_the_date_of_the_first_second_and_no_more_time(
        self, place: EvmTown
    ) -> None:
        request = approved(place)
        notice_ends_at = place.now + 3 * DAY
        place.wait(20 * DAY)
        act(place, request, "treasurer", ProposalAct.EXECUTE_PROVEN, line("paid"))
        place.wait(DAY)
        unprove_part(place, request, "paid")
        due_at = notice_ends_at + OBJECTION_GRACE + 30 * DAY
        assert place.read("Rounds", "paymentOf", request.proposal_id())[0] == due_at
        place.wait(due_at - place.now)
        assert not is_blocked(place)
        place.wait(1)
        assert is_blocked(place)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("really paid"))
        assert not is_blocked(place)

    def test_proof_is_not_taken_back_before_what_came_back_or_was_released_since(
        self, place: EvmTown
    ) -> None:
        request = paid(place)
        part_back(place, request, "part", 1)
        with refused("ProposalReturnedInPart"):
            unprove_part(place, request, "paid")
        no_part_back(place, request, "part")
        unprove_part(place, request, "paid")
        prove_part(place, request, "first", 200_000)
        part_back(place, request, "", 100_000, paid="first")
        with refused("ProposalReturnedInPart"):
            unprove_part(place, request, "first")

    def test_proof_opens_again_only_where_three_others_are_not_open(self, place: EvmTown) -> None:
        request = paid(place)
        for number in range(3):
            executed_again(place, f"more funds {number}")
        with refused("BudgetLineBlocked"):
            unprove_part(place, request, "paid")

    def test_released_rest_is_paid_after_all_as_another_says(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        part_back(place, request, "", 100_000, paid="first")
        with refused("ProposalSecondPersonNeeded", member=member_id("cashier")):
            no_part_back(place, request, "", by="cashier")
        no_part_back(place, request, "")
        assert (state(place, request), left(place)) == (ProposalState.EXECUTED, (0, WHOLE_FEN))
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            no_part_back(place, request, "")
        place.wait(31 * DAY)
        assert is_blocked(place)
        prove_part(place, request, "second", 100_000)
        assert (state(place, request), is_blocked(place)) == (ProposalState.CLOSED, False)
        with refused("ProposalRestNotReleased"):
            no_part_back(place, request, "")

    def test_rest_that_was_spent_since_is_not_paid_after_all(self, place: EvmTown) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        part_back(place, request, "", 100_000, paid="first")
        budget(place, 200_000)
        with refused("BudgetLineExceeded", left_fen=0):
            no_part_back(place, request, "")

    def test_part_recorded_before_the_rest_is_paid_after_all_is_still_taken_back(
        self, place: EvmTown
    ) -> None:
        request = executed(place)
        prove_part(place, request, "first", 200_000)
        part_back(place, request, "", 100_000, paid="first")
        part_back(place, request, "part", 5_000, paid="first")
        no_part_back(place, request, "")
        no_part_back(place, request, "part")
        assert (returns_fen(place, request), left(place)) == (0, (0, WHOLE_FEN))


def is_blocked(place: EvmTown) -> bool:
    return bool(place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3])


def executed_again(place: EvmTown, gift: str = "more funds") -> Proposal:
    """One more request, with money of its own."""
    fund(place, gift)
    budget(place, 4 * LIMIT_FEN)
    request = submitted(place)
    approve(place, request, *FIVE)
    place.wait(7 * DAY + OBJECTION_GRACE)
    execute(place, request)
    return request
