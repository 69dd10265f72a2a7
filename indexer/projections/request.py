"""Requests for money, from submission to proof of payment (on chain: proposals, `Disbursements` and `Rounds`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.accounts import fund_of
from contracts.enums import ProposalState
from contracts.events import (
    DisbursementReversed,
    InstalmentProven,
    MemberRecused,
    NoticeStarted,
    ObjectionRaised,
    ObjectionsAnswered,
    PaymentProven,
    PaymentReturned,
    ProofReversed,
    ProposalApproved,
    ProposalExecuted,
    ProposalFailed,
    ProposalReferred,
    ProposalRejected,
    ProposalSubmitted,
    ProposalSuspended,
    ProposalTierRaised,
    ProposalWithdrawn,
    ReturnReversed,
    VoteRetracted,
)
from indexer.projections.committee import Tier, tiers
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

# What was approved lapses so long after its notice, suspended or not (`Rounds.EXECUTION_SECONDS`).
EXECUTION_SECONDS = 90 * 24 * 3600
# So long after the notice acknowledged objections may arrive, and nothing is executed (`Floors.OBJECTION_GRACE`).
GRACE_SECONDS = 24 * 3600
# What is approved adds up in its period and the next one (`RecentSum.PERIOD_SECONDS`).
PERIOD_SECONDS = 30 * 24 * 3600


@dataclass(kw_only=True)
class Request(Version):
    """A request. Dates are seconds since 1970."""

    proposal_id: bytes = column("Its id, 32 bytes.")
    number: int = column("Number that people use.")
    committee: int = column("Committee that was asked; it is part of the id.")
    deciding_committee: int = column(
        "Committee that decides: the one that was asked, or one above to which it was referred."
    )
    fund: int = column("Fund of the purpose that pays.")
    purpose: int = column("Purpose that pays.")
    budget_line: int = column("Budget line that it counts against.")
    amount_fen: int = column("Asked for, in fen.")
    requester: bytes = column("Member who asks, 16 bytes.")
    payee: bytes = column("Commitment to the payee, 32 bytes.")
    documents: bytes = column("Commitment to the documents, 32 bytes.")
    rules_version: int = column("Version of the deciding committee's rules that judge it.")
    tier: int = column("Tier of these rules.")
    state: ProposalState = column("State on the chain.")
    round: int = column("Present round of voting, from 1.")
    round_started_at: int = column("When the present round began.")
    vote_ends_at: int = column("Last second of the present round.")
    approvals: int = column(
        "Seats that approved in the present round, a bit each; those recused are not among them."
    )
    rejections: int = column("Seats against it in the present round, a bit each.")
    retracted: int = column("Seats that took their approval of the present round back, a bit each.")
    recusals: int = column("Seats whose holders stay out, a bit each.")
    objections: int = column("Objections to the present notice.")
    notice_ends_at: int | None = column("First second after the notice; null without one.")
    approved_at: int | None = column(
        "When it was approved; null unless that counts among what its line, requester and payee got lately."
    )
    proof_due_at: int | None = column(
        "Last second at which the proof is in time; null before it is executed."
    )
    proven_fen: int = column(
        "What bank lines proved of it, in fen; what came back in parts is still among it."
    )
    returns_fen: int = column("What came back in parts, or was left of instalments and not paid, in fen.")


class Phase(StrEnum):
    """Where a request stands in time; finer than its state, because time passes without an event."""

    VOTING = "voting"
    VOTE_OVER = "vote_over"
    FAILED = "failed"
    NOTICE = "notice"
    GRACE = "grace"
    PAYABLE = "payable"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    PROOF_DUE = "proof_due"
    PROOF_OVERDUE = "proof_overdue"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


_TIMELESS = {
    ProposalState.FAILED: Phase.FAILED,
    ProposalState.CLOSED: Phase.CLOSED,
    ProposalState.WITHDRAWN: Phase.WITHDRAWN,
    ProposalState.REVERSED: Phase.REVERSED,
}


def phase(request: Request, block_time: int) -> Phase:
    """Where a request stands at a moment, by the comparisons that `Rounds` makes.

    Args:
        request: The request.
        block_time: Time of a block, seconds since 1970.
    """
    if request.state in _TIMELESS:
        return _TIMELESS[request.state]
    if request.state == ProposalState.SUBMITTED:
        return Phase.VOTING if block_time <= request.vote_ends_at else Phase.VOTE_OVER
    if request.state == ProposalState.EXECUTED:
        return Phase.PROOF_DUE if block_time <= (request.proof_due_at or 0) else Phase.PROOF_OVERDUE
    return _approved_phase(request, block_time - (request.notice_ends_at or 0))


def _approved_phase(request: Request, seconds: int) -> Phase:
    """Where a request stands that was approved, so many seconds after its notice."""
    if seconds >= EXECUTION_SECONDS:
        return Phase.LAPSED
    if request.state == ProposalState.SUSPENDED:
        return Phase.SUSPENDED
    if seconds < 0:
        return Phase.NOTICE
    return Phase.GRACE if seconds < GRACE_SECONDS else Phase.PAYABLE


requests = Noun(
    "requests", Request, key=("proposal_id",),
    open_indexes=[
        ("block_number", "log_index"), ("fund", "block_number", "log_index"), ("state", "block_number", "log_index"),
        ("state", "vote_ends_at"), ("state", "notice_ends_at"), ("number",), ("budget_line", "state"), ("requester", "block_number", "log_index"),
        ("fund", "approved_at"),
    ],
)  # fmt: skip


@requests.begins(ProposalSubmitted, look_up=tiers)
def _submitted(event: ProposalSubmitted, block: Block, tier: Tier) -> Request:
    return Request(
        proposal_id=event.proposal_id,
        number=event.number,
        committee=event.committee,
        deciding_committee=event.committee,
        fund=fund_of(event.purpose),
        purpose=event.purpose,
        budget_line=event.budget_line,
        amount_fen=event.amount_fen,
        requester=event.requester,
        payee=event.payee,
        documents=event.documents,
        rules_version=event.rules_version,
        tier=event.tier,
        state=ProposalState.SUBMITTED,
        round=1,
        round_started_at=block.time,
        vote_ends_at=block.time + tier.decide_seconds,
        approvals=0,
        rejections=0,
        retracted=0,
        recusals=0,
        objections=0,
        notice_ends_at=None,
        approved_at=None,
        proof_due_at=None,
        proven_fen=0,
        returns_fen=0,
    )


@requests.changes(ProposalApproved)
def _approved(request: Request, event: ProposalApproved, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    require(event.round == request.round, event, f"round {request.round}", event.round)
    request.approvals |= event.seats


@requests.changes(MemberRecused)
def _recused(request: Request, event: MemberRecused, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    _retract(request, event.seat)
    request.recusals |= 1 << event.seat


@requests.changes(ProposalRejected)
def _rejected(request: Request, event: ProposalRejected, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    require(event.round == request.round, event, f"round {request.round}", event.round)
    _retract(request, event.seat)
    request.rejections |= 1 << event.seat


@requests.changes(VoteRetracted)
def _vote_retracted(request: Request, event: VoteRetracted, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    require(event.round == request.round, event, f"round {request.round}", event.round)
    _retract(request, event.seat)


@requests.changes(ProposalFailed)
def _failed(request: Request, event: ProposalFailed, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED, ProposalState.SUSPENDED)
    require(event.round == request.round, event, f"round {request.round}", event.round)
    request.state = ProposalState.FAILED


@requests.changes(ProposalTierRaised)
def _tier_raised(request: Request, event: ProposalTierRaised, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    require(event.tier > request.tier, event, f"a tier above {request.tier}", event.tier)
    request.tier = event.tier


@requests.changes(NoticeStarted)
def _notice_started(request: Request, event: NoticeStarted, block: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    request.state, request.notice_ends_at = ProposalState.APPROVED, event.notice_ends_at
    request.approved_at = block.time


@requests.changes(ObjectionRaised)
def _objected(request: Request, event: ObjectionRaised, _: Block) -> None:
    _require_state(request, event, ProposalState.APPROVED)
    require(event.objections == request.objections + 1, event, request.objections + 1, event.objections)
    request.objections = event.objections


@requests.changes(ProposalSuspended)
def _suspended(request: Request, event: ProposalSuspended, _: Block) -> None:
    _require_state(request, event, ProposalState.APPROVED)
    request.state, request.approved_at = ProposalState.SUSPENDED, None


@requests.changes(ObjectionsAnswered)
def _answered(request: Request, event: ObjectionsAnswered, block: Block) -> None:
    _require_state(request, event, ProposalState.SUSPENDED)
    _begin_round(request, event, block)


@requests.changes(ProposalReferred)
def _referred(request: Request, event: ProposalReferred, block: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED)
    is_another = event.committee != request.deciding_committee
    require(is_another, event, "another committee", event.committee)
    request.deciding_committee = event.committee
    _begin_round(request, event, block)


@requests.changes(ProposalWithdrawn)
def _withdrawn(request: Request, event: ProposalWithdrawn, _: Block) -> None:
    _require_state(request, event, ProposalState.SUBMITTED, ProposalState.APPROVED, ProposalState.SUSPENDED)
    request.state, request.approved_at = ProposalState.WITHDRAWN, None


@requests.changes(ProposalExecuted)
def _executed(request: Request, event: ProposalExecuted, _: Block) -> None:
    _require_state(request, event, ProposalState.APPROVED)
    request.state, request.proof_due_at = ProposalState.EXECUTED, event.proof_due_at


@requests.changes(PaymentProven)
def _proven(request: Request, event: PaymentProven, _: Block) -> None:
    _require_state(request, event, ProposalState.EXECUTED)
    request.state, request.proven_fen = ProposalState.CLOSED, request.amount_fen


@requests.changes(InstalmentProven)
def _part_proven(request: Request, event: InstalmentProven, _: Block) -> None:
    _require_state(request, event, ProposalState.EXECUTED)
    request.proven_fen += event.amount_fen
    require(
        request.proven_fen <= request.amount_fen,
        event,
        f"at most {request.amount_fen} fen",
        request.proven_fen,
    )
    if request.proven_fen == request.amount_fen:
        request.state = ProposalState.CLOSED


@requests.changes(ProofReversed)
def _proof_reversed(request: Request, event: ProofReversed, _: Block) -> None:
    """What was closed is open again, with its date."""
    _require_state(request, event, ProposalState.EXECUTED, ProposalState.CLOSED)
    request.state, request.proof_due_at = ProposalState.EXECUTED, event.proof_due_at
    request.proven_fen -= event.amount_fen
    require(request.proven_fen >= 0, event, "a payment that was proven", event.amount_fen)


@requests.changes(DisbursementReversed)
def _reversed(request: Request, event: DisbursementReversed, _: Block) -> None:
    if any(event.incoming_bank_line):
        _require_state(request, event, ProposalState.CLOSED)
        request.state, request.approved_at = ProposalState.REVERSED, None
    else:
        # It was never paid: it may be executed anew, or withdrawn.
        _require_state(request, event, ProposalState.EXECUTED)
        request.state, request.proof_due_at = ProposalState.APPROVED, None


@requests.changes(PaymentReturned)
def _part_returned(request: Request, event: PaymentReturned, _: Block) -> None:
    """Of what was paid; or what is left of instalments and is not paid, which closes the request."""
    is_rest = not any(event.incoming_bank_line)
    _require_state(request, event, ProposalState.EXECUTED if is_rest else ProposalState.CLOSED)
    request.state, request.returns_fen = ProposalState.CLOSED, request.returns_fen + event.amount_fen
    left_fen = request.amount_fen - request.returns_fen
    require(left_fen >= 0, event, f"at most {request.amount_fen} fen back", request.returns_fen)


@requests.changes(ReturnReversed)
def _return_reversed(request: Request, event: ReturnReversed, _: Block) -> None:
    """That a part came back; or that what is left of instalments is not paid, and then the request is open again."""
    is_rest = not any(event.bank_line)
    _require_state(request, event, ProposalState.CLOSED, *([] if is_rest else [ProposalState.EXECUTED]))
    if is_rest:
        request.state = ProposalState.EXECUTED
    request.returns_fen -= event.amount_fen
    require(request.returns_fen >= 0, event, "a part that came back", event.amount_fen)


def _begin_round(request: Request, event: ObjectionsAnswered | ProposalReferred, block: Block) -> None:
    """A new round of voting, in which no earlier vote counts."""
    require(event.round == request.round + 1, event, f"round {request.round + 1}", event.round)
    request.state, request.round = ProposalState.SUBMITTED, event.round
    request.rules_version, request.tier = event.rules_version, event.tier
    request.round_started_at, request.vote_ends_at = block.time, event.vote_ends_at
    request.approvals = request.rejections = request.retracted = request.objections = 0
    request.recusals = event.recusals
    request.notice_ends_at = None


def _retract(request: Request, seat: int) -> None:
    """Takes the vote of a seat back, whatever it was."""
    bit = 1 << seat
    request.retracted |= request.approvals & bit
    request.approvals &= ~bit
    request.rejections &= ~bit


def _require_state(request: Request, event: object, *states: ProposalState) -> None:
    expected = " or ".join(state.name for state in states)
    require(request.state in states, event, expected, ProposalState(request.state).name)
