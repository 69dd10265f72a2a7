"""One bank line that paid several requests: each is closed by one signature, and each is taken back by another person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, ProposalState, Role
from tests.conftest import member_id, signer
from tests.contracts.deciding import FIVE, act, approve, budget, execute, fund, reverse, state, submit
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
    proposal,
)
from tests.contracts.refusals.test_parts_of_payments import part_back, unprove_part
from wallets.intents import ProposalAct, ProveJointPayment, ReverseProof

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Proposal

PARTS_FEN = (100_000, 70_000, 30_000)
OTHER_FUND = FUND + 1


def ready(place: EvmTown) -> list[Proposal]:
    """Three requests to one payee, of which the first is executed and the others may be."""
    fund(place)
    budget(place, LIMIT_FEN)
    requests = [proposal(amount_fen) for amount_fen in PARTS_FEN]
    for request in requests:
        submit(place, request)
        approve(place, request, *FIVE)
    place.wait(3 * DAY + OBJECTION_GRACE)
    execute(place, requests[0])
    return requests


def prove(place: EvmTown, requests: list[Proposal], by: str = "treasurer", name: str = "joint") -> None:
    intent = ProveJointPayment(
        proposals=tuple(requests), bank_line=line(name), nonce=fresh_nonce(), deadline=DEADLINE
    )
    place.carry(signer(by), intent)


def held(place: EvmTown) -> tuple[int, int]:
    """What the purpose has, and what the budget line has spent, in fen."""
    balance = place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, GENERAL))
    return balance, place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[2]


def states(place: EvmTown, requests: list[Proposal]) -> set[ProposalState]:
    return {state(place, request) for request in requests}


def test_one_line_closes_three_requests_executed_or_not(place: EvmTown) -> None:
    requests = ready(place)
    prove(place, requests)
    assert states(place, requests) == {ProposalState.CLOSED}
    assert held(place) == (LIMIT_FEN - sum(PARTS_FEN), sum(PARTS_FEN))
    assert place.read("Funds", "bankLineState", line("joint")) == BankLineState.JOINT_PAYMENT
    place.wait(60 * DAY)
    assert not place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]


def test_line_or_request_is_used_once(place: EvmTown) -> None:
    requests = ready(place)
    with refused("FundsBankLineUsed"):
        prove(place, [*requests, requests[0]])
    with refused("FundsBankLineUsed", bank_line=line("funds")):
        prove(place, requests, name="funds")
    prove(place, requests[:2])
    with refused("ProposalNotIn", found=ProposalState.CLOSED):
        prove(place, requests[1:], name="another")
    with refused("FundsBankLineUsed", bank_line=line("joint")):
        act(place, requests[2], "treasurer", ProposalAct.EXECUTE_PROVEN, line("joint"))


def test_one_request_is_no_joint_payment_nor_are_those_of_two_funds(place: EvmTown) -> None:
    requests = ready(place)
    with refused("JointPaymentOfOne"):
        prove(place, requests[:1])
    elsewhere = replace(requests[1], purpose=OTHER_FUND << 16 | 1)
    with refused("JointPaymentOfSeveralFunds", fund=FUND, other=OTHER_FUND):
        prove(place, [requests[0], elsewhere])


def test_who_took_part_in_one_of_the_decisions_proves_none_of_them(place: EvmTown) -> None:
    place.send(signer("registrar"), "Members", "grantRole", member_id("donor one"), Role.TREASURER, FUND, FAR)
    requests = ready(place)
    with refused("ProposalProverTookPart", member=member_id("donor one")):
        prove(place, requests, by="donor one")
    with refused("MembersRoleMissing", scope=FUND):
        prove(place, requests, by="volunteer")
    assert states(place, requests) == {ProposalState.EXECUTED, ProposalState.APPROVED}


def test_request_on_notice_holds_the_others_back(place: EvmTown) -> None:
    requests = ready(place)
    late = proposal(1)
    submit(place, late)
    approve(place, late, *FIVE)
    with refused("ProposalNoticeRunning"):
        prove(place, [*requests, late])


class TestTakenBack:
    """Each request for itself, and the line is free when all of it was a mistake."""

    def test_one_that_the_line_had_not_paid_is_open_again_and_the_others_stay_closed(
        self, place: EvmTown
    ) -> None:
        requests = ready(place)
        prove(place, requests)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            unprove_part(place, requests[1], "joint", by="treasurer")
        unprove_part(place, requests[1], "joint")
        assert [state(place, request) for request in requests] == [
            ProposalState.CLOSED, ProposalState.EXECUTED, ProposalState.CLOSED,
        ]  # fmt: skip
        with refused("FundsEntryUnknown"):
            unprove_part(place, requests[1], "joint")
        act(place, requests[1], "treasurer", ProposalAct.PROVE_PAYMENT, line("its own"))
        assert states(place, requests) == {ProposalState.CLOSED}
        assert place.read("Funds", "bankLineState", line("joint")) == BankLineState.JOINT_PAYMENT

    def test_line_is_free_once_all_of_it_was_a_mistake_and_another_proves_it_anew(
        self, place: EvmTown
    ) -> None:
        requests = ready(place)
        prove(place, requests)
        for request in requests:
            with refused("FundsBankLineUsed"):
                prove(place, requests)
            unprove_part(place, request, "joint")
        assert place.read("Funds", "bankLineState", line("joint")) == BankLineState.UNUSED
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            prove(place, requests, by="cashier")
        prove(place, requests)
        assert states(place, requests) == {ProposalState.CLOSED}

    def test_what_came_back_of_one_leaves_the_line_in_use_for_ever(self, place: EvmTown) -> None:
        requests = ready(place)
        prove(place, requests[:2])
        unprove_part(place, requests[0], "joint", line("bounced"))
        unprove_part(place, requests[1], "joint")
        assert place.read("Funds", "bankLineState", line("joint")) == BankLineState.JOINT_PAYMENT
        with refused("FundsBankLineUsed"):
            prove(place, requests[:2])

    def test_a_part_or_all_of_one_comes_back(self, place: EvmTown) -> None:
        requests = ready(place)
        prove(place, requests)
        with refused("FundsSecondPersonNeeded", bank_line=line("joint"), treasurer=member_id("treasurer")):
            part_back(place, requests[0], "part", 1, by="treasurer", paid="joint")
        part_back(place, requests[0], "part", 1_000, paid="joint")
        reverse(place, requests[2], line("whole"), by="cashier", paid="joint")
        assert state(place, requests[2]) == ProposalState.REVERSED
        gone_fen = sum(PARTS_FEN[:2]) - 1_000
        assert held(place) == (LIMIT_FEN - gone_fen, gone_fen)

    def test_key_of_a_share_is_no_line_that_anybody_names(self, place: EvmTown) -> None:
        """Named by it a share was taken back and stayed in its joint payment, whose line was then in use for ever (p62)."""
        requests = ready(place)
        prove(place, requests)
        use = requests[1].proposal_id()[:15]
        share = keccak(encode(["bytes32", "bytes15"], [line("joint"), use]))
        assert place.read("Funds", "bankLineState", share) == BankLineState.SHARE
        intent = ReverseProof(
            proposal=requests[1], bank_line=share, incoming_bank_line=bytes(32), document=b"d" * 32,
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        with refused("FundsEntryUnknown", bank_line=share):
            place.carry(signer("cashier"), intent)

    def test_request_that_the_line_did_not_pay_has_nothing_to_take_back(self, place: EvmTown) -> None:
        requests = ready(place)
        prove(place, requests[:2])
        with refused("FundsEntryUnknown"):
            unprove_part(place, requests[2], "joint")
