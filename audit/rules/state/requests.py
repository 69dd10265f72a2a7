"""Requests for money (on chain: proposals), from submission to proof of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import fund_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

SUBMITTED, APPROVED, SUSPENDED, EXECUTED, CLOSED, WITHDRAWN, REVERSED = range(1, 8)

KEYS = {"requests": ("proposal_id",)}


def _submitted(town: Town, log: Log, v: Values) -> None:
    decide_seconds = town["tiers"].row(log, v["committee"], v["rules_version"], v["tier"])["decide_seconds"]
    town["requests"].begin(
        log, **v, fund=fund_of(v["purpose"]), decide_seconds=decide_seconds, state=SUBMITTED,
        round=1, round_started_at=log.block.time, vote_ends_at=log.block.time + decide_seconds,
        approvals=0, recusals=0, objections=0, notice_ends_at=None, proof_due_at=None,
    )  # fmt: skip


def _approved(row: Row, _log: Log, v: Values) -> None:
    row["approvals"] |= v["seats"]


def _recused(row: Row, _log: Log, v: Values) -> None:
    seat = 1 << v["seat"]
    row["recusals"] |= seat
    row["approvals"] &= ~seat


def _notice_started(row: Row, _log: Log, v: Values) -> None:
    row.update(state=APPROVED, notice_ends_at=v["notice_ends_at"])


def _objected(row: Row, _log: Log, _v: Values) -> None:
    row["objections"] += 1


def _answered(row: Row, log: Log, _v: Values) -> None:
    row.update(
        state=SUBMITTED, round=row["round"] + 1, round_started_at=log.block.time,
        vote_ends_at=log.block.time + row["decide_seconds"], approvals=0, objections=0, notice_ends_at=None,
    )  # fmt: skip


def _executed(row: Row, _log: Log, v: Values) -> None:
    row.update(state=EXECUTED, proof_due_at=v["proof_due_at"])


def _becomes(state: int) -> Callable[[Row, Log, Values], None]:
    return lambda row, _log, _v: row.update(state=state)


def _changing(act: Callable[[Row, Log, Values], None]) -> Rule:
    return lambda town, log, v: act(town["requests"].change(log, v["proposal_id"]), log, v)


RULES: dict[str, Rule] = {
    "Disbursements.ProposalSubmitted": _submitted,
    "Disbursements.ProposalApproved": _changing(_approved),
    "Disbursements.MemberRecused": _changing(_recused),
    "Disbursements.NoticeStarted": _changing(_notice_started),
    "Disbursements.ObjectionRaised": _changing(_objected),
    "Disbursements.ProposalSuspended": _changing(_becomes(SUSPENDED)),
    "Disbursements.ObjectionsAnswered": _changing(_answered),
    "Disbursements.ProposalWithdrawn": _changing(_becomes(WITHDRAWN)),
    "Disbursements.ProposalExecuted": _changing(_executed),
    "Disbursements.PaymentProven": _changing(_becomes(CLOSED)),
    "Disbursements.DisbursementReversed": _changing(_becomes(REVERSED)),
}
