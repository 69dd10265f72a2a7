"""Requests for money (on chain: proposals), from submission to proof of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import fund_of
from audit.rules.ballots import approve, recuse, reject, retract

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log
    from audit.rules.state.tables import Row, Rule, Town

Values = dict[str, Any]

SUBMITTED, APPROVED, SUSPENDED, EXECUTED, CLOSED, WITHDRAWN, REVERSED, FAILED = range(1, 9)

KEYS = {"requests": ("proposal_id",)}


def _submitted(town: Town, log: Log, v: Values) -> None:
    decide_seconds = town["tiers"].row(log, v["committee"], v["rules_version"], v["tier"])["decide_seconds"]
    town["requests"].begin(
        log, **v, deciding_committee=v["committee"], fund=fund_of(v["purpose"]), state=SUBMITTED,
        round=1, round_started_at=log.block.time, vote_ends_at=log.block.time + decide_seconds,
        approvals=0, rejections=0, retracted=0, recusals=0, objections=0, notice_ends_at=None, approved_at=None,
        proof_due_at=None, proven_fen=0, returns_fen=0,
    )  # fmt: skip


def _tier_raised(row: Row, _log: Log, v: Values) -> None:
    row["tier"] = v["tier"]


def _notice_started(row: Row, log: Log, v: Values) -> None:
    row.update(state=APPROVED, notice_ends_at=v["notice_ends_at"], approved_at=log.block.time)


def _stops(state: int) -> Callable[[Row, Log, Values], None]:
    """What it was approved for no longer counts among what was approved lately."""
    return lambda row, _log, _v: row.update(state=state, approved_at=None)


def _taken_back(row: Row, _log: Log, v: Values) -> None:
    if any(v["incoming_bank_line"]):
        row.update(state=REVERSED, approved_at=None)
    else:
        row.update(state=APPROVED, proof_due_at=None)


def _objected(row: Row, _log: Log, _v: Values) -> None:
    row["objections"] += 1


def _new_round(row: Row, log: Log, v: Values) -> None:
    row.update(
        state=SUBMITTED, round=row["round"] + 1, round_started_at=log.block.time, vote_ends_at=v["vote_ends_at"],
        rules_version=v["rules_version"], tier=v["tier"], recusals=v["recusals"],
        approvals=0, rejections=0, retracted=0, objections=0, notice_ends_at=None,
    )  # fmt: skip


def _referred(row: Row, log: Log, v: Values) -> None:
    row["deciding_committee"] = v["committee"]
    _new_round(row, log, v)


def _executed(row: Row, _log: Log, v: Values) -> None:
    row.update(state=EXECUTED, proof_due_at=v["proof_due_at"])


def _proven(row: Row, _log: Log, _v: Values) -> None:
    row.update(state=CLOSED, proven_fen=row["amount_fen"])


def _part_proven(row: Row, _log: Log, v: Values) -> None:
    row["proven_fen"] += v["amount_fen"]
    if row["proven_fen"] == row["amount_fen"]:
        row["state"] = CLOSED


def _proof_reversed(row: Row, _log: Log, v: Values) -> None:
    """A closed request is open again."""
    row.update(state=EXECUTED, proven_fen=row["proven_fen"] - v["amount_fen"], proof_due_at=v["proof_due_at"])


def _part_returned(row: Row, _log: Log, v: Values) -> None:
    """What is left of instalments and not paid closes the request, too."""
    row.update(state=CLOSED, returns_fen=row["returns_fen"] + v["amount_fen"])


def _return_reversed(row: Row, _log: Log, v: Values) -> None:
    """Without a line it is the rest of instalments, which is paid after all."""
    row["returns_fen"] -= v["amount_fen"]
    if not any(v["bank_line"]):
        row["state"] = EXECUTED


def _becomes(state: int) -> Callable[[Row, Log, Values], None]:
    return lambda row, _log, _v: row.update(state=state)


def _changing(act: Callable[[Row, Log, Values], None]) -> Rule:
    return lambda town, log, v: act(town["requests"].change(log, v["proposal_id"]), log, v)


RULES: dict[str, Rule] = {
    "Rounds.ProposalSubmitted": _submitted,
    "Rounds.ProposalApproved": _changing(approve),
    "Rounds.MemberRecused": _changing(recuse),
    "Rounds.ProposalRejected": _changing(reject),
    "Rounds.VoteRetracted": _changing(retract),
    "Rounds.ProposalFailed": _changing(_becomes(FAILED)),
    "Rounds.ProposalTierRaised": _changing(_tier_raised),
    "Rounds.NoticeStarted": _changing(_notice_started),
    "Rounds.ObjectionRaised": _changing(_objected),
    "Rounds.ProposalSuspended": _changing(_stops(SUSPENDED)),
    "Rounds.ObjectionsAnswered": _changing(_new_round),
    "Rounds.ProposalReferred": _changing(_referred),
    "Rounds.ProposalWithdrawn": _changing(_stops(WITHDRAWN)),
    "Disbursements.ProposalExecuted": _changing(_executed),
    "Disbursements.PaymentProven": _changing(_proven),
    "PartPayments.InstalmentProven": _changing(_part_proven),
    "PartPayments.ProofReversed": _changing(_proof_reversed),
    "Disbursements.DisbursementReversed": _changing(_taken_back),
    "PartPayments.PaymentReturned": _changing(_part_returned),
    "PartPayments.ReturnReversed": _changing(_return_reversed),
}
