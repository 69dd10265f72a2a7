"""Intents of `IDisbursements`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from eth_abi import encode
from eth_utils import keccak

from wallets.amounts import cny_text
from wallets.errors import IntentInvalidError
from wallets.intents.base import Call, Intent, Struct, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal(Struct):
    """What is asked for. Its EIP-712 struct hash is its id.

    Attributes:
        committee: Committee that decides.
        purpose: Purpose that pays; its upper 16 bits are the fund.
        budget_line: Budget line of the purpose.
        amount_fen: In fen, over zero.
        number: Number that people use, such as 20260317.
        requester: Member who asks, 16 bytes.
        payee: Commitment to who is paid, 32 bytes.
        documents: Commitment to the documents, 32 bytes.
    """

    committee: int = typed("uint32")
    purpose: int = typed("uint32")
    budget_line: int = typed("uint32")
    amount_fen: int = typed("uint64")
    number: int = typed("uint64")
    requester: bytes = typed("bytes16")
    payee: bytes = typed("bytes32")
    documents: bytes = typed("bytes32")

    def proposal_id(self) -> bytes:
        """Its id, 32 bytes."""
        layout = self.layout()
        type_hash = keccak(text="Proposal(" + ",".join(f"{t} {n}" for n, t in layout) + ")")
        return keccak(encode(["bytes32", *(t for _, t in layout)], [type_hash, *self.as_tuple()]))


class ProposalAct(Enum):
    """What a member does with a proposal: action text, function, and whether it takes evidence."""

    RECUSE = ("回避 Recuse", "recuse", False)
    OBJECT = ("异议 Object", "object", True)
    ANSWER = ("答复异议 Answer", "answer", True)
    GIVE_OPINION = ("监督意见 Give opinion", "recordOpinion", True)
    WITHDRAW = ("撤回 Withdraw", "withdraw", False)
    PROVE_PAYMENT = ("付款凭证 Prove payment", "provePayment", True)
    EXECUTE_PROVEN = ("付款并交凭证 Pay with proof", "executeProven", True)

    @property
    def proves(self) -> bool:
        """Whether its evidence is the bank line of the payment."""
        return self in (ProposalAct.PROVE_PAYMENT, ProposalAct.EXECUTE_PROVEN)

    @property
    def text(self) -> str:
        """Action text, as the contract has it."""
        return self.value[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmitProposal(Intent):
    """A requester asks for money.

    Attributes:
        proposal: What is asked for.
        nonce: Any number; not used up, because a proposal is submitted once.
    """

    CONTRACT: ClassVar[str] = "Disbursements"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "amount", "proposal", "nonce", "deadline")
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Proposal,)

    proposal: Proposal = typed("Proposal")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "申请拨款 Ask for money"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and amount."""
        return {"action": ("string", self.action()), "amount": ("string", cny_text(self.proposal.amount_fen))}

    def call(self, signature: bytes) -> Call:
        """`submit`."""
        args = (self.proposal.as_tuple(), (self.nonce, self.deadline, signature))
        return Call(contract="Disbursements", function="submit", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApproveProposal(Intent):
    """A committee member approves. The round is the nonce: one approval per seat, proposal and round.

    Attributes:
        proposal: What is approved, whole.
        round: Round of voting, from 1.
    """

    CONTRACT: ClassVar[str] = "Disbursements"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "amount", "proposal", "round", "deadline")
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Proposal,)

    proposal: Proposal = typed("Proposal")
    round: int = typed("uint8")

    def action(self) -> str:
        """As the contract has it."""
        return "批准付款 Approve payment"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and amount."""
        return {"action": ("string", self.action()), "amount": ("string", cny_text(self.proposal.amount_fen))}

    def call(self, signature: bytes) -> Call:
        """`approve`, with this one signature."""
        signatures = [signature] if signature else []
        args = (self.proposal.as_tuple(), self.deadline, signatures)
        return Call(contract="Disbursements", function="approve", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActOnProposal(Intent):
    """Any other act on a proposal.

    Attributes:
        act: Which one.
        proposal: The proposal.
        evidence: Commitment to a statement, or the key of a bank line, 32 bytes; zeros where the act takes none.
        nonce: Next nonce of the key in its lane; not used up by withdrawing and proving, which happen once.
    """

    CONTRACT: ClassVar[str] = "Disbursements"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "proposal", "evidence", "nonce", "deadline")
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Proposal,)

    act: ProposalAct = typed("")
    proposal: Proposal = typed("Proposal")
    evidence: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return self.act.text

    @classmethod
    def chosen(cls, told: Any) -> dict[str, Any]:
        """The act, by its text."""
        return {"act": act_by_text(ProposalAct, told)}

    def call(self, signature: bytes) -> Call:
        """The function of the act."""
        _, function, takes_evidence = self.act.value
        authorization = (self.nonce, self.deadline, signature)
        evidence = (self.evidence,) if takes_evidence else ()
        return Call(
            contract="Disbursements",
            function=function,
            args=(self.proposal.as_tuple(), *evidence, authorization),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReverseDisbursement(Intent):
    """A treasurer reverses an executed proposal.

    Attributes:
        proposal: The proposal.
        incoming_bank_line: Key of the line that brought the money back, 32 bytes; zeros if none was ever proven.
        document: Commitment to the explanation, 32 bytes.
        nonce: Any number; not used up, because a payment is reversed once.
    """

    CONTRACT: ClassVar[str] = "Disbursements"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "amount", "proposal", "incomingBankLine", "document", "nonce", "deadline",
    )  # fmt: skip
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Proposal,)

    proposal: Proposal = typed("Proposal")
    incoming_bank_line: bytes = typed("bytes32")
    document: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "冲正付款 Reverse a payment"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and amount."""
        return {"action": ("string", self.action()), "amount": ("string", cny_text(self.proposal.amount_fen))}

    def call(self, signature: bytes) -> Call:
        """`reverse`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.proposal.as_tuple(), self.incoming_bank_line, self.document, authorization)
        return Call(contract="Disbursements", function="reverse", args=args)


def act_by_text(acts: type[Enum], told: Any) -> Enum:
    """The member of an act enum whose text the message has.

    Raises:
        IntentInvalidError: None has it.
    """
    text = told.get("action") if isinstance(told, dict) else None
    found = next((act for act in acts if act.value[0] == text), None)
    if found is None:
        raise IntentInvalidError(f"expected an action of {', '.join(a.value[0] for a in acts)}, got {text!r}")
    return found
