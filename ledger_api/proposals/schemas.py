"""JSON forms of proposals and what happened to them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.enums import ProposalState, SeatClass
from contracts.events import (
    MemberRecused,
    NoticeStarted,
    ObjectionAcknowledged,
    ObjectionRaised,
    ProposalApproved,
    ProposalExecuted,
    ProposalReferred,
    ProposalSubmitted,
    TierSet,
)
from indexer.projections.request import Phase
from ledger_api.finality import Answer, Record
from ledger_api.forms import ByName, Form, Id32, MemberId, Moment, PayeeId, RequestId, event_field


class StepKind(StrEnum):
    """What happened to a proposal."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETRACTED = "retracted"
    RECUSED = "recused"
    FAILED = "failed"
    TIER_RAISED = "tier_raised"
    REFERRED = "referred"
    NOTICE_STARTED = "notice_started"
    OBJECTION = "objection"
    ACKNOWLEDGED = "acknowledged"
    SUSPENDED = "suspended"
    ANSWERED = "answered"
    OPINION = "opinion"
    WITHDRAWN = "withdrawn"
    EXECUTED = "executed"
    PROVEN = "proven"
    UNDONE = "undone"
    REVERSED = "reversed"
    PART_PROVEN = "part_proven"
    PROOF_REVERSED = "proof_reversed"
    PART_RETURNED = "part_returned"
    REST_RELEASED = "rest_released"
    RETURN_REVERSED = "return_reversed"


# What begins a round of voting.
BEGINNINGS = (StepKind.SUBMITTED, StepKind.ANSWERED, StepKind.REFERRED)


class Step(Record):
    """One thing that happened to a proposal. Fields that its kind does not have are null."""

    kind: StepKind = Field(description="What happened.")
    log_index: int = Field(description="Place of its event in the block.")
    committee: int = Field(description="Committee that decided from here on.")
    round: int | None = event_field(ProposalApproved, "round")
    seats: list[int] | None = Field(description="Seats that approved now, from 0.")
    seat: int | None = event_field(MemberRecused, "seat")
    member: MemberId | None = Field(
        description="Member who did it; an objector is null but for that person and the committee."
    )
    statement: Id32 | None = event_field(ObjectionRaised, "statement")
    objections: int | None = event_field(ObjectionRaised, "objections")
    notice_ends_at: Moment | None = event_field(NoticeStarted, "notice_ends_at")
    received_at: Moment | None = event_field(ObjectionAcknowledged, "received_at")
    proof_due_at: Moment | None = event_field(ProposalExecuted, "proof_due_at")
    amount_fen: int | None = Field(description="In fen: asked for, executed, or come back.")
    bank_line: Id32 | None = Field(
        description="Key of the bank line that proves it, or brought the money back."
    )


class Vote(StrEnum):
    """What a seat did in the present round."""

    APPROVED = "approved"
    AGAINST = "against"
    RETRACTED = "retracted"
    RECUSED = "recused"
    NONE = "none"


class SeatVote(Form):
    """A seat of the committee and its vote in the present round."""

    seat: int = Field(description="Number of the seat, from 0.")
    seat_class: ByName[SeatClass] | None = Field(description="Whom it speaks for.")
    member: MemberId | None = Field(description="Member who holds it; null if it is free.")
    vote: Vote = Field(description="approved, against, retracted (an approval), recused or none.")


class ClassTally(Form):
    """Approvals of one class of seats."""

    seat_class: ByName[SeatClass] = Field(description="Whom these seats speak for.")
    seats: int = Field(description="Seats of this class.")
    approvals: int = Field(description="Seats of this class that approved in the present round.")
    needed: int = Field(description="At least so many must.")


class Tally(Form):
    """Approvals of the present round against the rule that judges the proposal."""

    approvals: int = Field(description="Seats that approved.")
    needed: int = Field(description="So many seats must, of all.")
    yes_numerator: int = event_field(TierSet, "yes_numerator")
    yes_denominator: int = event_field(TierSet, "yes_denominator")
    classes: list[ClassTally] = Field(
        description="By class, in the order DONOR, RESIDENT, OFFICIAL, ENTERPRISE."
    )
    seats: list[SeatVote] = Field(description="By seat.")


class ProposalTerms(Form):
    """What a proposal asks for."""

    proposal_id: RequestId = event_field(ProposalSubmitted, "proposal_id")
    number: int = event_field(ProposalSubmitted, "number")
    fund: int = Field(description="Fund of the purpose that pays.")
    committee: int = event_field(ProposalSubmitted, "committee")
    purpose: int = event_field(ProposalSubmitted, "purpose")
    budget_line: int = event_field(ProposalSubmitted, "budget_line")
    amount_fen: int = event_field(ProposalSubmitted, "amount_fen")
    requester: MemberId = event_field(ProposalSubmitted, "requester")
    payee: PayeeId = event_field(ProposalSubmitted, "payee")
    documents: Id32 = event_field(ProposalSubmitted, "documents")


class Proposal(ProposalTerms, Record):
    """A proposal and where it stands."""

    deciding_committee: int = event_field(ProposalReferred, "committee")
    rules_version: int = event_field(ProposalSubmitted, "rules_version")
    tier: int = event_field(ProposalSubmitted, "tier")
    state: ByName[ProposalState] = Field(description="State on the chain.")
    phase: Phase = Field(description="Where it stands at the time of the block that this answer is of.")
    round: int = Field(description="Present round of voting, from 1.")
    vote_ends_at: Moment = Field(description="Last second of the present round.")
    notice_ends_at: Moment | None = event_field(NoticeStarted, "notice_ends_at")
    proof_due_at: Moment | None = event_field(ProposalExecuted, "proof_due_at")
    proven_fen: int = Field(description="What bank lines proved of it, in fen.")
    returns_fen: int = Field(
        description="What came back in parts, or was left of instalments and not paid, in fen."
    )


class ProposalDetail(Answer):
    """A proposal with its votes and all that happened."""

    proposal: Proposal
    tally: Tally
    timeline: list[Step] = Field(description="In the order of the chain.")
