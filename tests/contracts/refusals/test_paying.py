"""Paying and its proof: what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import ProposalState
from tests.conftest import signer
from tests.contracts.deciding import (
    FIVE,
    act,
    approve,
    approved,
    execute,
    executed,
    reversal,
    reverse,
    signed,
    state,
    submit,
    submitted,
    twice,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BUDGET_LINE,
    DAY,
    DEADLINE,
    GENERAL,
    OBJECTION_GRACE,
    STAIRWELL,
    line,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ProposalAct,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestPaying:
    @pytest.mark.parametrize(
        "changes",
        [{"amount_fen": 300_001}, {"payee": b"x" * 32}, {"documents": b"x" * 32}, {"purpose": STAIRWELL}],
        ids=["amount", "payee", "documents", "purpose"],
    )
    def test_anything_other_than_what_was_approved_is_not_executed(
        self, place: EvmTown, changes: dict[str, Any]
    ) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("ProposalNotIn", needed=ProposalState.APPROVED, found=ProposalState.NONE):
            execute(place, replace(request, **changes))

    def test_request_is_executed_once(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            execute(place, request)

    def test_more_than_the_purpose_holds_is_not_paid(self, place: EvmTown) -> None:
        request = submitted(place)
        approve(place, request, *FIVE)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("LedgerBalanceInsufficient"):
            execute(place, request)

    def test_executed_request_is_not_withdrawn(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            act(place, request, "requester", ProposalAct.WITHDRAW)

    def test_withdrawn_request_is_not_submitted_again(self, place: EvmTown) -> None:
        request = submitted(place)
        act(place, request, "requester", ProposalAct.WITHDRAW)
        with refused("ProposalExists"):
            submit(place, request)

    def test_payment_is_not_proven_by_a_used_line(self, place: EvmTown) -> None:
        request = executed(place)
        with refused("FundsBankLineUsed"):
            act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("funds"))

    def test_payment_is_proven_by_the_treasurer_only(self, place: EvmTown) -> None:
        with refused("MembersRoleMissing"):
            act(place, executed(place), "requester", ProposalAct.PROVE_PAYMENT, line("out"))

    def test_request_on_notice_is_not_paid_with_proof(self, place: EvmTown) -> None:
        with refused("ProposalNoticeRunning"):
            act(place, approved(place), "treasurer", ProposalAct.EXECUTE_PROVEN, line("out"))

    def test_payment_with_proof_is_the_treasurers_only(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        with refused("MembersRoleMissing"):
            act(place, request, "requester", ProposalAct.EXECUTE_PROVEN, line("out"))
        assert state(place, request) == ProposalState.APPROVED

    def test_signed_proof_does_not_pay(self, place: EvmTown) -> None:
        """Whoever proves a payment has not said that it shall be executed."""
        request = approved(place)
        place.wait(3 * DAY + OBJECTION_GRACE)
        proof = ActOnProposal(
            act=ProposalAct.PROVE_PAYMENT, proposal=request, evidence=line("out"), nonce=0, deadline=DEADLINE
        )
        signature = signer("treasurer").sign_intent(proof, place.domain("Disbursements")).signature
        call = replace(proof, act=ProposalAct.EXECUTE_PROVEN).call(signature)
        with refused("MembersKeyUnknown"):
            place.send(signer("relayer"), call.contract, call.function, *call.args)

    def test_line_with_an_overdue_proof_is_blocked(self, place: EvmTown) -> None:
        executed(place)
        place.wait(30 * DAY)
        submit(place, proposal(1))
        place.wait(1)
        with refused("BudgetLineBlocked", budget_line=BUDGET_LINE):
            submit(place, proposal(1))

    def test_proof_of_the_first_of_two_leaves_no_date_behind(self, place: EvmTown) -> None:
        """Nor is a place that is free a date that is over."""
        first = executed(place)
        second = submitted(place, 100_000)
        approve(place, second, *FIVE)
        place.wait(3 * DAY + OBJECTION_GRACE)
        execute(place, second)
        act(place, first, "treasurer", ProposalAct.PROVE_PAYMENT, line("out"))
        assert not place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]

    def test_what_was_never_paid_has_no_line(self, place: EvmTown) -> None:
        request = executed(place)
        never = replace(reversal(request, bytes(32), 0), bank_line=line("out"))
        with refused("ProposalReversalNeedsBankLine"):
            place.act(signer("treasurer"), never)

    def test_proven_payment_is_reversed_only_by_the_money_that_came_back(self, place: EvmTown) -> None:
        request = executed(place)
        act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("out"))
        with refused("ProposalReversalNeedsBankLine"):
            reverse(place, request, bytes(32))
        with refused("FundsBankLineUsed"):
            reverse(place, request, line("out"), by="cashier")

    def test_what_was_never_executed_is_not_reversed(self, place: EvmTown) -> None:
        with refused("FundsEntryUnknown"):
            reverse(place, approved(place), line("in"))


class TestModulesOnly:
    @pytest.mark.parametrize(
        ("contract", "function", "args"),
        [
            ("Budgets", "spend", (BUDGET_LINE, GENERAL, 1, 0)),
            ("Budgets", "giveBack", (BUDGET_LINE, 1, 0)),
            ("Budgets", "prove", (BUDGET_LINE, 1)),
        ],
    )
    def test_budgets_are_the_modules(
        self, place: EvmTown, contract: str, function: str, args: tuple[Any, ...]
    ) -> None:
        with refused("BudgetsModuleNotAdmitted"):
            place.send(signer("steward"), contract, function, *args)

    def test_rounds_are_the_modules(self, place: EvmTown) -> None:
        request = submitted(place)
        with refused("RoundsModuleNotAdmitted"):
            place.send(signer("steward"), "Rounds", "execute", request.proposal_id())


class TestCarriedTwice:
    """Whoever holds a signed intent may carry it again: it counts once."""

    def test_request(self, place: EvmTown) -> None:
        twice(
            place,
            "requester",
            SubmitProposal(proposal=proposal(), nonce=0, deadline=DEADLINE),
            "MembersNonceUsed",
        )

    def test_withdrawal(self, place: EvmTown) -> None:
        twice(place, "requester", signed(submitted(place), ProposalAct.WITHDRAW), "MembersNonceUsed")

    def test_proof(self, place: EvmTown) -> None:
        proof = signed(executed(place), ProposalAct.PROVE_PAYMENT, line("out"))
        twice(place, "treasurer", proof, "MembersNonceUsed")

    def test_payment_with_proof(self, place: EvmTown) -> None:
        paid = signed(approved(place), ProposalAct.EXECUTE_PROVEN, line("out"))
        place.wait(3 * DAY + OBJECTION_GRACE)
        twice(place, "treasurer", paid, "MembersNonceUsed")

    def test_reversal(self, place: EvmTown) -> None:
        """What was executed by mistake is executed anew: the signed reversal does not stop it a second time."""
        request = executed(place)
        undone = reversal(request, bytes(32), DEADLINE)
        place.carry(signer("treasurer"), undone)
        execute(place, request)
        with refused("MembersNonceUsed"):
            place.carry(signer("treasurer"), undone)

    def test_recusal(self, place: EvmTown) -> None:
        twice(place, "donor one", signed(submitted(place), ProposalAct.RECUSE), "MembersNonceUsed")

    def test_opinion(self, place: EvmTown) -> None:
        twice(place, "supervisor", signed(submitted(place), ProposalAct.GIVE_OPINION), "MembersNonceUsed")

    def test_objections_and_answer_of_a_round_do_not_count_in_the_next(self, place: EvmTown) -> None:
        request = approved(place)
        neighbours = ("neighbour one", "neighbour two")
        objection, answer = signed(request, ProposalAct.OBJECT), signed(request, ProposalAct.ANSWER)
        for name in neighbours:
            place.carry(signer(name), objection)
        place.carry(signer("requester"), answer)
        place.wait(1)
        approve(place, request, *FIVE, round_number=2)
        for name in neighbours:
            with refused("MembersNonceUsed"):
                place.carry(signer(name), objection)
        for name in ("resident one", "resident two"):
            act(place, request, name, ProposalAct.OBJECT)
        with refused("MembersNonceUsed"):
            place.carry(signer("requester"), answer)
        assert state(place, request) == ProposalState.SUSPENDED
