"""The approvals of a decision: who signed them, with which seat, and whether they suffice, or still may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.eip712 import amount_text, digest
from audit.decode.keccak import keccak
from audit.errors import DecodeError
from audit.rules.intents import APPROVE
from audit.rules.membership import CLASSES
from audit.rules.signatures import Verifiers, signer_of
from audit.rules.signing import verifiers_of

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.evidence.trust import Trust

Values = dict[str, Any]


def approving_keys(call: Transaction, proposal: Values, voting_round: int, trust: Trust) -> list[bytes]:
    """Addresses of the keys that approved in a call: those of the signatures, or its sender where there are none.

    A signature that nobody made is left out, as it does not count.

    Args:
        call: A call of `approve` or `submitApproved`.
        proposal: What they approved, as it was submitted.
        voting_round: The running round.
        trust: Tells the chain that they signed for; the version of the contract is the one that was called.

    Raises:
        KeyError: The call carries no approvals.
    """
    if not call.args["signatures"]:
        return [call.sender]
    signed = approval_digest(call, proposal, voting_round, trust)
    verifiers = verifiers_of(trust)
    keys = (_signer(signed, signature, verifiers) for signature in call.args["signatures"])
    return [key for key in keys if key is not None]


def approval_digest(call: Transaction, proposal: Values, voting_round: int, trust: Trust) -> bytes:
    """What the approvals sign that a call carries, 32 bytes.

    Args:
        call: The call; it tells the deadline, and the version of the contract.
        proposal: What is approved, as it was submitted.
        voting_round: The running round.
        trust: Tells the chain that they sign for.
    """
    message = {
        "action": APPROVE["action"], "amount": amount_text(proposal["amount_fen"]), "proposal": proposal,
        "round": voting_round, "deadline": call.args["deadline"],
    }  # fmt: skip
    return digest(
        APPROVE["message"],
        message,
        contract="Disbursements",
        chain_id=trust.chain_id,
        address=bytes(call.to or b""),
    )


def approval_nonce(proposal_id: bytes, voting_round: int) -> bytes:
    """Nonce that the approvals of a round share, 32 bytes: an approval does not use it up, but who signed may call it back."""
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


def _signer(signed: bytes, signature: bytes, verifiers: Verifiers) -> bytes | None:
    try:
        return signer_of(signed, signature, verifiers)[0]
    except DecodeError:
        return None
