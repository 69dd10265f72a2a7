"""What happened to a proposal, as the chain tells it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, tuple_

from contracts.events import (
    DisbursementReversed,
    InstalmentProven,
    IntentCancelled,
    MemberRecused,
    NoticeStarted,
    ObjectionAcknowledged,
    ObjectionRaised,
    ObjectionsAnswered,
    OpinionRecorded,
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
from indexer.history import EVENT_TABLES
from kit.prepared import Prepared, prepared
from ledger_api.history import recorded, timeline
from ledger_api.proposals.schemas import Step, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

    from contracts.types import Event
    from ledger_api.mirror import Reading

KINDS: dict[type[Event], StepKind] = {
    ProposalSubmitted: StepKind.SUBMITTED,
    ProposalApproved: StepKind.APPROVED,
    ProposalRejected: StepKind.REJECTED,
    VoteRetracted: StepKind.RETRACTED,
    MemberRecused: StepKind.RECUSED,
    ProposalFailed: StepKind.FAILED,
    ProposalTierRaised: StepKind.TIER_RAISED,
    ProposalReferred: StepKind.REFERRED,
    NoticeStarted: StepKind.NOTICE_STARTED,
    ObjectionRaised: StepKind.OBJECTION,
    ObjectionAcknowledged: StepKind.ACKNOWLEDGED,
    ProposalSuspended: StepKind.SUSPENDED,
    ObjectionsAnswered: StepKind.ANSWERED,
    OpinionRecorded: StepKind.OPINION,
    ProposalWithdrawn: StepKind.WITHDRAWN,
    ProposalExecuted: StepKind.EXECUTED,
    PaymentProven: StepKind.PROVEN,
    DisbursementReversed: StepKind.REVERSED,
    InstalmentProven: StepKind.PART_PROVEN,
    ProofReversed: StepKind.PROOF_REVERSED,
    PaymentReturned: StepKind.PART_RETURNED,
    ReturnReversed: StepKind.RETURN_REVERSED,
}
# Field of a step: columns of events that tell it.
COLUMNS = {
    "committee": ("committee",),
    "round": ("round",),
    "seats": ("seats",),
    "seat": ("seat",),
    "member": ("member", "requester", "treasurer"),
    "statement": ("statement", "document"),
    "objections": ("objections",),
    "notice_ends_at": ("notice_ends_at",),
    "received_at": ("received_at",),
    "proof_due_at": ("proof_due_at",),
    "amount_fen": ("amount_fen",),
    "bank_line": ("incoming_bank_line", "bank_line"),
}
# What money that came back is, if none did.
UNPAID = {StepKind.REVERSED: StepKind.UNDONE, StepKind.PART_RETURNED: StepKind.REST_RELEASED}
TIMELINE = timeline(KINDS, "proposal_id", COLUMNS)


async def timeline_of(mirror: Reading, proposal_id: bytes) -> list[Step]:
    """All that happened to a proposal, in the order of the chain."""
    rows = await mirror.rows(Prepared(TIMELINE, {"thing": proposal_id}))
    # A request begins with the committee that was asked; each referral names the next one.
    deciding: Iterator[int] = accumulate(
        (row.committee for row in rows), lambda before, named: named or before
    )
    steps = [
        mirror.record(Step, row, committee=committee, seats=None if row.seats is None else bits(row.seats))
        for row, committee in zip(rows, deciding, strict=True)
    ]
    return [_unpaid(step) if step.kind in UNPAID else step for step in steps]


def _unpaid(step: Step) -> Step:
    """What names no line that brought money back undoes an execution, or releases what is left of it: it was not paid."""
    came_back = step.bank_line is not None and any(step.bank_line)
    return step if came_back else step.model_copy(update={"kind": UNPAID[step.kind], "bank_line": None})


@prepared
def objected_to_by(
    member: bytes, before: tuple[int, int] | None, limit: int
) -> Select[tuple[bytes, int, int]]:
    """Ids of the proposals of others to which a member objected, with the place of the last time, the latest first.

    Args:
        member: 16 bytes.
        before: Only what the member objected to last before this place on the chain; None takes all.
        limit: How many.
    """
    objections, submissions = EVENT_TABLES[ObjectionRaised], EVENT_TABLES[ProposalSubmitted].c
    again, columns = objections.alias(), objections.c
    place = columns.block_number, columns.log_index
    is_repeated = exists().where(
        again.c.proposal_id == columns.proposal_id,
        again.c.member == member,
        tuple_(again.c.block_number, again.c.log_index) > tuple_(*place),
    )
    is_own = exists().where(submissions.proposal_id == columns.proposal_id, submissions.requester == member)
    query = select(columns.proposal_id, *place).where(columns.member == member, ~is_repeated, ~is_own)
    query = query if before is None else query.where(tuple_(*place) < tuple_(*before))
    return query.order_by(*(column.desc() for column in place)).limit(limit)


def bits(mask: int) -> list[int]:
    """Numbers of the bits that are set, lowest first."""
    return [seat for seat in range(mask.bit_length()) if mask >> seat & 1]


def called_back_at(taker: bytes, nonce: bytes) -> Select[Any]:
    """Who called back what was signed for a contract under a nonce, and when.

    Args:
        taker: Address of the contract, 20 bytes.
        nonce: 32 bytes.
    """
    columns = EVENT_TABLES[IntentCancelled].c
    return recorded(IntentCancelled).where(columns.taker == taker, columns.nonce == nonce)
