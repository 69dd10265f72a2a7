"""Payments of several requests by one bank line: what was signed is the sum of the requests that it closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.accounts import fund_of

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.report.findings import Tally

JOINT, PROVEN, REVERSED, SUBMITTED = (
    "Disbursements.JointPaymentProven",
    "Disbursements.PaymentProven",
    "PartPayments.ProofReversed",
    "Rounds.ProposalSubmitted",
)


def require_freed_lines(tally: Tally, history: History) -> None:
    """A line of a proof that was a mistake is free again; that of a joint payment with the last request that it had not paid."""
    left_fen: dict[bytes, int] = {}
    for log in history.logs(JOINT, REVERSED):
        v = log.values
        if log.name == JOINT:
            left_fen[v["bank_line"]] = v["total_fen"]
            continue
        is_free = not any(v["incoming_bank_line"])
        if is_free and v["bank_line"] in left_fen:
            left_fen[v["bank_line"]] -= v["amount_fen"]
            is_free = left_fen[v["bank_line"]] == 0
        what = "流水是否又能用 whether the line is free again"
        tally.expect_equal(log.where, what, expected=is_free, got=v["line_free"])
        if is_free:
            left_fen.pop(v["bank_line"], None)


def require_joint_sums(tally: Tally, history: History) -> None:
    """Each is of at least two requests of one fund, closed in its transaction, and comes to their sum."""
    requests = {log.values["proposal_id"]: log.values["proposal"] for log in history.logs(SUBMITTED)}
    open_: dict[tuple[int, int], tuple[Log, list[dict[str, int]]]] = {}
    for log in history.logs(JOINT, PROVEN):
        place = log.block.number, log.tx_index
        if log.name == JOINT:
            open_[place] = log, []
        elif place in open_ and log.values["proposal_id"] in requests:
            open_[place][1].append(requests[log.values["proposal_id"]])
    for log, paid in open_.values():
        v, funds = log.values, {fund_of(request["purpose"]) for request in paid}
        what = "合并付款的申请数 requests of the joint payment"
        tally.expect_equal(log.where, what, expected=len(paid), got=v["requests"])
        several = f"合并付款不是同一基金的几项申请 {len(paid)} requests of {len(funds)} funds"
        tally.expect(len(paid) > 1 and len(funds) == 1, log.where, several)
        what, total_fen = (
            "合并付款的合计（分） sum of the joint payment in fen",
            sum(r["amount_fen"] for r in paid),
        )
        tally.expect_equal(log.where, what, expected=total_fen, got=v["total_fen"])
