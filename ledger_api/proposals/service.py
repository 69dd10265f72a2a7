"""Where a proposal stands, who voted, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import ProposalState
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed, id_bytes
from ledger_api.members.service import committee_detail
from ledger_api.mirror import pick, told_by
from ledger_api.proposals import repository
from ledger_api.proposals.schemas import Phase, Proposal, ProposalDetail, Step, StepKind
from ledger_api.proposals.tally import tally
from wallets.intents import Proposal as SignedProposal

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    from ledger_api.mirror import Reading
    from ledger_api.proposals.schemas import Tally

# An approval lapses so long after its notice (`Disbursements.EXECUTION_SECONDS`).
EXECUTION_SECONDS = 90 * 24 * 3600

ENDED = {
    ProposalState.SUSPENDED: Phase.SUSPENDED,
    ProposalState.CLOSED: Phase.CLOSED,
    ProposalState.WITHDRAWN: Phase.WITHDRAWN,
    ProposalState.REVERSED: Phase.REVERSED,
}


def phase_of(
    state: ProposalState, now: int, vote_ends_at: int, notice_ends_at: int, proof_due_at: int
) -> Phase:
    """Where a proposal stands at a moment, by the comparisons that `Disbursements` makes.

    Args:
        state: Its state on the chain.
        now: Seconds since 1970.
        vote_ends_at: Last second of the present round.
        notice_ends_at: First second at which it may be executed; 0 before.
        proof_due_at: Last second at which the proof is in time; 0 before.
    """
    if state in ENDED:
        return ENDED[state]
    if state == ProposalState.SUBMITTED:
        return Phase.VOTING if now <= vote_ends_at else Phase.VOTE_OVER
    if state == ProposalState.EXECUTED:
        return Phase.PROOF_DUE if now <= proof_due_at else Phase.PROOF_OVERDUE
    if now < notice_ends_at:
        return Phase.NOTICE
    return Phase.PAYABLE if now < notice_ends_at + EXECUTION_SECONDS else Phase.LAPSED


def proposal_of(mirror: Reading, row: Row[Any]) -> Proposal:
    """A row of `repository.proposals` as a proposal."""
    state, vote_ends_at = ProposalState(row.state), row.round_started_at + row.decide_seconds
    phase = phase_of(state, mirror.head.time, vote_ends_at, row.notice_ends_at or 0, row.proof_due_at or 0)
    return mirror.record(Proposal, row, fund=row.purpose >> 16, phase=phase, vote_ends_at=vote_ends_at)


def signed_form(proposal: Proposal) -> SignedProposal:
    """What of a request is signed: all that was asked for, nothing of what became of it."""
    told = {name: getattr(proposal, name) for name in SignedProposal.__dataclass_fields__}
    return SignedProposal(**told)


async def proposals_of(mirror: Reading, query: Select[Any]) -> list[Proposal]:
    """The proposals of a query."""
    return [proposal_of(mirror, row) for row in await mirror.rows(query)]


async def id_of(mirror: Reading, told: str) -> bytes:
    """Id of a proposal by its id, or by the number that people use; of two with one number, the earlier.

    Raises:
        NotFoundError: No proposal has this number.
        QueryInvalidError: It is neither.
    """
    if not told.isdecimal():
        return id_bytes(told, 32)
    columns = repository.submitted.c
    numbered = repository.proposals().where(columns.number == (int(told) if len(told) < 19 else 0))
    row = await mirror.first(numbered.order_by(columns.block_number, columns.log_index).limit(1))
    if row is None:
        raise NotFoundError("proposal", told)
    return bytes(row.proposal_id)


async def proposal_detail(mirror: Reading, proposal_id: bytes) -> ProposalDetail:
    """A proposal with its votes and all that happened.

    Raises:
        NotFoundError: There is no such proposal.
    """
    row = await mirror.first(repository.proposals().where(repository.submitted.c.proposal_id == proposal_id))
    if row is None:
        raise NotFoundError("proposal", hexed(proposal_id))
    proposal = proposal_of(mirror, row)
    timeline = await timeline_of(mirror, proposal_id)
    tally = await _tally(mirror, proposal, timeline)
    return ProposalDetail(proposal=proposal, tally=tally, timeline=timeline, **mirror.head.stands())


async def timeline_of(mirror: Reading, proposal_id: bytes) -> list[Step]:
    """All that happened to a proposal, in the order of the chain."""
    steps = [
        _step(mirror, kind, row)
        for event, kind in repository.STEPS.items()
        for row in await mirror.rows(repository.steps(event, proposal_id))
    ]
    return sorted(steps, key=lambda step: (step.block_number, step.log_index))


def _step(mirror: Reading, kind: StepKind, row: Row[Any]) -> Step:
    told: dict[str, Any] = dict.fromkeys(Step.model_fields) | pick(Step, row)
    told["seats"] = bits(row.seats) if kind == StepKind.APPROVED else None
    told["member"] = told_by(row, "member", "requester", "treasurer")
    told["bank_line"] = told_by(row, "bank_line", "incoming_bank_line")
    told["statement"] = told_by(row, "statement", "document")
    return Step(**told | {"kind": kind, "standing": mirror.standing(row.block_number)})


def bits(mask: int) -> list[int]:
    """Numbers of the bits that are set, lowest first."""
    return [seat for seat in range(mask.bit_length()) if mask >> seat & 1]


async def _tally(mirror: Reading, proposal: Proposal, timeline: list[Step]) -> Tally:
    rule = await mirror.first(repository.rule(proposal.committee, proposal.rules_version, proposal.tier))
    if rule is None:
        raise NotFoundError("rule", f"{proposal.committee}/{proposal.rules_version}/{proposal.tier}")
    recused = {step.seat for step in timeline if step.kind == StepKind.RECUSED}
    approved = {
        seat
        for step in timeline
        if step.kind == StepKind.APPROVED and step.round == proposal.round
        for seat in step.seats or ()
    } - recused
    return tally((await committee_detail(mirror, proposal.committee)).seats, rule, approved, recused)
