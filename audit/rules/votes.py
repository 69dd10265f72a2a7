"""The approvals of a decision: who signed them, with which seat, and whether they suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.eip712 import amount_text, digest, recovered
from audit.rules.intents import APPROVE
from audit.rules.membership import CLASSES

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.evidence.trust import Trust
    from audit.rules.membership import Membership

Values = dict[str, Any]


def approving_keys(call: Transaction, proposal: Values, voting_round: int, trust: Trust) -> list[bytes]:
    """Addresses of the keys that approved in a call: those of the signatures, or its sender where there are none.

    Args:
        call: A call of `approve` or `submitApproved`.
        proposal: What they approved, as it was submitted.
        voting_round: The running round.
        trust: Tells chain and contract that they signed for.

    Raises:
        DecodeError: A signature recovers to no key.
        KeyError: The call carries no approvals.
    """
    if not call.args["signatures"]:
        return [call.sender]
    message = {
        "action": APPROVE["action"], "amount": amount_text(proposal["amount_fen"]), "proposal": proposal,
        "round": voting_round, "deadline": call.args["deadline"],
    }  # fmt: skip
    signed = digest(
        APPROVE["message"],
        message,
        contract="Disbursements",
        chain_id=trust.chain_id,
        address=trust.address("Disbursements"),
    )
    return [recovered(signed, signature) for signature in call.args["signatures"]]


def suffices(
    membership: Membership, proposal: Values, rule: Values, approvals: set[int], recusals: set[int]
) -> bool:
    """Whether approvals reach the rule's share of the seats not recused, and its minimum of every class.

    Args:
        membership: Knows the committee's seats.
        proposal: What is decided.
        rule: The tier of the committee's rules that judges it.
        approvals: Numbers of the seats that approved.
        recusals: Numbers of the seats that stay out.
    """
    committee = membership.committees[proposal["committee"]].values
    base = committee["seats"] - len(recusals)
    if not approvals or len(approvals) * rule["yes_denominator"] < base * rule["yes_numerator"]:
        return False
    return all(
        sum(committee[f"{name}_seats"] >> seat & 1 for seat in approvals) >= rule[f"min_{name}"]
        for name in CLASSES
    )


def seats_of(mask: int) -> set[int]:
    """Numbers of the seats in a set of one bit per seat."""
    return {seat for seat in range(16) if mask >> seat & 1}
