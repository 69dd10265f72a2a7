"""JSON forms of drafts. Signatures are never shown: until a draft is sent, an approval can be taken back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Path
from pydantic import Field

from ledger_api.finality import Answer
from ledger_api.forms import Form, MemberId, Moment
from ledger_api.intents.schemas import Draft
from ledger_api.proposals.schemas import ProposalTerms, Tally

# Where drafts are kept and approved.
ADDRESS = "/v1/proposals/drafts"
ProposalId = Annotated[str, Path(max_length=66, description="Hash of the proposal, 0x and 64 hex digits.")]


class DraftState(StrEnum):
    """Where a draft stands."""

    COLLECTING = "collecting"
    READY = "ready"
    SENT = "sent"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


class ApprovalLeftOut(Form):
    """An approval that counts no more: its key called it back, or used it up for another act and somebody called it back."""

    member: MemberId = Field(description="Whose approval it is.")
    called_back_at: Moment | None = Field(
        description="When that member called it back; null if they used its number for another act, and another member called it back."
    )


class ProposalDraft(ProposalTerms):
    """A request that its applicant signed, and that is not on the chain before it is sent."""

    drafted_at: Moment = Field(description="When it was drafted.")
    expires_at: Moment = Field(description="Last second at which it may arrive on the chain.")
    state: DraftState = Field(
        description="collecting: approvals are missing. ready: it may be sent. sent: its command is on the way."
        " submitted: it is a proposal on the chain. expired: it was not sent in time."
    )
    command: str | None = Field(
        description="Command that last carried it; null until it is sent. If it was refused, the draft may be sent again."
    )
    tally: Tally | None = Field(
        description="Approvals of seats and keys in force now; null if the committee's rules do not reach the amount."
    )
    left_out: list[ApprovalLeftOut] = Field(
        description="Approvals that were collected and count no more. Such a member cannot approve this draft again."
    )


class ProposalDraftDetail(Answer):
    """A draft with what its approvers sign."""

    draft: ProposalDraft
    approval: Draft = Field(description="What every member of the committee signs to approve it.")
