"""Queries for proposals. Their state is computed from what happened to them; no table holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from contracts.enums import ProposalState
from contracts.events import (
    CommitteeOpened,
    DisbursementReversed,
    MemberRecused,
    NoticeStarted,
    ObjectionRaised,
    ObjectionsAnswered,
    OpinionRecorded,
    PaymentProven,
    ProposalApproved,
    ProposalExecuted,
    ProposalSubmitted,
    ProposalSuspended,
    ProposalWithdrawn,
    TierSet,
)
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from ledger_api.mirror import recorded, times
from ledger_api.proposals.schemas import StepKind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from contracts.types import Event

STEPS: dict[type[Event], StepKind] = {
    ProposalSubmitted: StepKind.SUBMITTED,
    ProposalApproved: StepKind.APPROVED,
    MemberRecused: StepKind.RECUSED,
    NoticeStarted: StepKind.NOTICE_STARTED,
    ObjectionRaised: StepKind.OBJECTION,
    ProposalSuspended: StepKind.SUSPENDED,
    ObjectionsAnswered: StepKind.ANSWERED,
    OpinionRecorded: StepKind.OPINION,
    ProposalWithdrawn: StepKind.WITHDRAWN,
    ProposalExecuted: StepKind.EXECUTED,
    PaymentProven: StepKind.PROVEN,
    DisbursementReversed: StepKind.REVERSED,
}

submitted = EVENT_TABLES[ProposalSubmitted]


def _count(event: type[Event]) -> ColumnElement[int]:
    return times(event, "proposal_id", submitted.c.proposal_id)


def last_of(event: type[Event], column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of the last event of a kind that happened to a proposal."""
    table = EVENT_TABLES[event]
    return (
        select(column)
        .select_from(table.join(blocks, blocks.c.number == table.c.block_number))
        .where(table.c.proposal_id == submitted.c.proposal_id)
        .order_by(table.c.block_number.desc(), table.c.log_index.desc())
        .limit(1)
        .scalar_subquery()
    )


# Each objection that suspends ends a notice, and each answer ends a suspension and begins a round.
STATE = case(
    (_count(DisbursementReversed) > 0, ProposalState.REVERSED),
    (_count(PaymentProven) > 0, ProposalState.CLOSED),
    (_count(ProposalExecuted) > 0, ProposalState.EXECUTED),
    (_count(ProposalWithdrawn) > 0, ProposalState.WITHDRAWN),
    (_count(ProposalSuspended) > _count(ObjectionsAnswered), ProposalState.SUSPENDED),
    (_count(NoticeStarted) > _count(ProposalSuspended), ProposalState.APPROVED),
    else_=ProposalState.SUBMITTED,
)


def in_state(state: ProposalState) -> ColumnElement[bool]:
    """Only proposals in a state."""
    return STATE.in_((state,))


def _decide_seconds() -> ColumnElement[int]:
    tier = EVENT_TABLES[TierSet]
    return select(tier.c.decide_seconds).where(_is_rule(tier.c)).limit(1).scalar_subquery()


def _is_rule(columns: Any) -> ColumnElement[bool]:
    judged_by: ColumnElement[bool] = (
        (columns.committee == submitted.c.committee)
        & (columns.version == submitted.c.rules_version)
        & (columns.tier == submitted.c.tier)
    )
    return judged_by


def proposals() -> Select[Any]:
    """All proposals with their state and the moments that count."""
    return recorded(
        ProposalSubmitted,
        STATE.label("state"),
        (_count(ObjectionsAnswered) + 1).label("round"),
        func.coalesce(last_of(ObjectionsAnswered, blocks.c.time), blocks.c.time).label("round_started_at"),
        _decide_seconds().label("decide_seconds"),
        last_of(NoticeStarted, EVENT_TABLES[NoticeStarted].c.notice_ends_at).label("notice_ends_at"),
        last_of(ProposalExecuted, EVENT_TABLES[ProposalExecuted].c.proof_due_at).label("proof_due_at"),
    )


def steps(event: type[Event], proposal_id: bytes) -> Select[Any]:
    """What happened to a proposal, of one kind."""
    return recorded(event).where(EVENT_TABLES[event].c.proposal_id == proposal_id)


def rule_in_force(committee: int, amount_fen: int) -> Select[Any]:
    """The tier that would judge a proposal submitted now: the lowest of the last version that reaches its amount."""
    tiers = EVENT_TABLES[TierSet].c
    last = select(func.max(tiers.version)).where(tiers.committee == committee).scalar_subquery()
    fits = (tiers.committee == committee) & (tiers.version == last) & (tiers.up_to_fen >= amount_fen)
    return select(EVENT_TABLES[TierSet]).where(fits).order_by(tiers.tier).limit(1)


def rule(committee: int, version: int, tier: int) -> Select[Any]:
    """The tier that judges a proposal, with the seats of the committee."""
    tiers, opened = EVENT_TABLES[TierSet], EVENT_TABLES[CommitteeOpened]
    seats = [c for c in opened.c if c.name.endswith("seats")]
    return (
        select(*tiers.c, *seats)
        .join_from(tiers, opened, opened.c.committee == tiers.c.committee)
        .where(tiers.c.committee == committee, tiers.c.version == version, tiers.c.tier == tier)
    )
