"""Requests for money with their votes and payments, and budget lines, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import fund_of
from audit.rules.ballots import approve, recuse, reject, retract
from audit.rules.state.requests import (
    APPROVED,
    CLOSED,
    EXECUTED,
    FAILED,
    REVERSED,
    SUBMITTED,
    SUSPENDED,
    WITHDRAWN,
)
from audit.rules.stored.things import Begin, Fields, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log

NO_VOTES = {"approvals": 0, "rejections": 0, "retracted": 0, "objections": 0}


def _progress(v: Values) -> Thing:
    return Thing("Rounds", "_progress", (v["proposal_id"],))


def _payment(v: Values) -> Thing:
    return Thing("Rounds", "paymentOf", (v["proposal_id"],))


def _line(number: int) -> Thing:
    return Thing("Budgets", "_lines", (number,))


BEGINS: dict[str, Begin] = {
    "Rounds.ProposalSubmitted": lambda v: [_progress(v), _payment(v)],
    "Budgets.BudgetLineSet": lambda v: [_line(v["budget_line"])],
}


def _submitted(stored: Stored, log: Log, v: Values) -> None:
    request = v["proposal"]
    tier = stored[Thing("Committees", "_tiers", (request["committee"], v["rules_version"], v["tier"]))]
    time = log.block.time
    stored[_progress(v)] = {
        "state": SUBMITTED, "round": 1, "rulesVersion": v["rules_version"], "tier": v["tier"], "recusals": 0, **NO_VOTES,
        "fundsUp": 0,
        "roundStartedAt": time, "endsAt": time + tier["decideSeconds"], "approvedAt": 0,
    }  # fmt: skip
    stored[_payment(v)] = {"proofDueAt": 0, "instalmentsFen": 0, "returnsFen": 0, "releasedBy": bytes(8)}
    stored.requests[v["proposal_id"]] = request


def _noticed(row: Fields, log: Log, v: Values) -> None:
    row.update(state=APPROVED, endsAt=v["notice_ends_at"], approvedAt=log.block.time)


def _new_round(row: Fields, log: Log, v: Values) -> None:
    row.update(
        NO_VOTES, state=SUBMITTED, round=v["round"], rulesVersion=v["rules_version"], tier=v["tier"], recusals=v["recusals"],
        roundStartedAt=log.block.time, endsAt=v["vote_ends_at"],
    )  # fmt: skip


def _referred(stored: Stored, log: Log, v: Values) -> None:
    row = stored[_progress(v)]
    _new_round(row, log, v)
    above = stored[Thing("Committees", "_committees", (v["committee"],))]["fund"]
    row["fundsUp"] = _funds_up(stored, fund_of(stored.request(v["proposal_id"])["purpose"]), above)


def _funds_up(stored: Stored, fund: int, above: int) -> int:
    """How many funds one stands above another.

    Raises:
        StateError: It does not.
    """
    steps = 0
    while fund != above:
        fund, steps = stored.parent(fund), steps + 1
    return steps


def _sets(*parameters: str, **fields: Any) -> Callable[[Fields, Log, Values], None]:
    return lambda row, _log, v: row.update(fields, **{name: v[name] for name in parameters})


def _on_progress(change: Callable[[Fields, Log, Values], None]) -> Rule:
    return lambda stored, log, v: change(stored[_progress(v)], log, v)


def _executed(stored: Stored, log: Log, v: Values) -> None:
    stored[_progress(v)]["state"] = EXECUTED
    line = _line_of(stored, v)
    line["spentFen"] += v["amount_fen"]
    # What is proven in the same transaction has no proof to come.
    if v["proof_due_at"] != log.block.time:
        stored[_payment(v)]["proofDueAt"] = v["proof_due_at"]
        line["openProofs"] = sorted([*line["openProofs"], v["proof_due_at"]])


def _proven(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_progress(v)]["state"] = CLOSED
    _free(stored, v)


def _reversed(stored: Stored, log: Log, v: Values) -> None:
    """What was executed and not paid is approved as before; what was paid and came back is over."""
    del log
    _line_of(stored, v)["spentFen"] -= stored.request(v["proposal_id"])["amount_fen"]
    if any(v["incoming_bank_line"]):
        stored[_progress(v)].update(state=REVERSED, approvedAt=0)
    else:
        stored[_progress(v)]["state"] = APPROVED
        _free(stored, v)


def _instalment(stored: Stored, log: Log, v: Values) -> None:
    """The last one proves the payment."""
    payment, amount_fen = stored[_payment(v)], stored.request(v["proposal_id"])["amount_fen"]
    payment["instalmentsFen"] += v["amount_fen"]
    if payment["instalmentsFen"] == amount_fen:
        _proven(stored, log, v)


def _proof_reversed(stored: Stored, log: Log, v: Values) -> None:
    """What was closed is open again, with its date."""
    del log
    payment, progress = stored[_payment(v)], stored[_progress(v)]
    if payment["instalmentsFen"]:
        payment["instalmentsFen"] -= v["amount_fen"]
    payment["proofDueAt"] = v["proof_due_at"]
    if progress["state"] == CLOSED:
        _reopen(stored, v)


def _reopen(stored: Stored, v: Values) -> None:
    stored[_progress(v)]["state"] = EXECUTED
    line = _line_of(stored, v)
    line["openProofs"] = sorted([*line["openProofs"], stored[_payment(v)]["proofDueAt"]])


def _part_returned(stored: Stored, log: Log, v: Values) -> None:
    """Of what was paid; or what is left of instalments and is not paid, which closes the request."""
    del log
    _line_of(stored, v)["spentFen"] -= v["amount_fen"]
    if any(v["incoming_bank_line"]):
        stored[_payment(v)]["returnsFen"] += v["amount_fen"]
        return
    stored[_progress(v)]["state"] = CLOSED
    stored[_payment(v)]["releasedBy"] = _person(v["treasurer"])
    _free(stored, v)


def _return_reversed(stored: Stored, log: Log, v: Values) -> None:
    del log
    _line_of(stored, v)["spentFen"] += v["amount_fen"]
    if any(v["bank_line"]):
        stored[_payment(v)]["returnsFen"] -= v["amount_fen"]
        return
    stored[_payment(v)]["releasedBy"] = bytes(8)
    _reopen(stored, v)


def _person(member: bytes) -> bytes:
    """A member in eight bytes, as `BankLineUses.person` has it."""
    halves = int.from_bytes(member[:8], "big") ^ int.from_bytes(member[8:], "big")
    return (halves | 1 << 63).to_bytes(8, "big")


def _free(stored: Stored, v: Values) -> None:
    """The proof of a payment is not open any more."""
    line = _line_of(stored, v)
    proofs, due_at = list(line["openProofs"]), stored[_payment(v)]["proofDueAt"]
    if due_at in proofs:
        proofs.remove(due_at)
    line["openProofs"] = proofs


def _line_of(stored: Stored, v: Values) -> Fields:
    return stored[_line(stored.request(v["proposal_id"])["budget_line"])]


def _fund_opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored.parents[v["fund"]] = v["parent"]


def _line_set(stored: Stored, log: Log, v: Values) -> None:
    del log
    row = stored.setdefault(_line(v["budget_line"]), {"spentFen": 0, "openProofs": []})
    row.update(purpose=v["purpose"], limitFen=v["limit_fen"])


RULES: dict[str, Rule] = {
    "Rounds.ProposalSubmitted": _submitted,
    "Rounds.ProposalApproved": _on_progress(approve),
    "Rounds.ProposalRejected": _on_progress(reject),
    "Rounds.VoteRetracted": _on_progress(retract),
    "Rounds.MemberRecused": _on_progress(recuse),
    "Rounds.ProposalFailed": _on_progress(_sets(state=FAILED)),
    "Rounds.ProposalTierRaised": _on_progress(_sets("tier")),
    "Rounds.NoticeStarted": _on_progress(_noticed),
    "Rounds.ObjectionRaised": _on_progress(_sets("objections")),
    "Rounds.ProposalSuspended": _on_progress(_sets(state=SUSPENDED, approvedAt=0)),
    "Rounds.ObjectionsAnswered": _on_progress(_new_round),
    "Rounds.ProposalReferred": _referred,
    "Rounds.ProposalWithdrawn": _on_progress(_sets(state=WITHDRAWN, approvedAt=0)),
    "Disbursements.ProposalExecuted": _executed,
    "Disbursements.PaymentProven": _proven,
    "Disbursements.DisbursementReversed": _reversed,
    "PartPayments.InstalmentProven": _instalment,
    "PartPayments.ProofReversed": _proof_reversed,
    "PartPayments.PaymentReturned": _part_returned,
    "PartPayments.ReturnReversed": _return_reversed,
    "Budgets.BudgetLineSet": _line_set,
    "Funds.FundOpened": _fund_opened,
}
