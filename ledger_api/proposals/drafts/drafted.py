"""A draft as it is kept, and what its approvers sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wallets.intents import ApproveProposal

if TYPE_CHECKING:
    from wallets.intents import SubmitProposal


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """A draft as it is kept.

    Attributes:
        intent: What the applicant signed.
        signer: Key that signed it, 20 bytes.
        signature: As the key signed it.
        drafted_at: Seconds since 1970.
        command: Command that last carried it, or None.
        sent: Whether that command was not refused.
        approvals: Signature by the key that approved, 65 and 20 bytes.
    """

    intent: SubmitProposal
    signer: bytes
    signature: bytes
    drafted_at: int
    command: str | None = None
    sent: bool = False
    approvals: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def proposal_id(self) -> bytes:
        """Hash of the proposal, 32 bytes."""
        return self.intent.proposal.proposal_id()

    @property
    def approval(self) -> ApproveProposal:
        """What every approver signs: one call takes one deadline, so it is the applicant's."""
        return ApproveProposal(proposal=self.intent.proposal, round=1, deadline=self.intent.deadline)
