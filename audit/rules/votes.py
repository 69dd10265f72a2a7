"""The approvals of a decision: who signed them, with which seat, and whether they suffice, or still may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from audit.decode.eip712 import amount_text, digest, recovered
from audit.errors import DecodeError
from audit.rules.intents import APPROVE
from audit.rules.membership import CLASSES

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.evidence.trust import Trust

Values = dict[str, Any]


def approving_keys(call: Transaction, proposal: Values, voting_round: int, trust: Trust) -> list[bytes]:
    """Addresses of the keys that approved in a call: those of the signatures, or its sender where there are none.

    A signature that recovers to no key is left out, as it does not count.

    Args:
        call: A call of `approve` or `submitApproved`.
        proposal: What they approved, as it was submitted.
        voting_round: The running round.
        trust: Tells chain and contract that they signed for.

    Raises:
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
    keys = (_recovered(signed, signature) for signature in call.args["signatures"])
    return [key for key in keys if key is not None]


def approval_nonce(proposal_id: bytes, voting_round: int) -> bytes:
    """Nonce that the approvals of a round share, 32 bytes: nothing uses it up, but who signed may call it back."""
    return keccak(proposal_id + voting_round.to_bytes(32, "big"))


def has_share(committee: Values, rule: Values, seats: set[int]) -> bool:
    """Whether the agreement of seats reaches the rule's share of all seats."""
    return bool(len(seats) * rule["yes_denominator"] >= committee["seats"] * rule["yes_numerator"])


def suffices(committee: Values, rule: Values, seats: set[int]) -> bool:
    """Whether the agreement of seats reaches the rule's share of all seats, and its minimum of every class.

    Args:
        committee: The committee as it was opened.
        rule: The tier of the committee's rules that judges.
        seats: Numbers of the seats that agree.
    """
    return has_share(committee, rule, seats) and all(
        sum(committee[f"{name}_seats"] >> seat & 1 for seat in seats) >= rule[f"min_{name}"]
        for name in CLASSES
    )


def may_suffice(committee: Values, rule: Values, lost: set[int]) -> bool:
    """Whether a vote may still pass: the agreement of all seats would do, but for those that are lost to it.

    Args:
        committee: The committee as it was opened.
        rule: The tier of the committee's rules that judges.
        lost: Numbers of the seats that cannot approve any more in this round.
    """
    return suffices(committee, rule, set(range(committee["seats"])) - lost)


def is_nowhere_laxer(committee: Values, new: Values, old: Values) -> bool:
    """Whether a tier asks for at least as much as another: votes, classes, notice, and as few objections to suspend."""
    needed = [-(-committee["seats"] * r["yes_numerator"] // r["yes_denominator"]) for r in (new, old)]
    least = all(new[name] >= old[name] for name in (*(f"min_{c}" for c in CLASSES), "notice_seconds"))
    return needed[0] >= needed[1] and least and new["objections_to_suspend"] <= old["objections_to_suspend"]


def seats_of(mask: int) -> set[int]:
    """Numbers of the seats in a set of one bit per seat."""
    return {seat for seat in range(16) if mask >> seat & 1}


def _recovered(signed: bytes, signature: bytes) -> bytes | None:
    try:
        return recovered(signed, signature)
    except DecodeError:
        return None
