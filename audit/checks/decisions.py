"""C15.2 to C15.8: every disbursement was approved, noticed, executed and proven by the rules, and these kept their limits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.chain.history import once
from audit.checks.check import check
from audit.decode.accounts import fund_of
from audit.report.findings import Tally
from audit.rules.floors import require_floors, require_terms
from audit.rules.joint_payments import require_freed_lines, require_joint_sums
from audit.rules.proposals import Proposals

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result

MAX_OPEN_PROOFS = 3
RULES = ("C15.2", "C15.3", "C15.4", "C15.5", "C15.6")

Values = dict[str, Any]


@check("C15.2", "批准均为有效席位签名", "Every approval is a seat's valid signature")
def approvals(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Approvals are EIP-712 signatures over the proposal by seats and keys in force, not recused, not the requester's."""
    return _replayed(tally, history, bundle, trust)


@check("C15.3", "票数与各类席位达到规则", "Shares and class minima of the rules are reached")
def thresholds(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """The notice begins with exactly the approval that reaches share and class minima of the version in force, and what recusals alone leave undecided goes to the committee of the fund above."""
    return _replayed(tally, history, bundle, trust)


@check("C15.4", "公示期满后如数执行", "Executed after its notice, exactly as approved")
def execution(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Executed within its time after the notice and the grace for objections, while not suspended, with exactly what was approved."""
    return _replayed(tally, history, bundle, trust)


@check("C15.5", "异议暂停付款", "Objections suspend")
def objections(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Objections come during the notice, or within a day after it with a receipt of before, once per resident and round, and enough of them suspend."""
    return _replayed(tally, history, bundle, trust)


@check("C15.6", "付款凭证与关联撤销", "Proofs of payment and linked reversals")
def proofs(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Proofs follow executions, with the due time of the rules, and reversals name what they reverse; one line for several requests pays their sum."""
    require_joint_sums(tally, history)
    require_freed_lines(tally, history)
    return _replayed(tally, history, bundle, trust)


@check("C15.7", "预算线限额与逾期停付", "Budget lines keep limits and block when overdue")
def budget_lines(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Nothing is asked or paid from a line above its limit, with a proof overdue, or from a frozen fund."""
    del bundle, trust
    lines = _BudgetLines(tally)
    for log in history.logs(*_HANDLERS):
        _HANDLERS[log.name](lines, log, log.values)
    return tally.result() if tally.counted else tally.not_applicable("没有人申请用款 no money was requested")


@check("C15.8", "表决规则守住底线", "Rules of votes keep their limits")
def floors(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No rules of a committee go beyond the limits of notice, time to vote, majority and objections; a fund has one committee, and a term goes on only without a break."""
    del bundle, trust
    require_floors(tally, history)
    require_terms(tally, history)
    return tally.result() if tally.counted else tally.not_applicable("没有管委会 there is no committee")


def _replayed(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """What the replay found for one check."""
    del bundle
    replay = _replay(history, trust)
    tally.add(replay.tallies[tally.check_id])
    if replay.broke_off:
        raise replay.broke_off
    if tally.counted or tally.findings:
        return tally.result()
    return tally.not_applicable(
        "还没有申请走到这一步 no request has got this far"
        if replay.has_proposals
        else "没有人申请用款 no money was requested"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Replay:
    """What a replay of every proposal came to: its tallies, and the error with which hostile evidence ended it."""

    tallies: dict[str, Tally]
    has_proposals: bool
    broke_off: Exception | None


@once
def _replay(history: History, trust: Trust) -> _Replay:
    """Replays every proposal, once for all checks that judge a part of its life."""
    tallies = {rule: Tally(rule, "", "") for rule in RULES}
    broke_off = None
    proposals = Proposals(history, trust, tallies)
    try:
        proposals.replay()
    except Exception as error:  # noqa: BLE001 what was found before belongs to the checks, as the error does
        broke_off = error
    return _Replay(tallies=tallies, has_proposals=bool(proposals.all), broke_off=broke_off)


class _BudgetLines:
    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._limits: dict[int, Values] = {}
        self._spent_fen: dict[int, int] = defaultdict(int)
        self._paid_fen: dict[bytes, int] = defaultdict(int)
        self._due: dict[int, dict[bytes, int]] = defaultdict(dict)
        self._proposals: dict[bytes, Values] = {}
        self._frozen: dict[int, bool] = {}
        self._rest_due: dict[bytes, int] = {}

    def limit(self, _log: Log, v: Values) -> None:
        self._limits[v["budget_line"]] = v

    def freeze(self, _log: Log, v: Values) -> None:
        self._frozen[v["fund"]] = v["frozen"]

    def submit(self, log: Log, v: Values) -> None:
        self._proposals[v["proposal_id"]] = v["proposal"]
        self._require_open(log, v["proposal"])

    def execute(self, log: Log, v: Values) -> None:
        proposal = self._proposals.get(v["proposal_id"])
        if (
            not self._tally.expect(
                proposal is not None, log.where, "应为已提出的申请 expected a submitted proposal"
            )
            or proposal is None
        ):
            return
        self._require_open(log, proposal)
        # What is proven in the same transaction needs no place among the proofs to come.
        is_proven = v["proof_due_at"] == log.block.time
        open_proofs = len(self._due[proposal["budget_line"]])
        self._tally.expect(
            is_proven or open_proofs < MAX_OPEN_PROOFS,
            log.where,
            f"预算项待交凭证已满 line {proposal['budget_line']} is blocked: {open_proofs} proofs are open",
        )
        self._spent_fen[proposal["budget_line"]] += v["amount_fen"]
        self._due[proposal["budget_line"]][v["proposal_id"]] = v["proof_due_at"]

    def prove(self, _log: Log, v: Values) -> None:
        proposal = self._proposals.get(v["proposal_id"], {"budget_line": 0, "amount_fen": 0})
        self._paid_fen[v["proposal_id"]] = proposal["amount_fen"]
        self._settle(v)

    def _settle(self, v: Values) -> None:
        """No proof is to come any more."""
        proposal = self._proposals.get(v["proposal_id"], {"budget_line": 0})
        self._due[proposal["budget_line"]].pop(v["proposal_id"], None)

    def reverse(self, _log: Log, v: Values) -> None:
        self._settle(v)
        proposal = self._proposals.get(v["proposal_id"], {"budget_line": 0, "amount_fen": 0})
        self._spent_fen[proposal["budget_line"]] -= proposal["amount_fen"]

    def instalment(self, _log: Log, v: Values) -> None:
        """The last one is the proof."""
        paid_fen = self._paid_fen[v["proposal_id"]] = self._paid_fen[v["proposal_id"]] + v["amount_fen"]
        if paid_fen == self._proposals.get(v["proposal_id"], {}).get("amount_fen"):
            self._settle(v)

    def proof_reversed(self, log: Log, v: Values) -> None:
        """Its proof is open, again or still, with its date."""
        self._paid_fen[v["proposal_id"]] -= v["amount_fen"]
        self._reopen(log, v, v["proof_due_at"])

    def _reopen(self, log: Log, v: Values, due_at: int) -> None:
        number = self._line_of(v)
        others = self._due[number].keys() - {v["proposal_id"]}
        what = f"预算项待交凭证已满 line {number} has {len(others)} open proofs beside the one that is open again"
        self._tally.expect(len(others) < MAX_OPEN_PROOFS, log.where, what)
        self._due[number][v["proposal_id"]] = due_at

    def part_back(self, _log: Log, v: Values) -> None:
        if not any(v["incoming_bank_line"]):
            self._rest_due[v["proposal_id"]] = self._due[self._line_of(v)].get(v["proposal_id"], 0)
            self._settle(v)
        self._spent_fen[self._line_of(v)] -= v["amount_fen"]

    def no_part_back(self, log: Log, v: Values) -> None:
        line = self._line_of(v)
        self._spent_fen[line] += v["amount_fen"]
        limit_fen = self._limits.get(line, {"limit_fen": 0})["limit_fen"]
        what = f"expected at most {limit_fen} fen spent on line {line}, got {self._spent_fen[line]}"
        self._tally.expect(self._spent_fen[line] <= limit_fen, log.where, what)
        if not any(v["bank_line"]):
            self._reopen(log, v, self._rest_due.pop(v["proposal_id"], 0))

    def _line_of(self, v: Values) -> int:
        return int(self._proposals.get(v["proposal_id"], {}).get("budget_line", 0))

    def _require_open(self, log: Log, proposal: Values) -> None:
        number, expect = proposal["budget_line"], self._tally.expect
        line = self._limits.get(number, {"purpose": None, "limit_fen": 0})
        self._tally.expect_equal(
            log.where,
            f"预算项的用途 purpose of line {number}",
            expected=line["purpose"],
            got=proposal["purpose"],
        )
        left_fen = line["limit_fen"] - self._spent_fen[number]
        expect(
            proposal["amount_fen"] <= left_fen,
            log.where,
            f"{proposal['amount_fen']} fen from a line with {left_fen} left",
        )
        due = self._due[number].values()
        overdue = [at for at in due if at < log.block.time]
        expect(not overdue, log.where, f"line {number} is blocked: a proof was due at {overdue}")
        fund = fund_of(proposal["purpose"])
        expect(not self._frozen.get(fund), log.where, f"fund {fund} is frozen")


_HANDLERS = {
    "Funds.FundFrozen": _BudgetLines.freeze,
    "Budgets.BudgetLineSet": _BudgetLines.limit,
    "Rounds.ProposalSubmitted": _BudgetLines.submit,
    "Disbursements.ProposalExecuted": _BudgetLines.execute,
    "Disbursements.PaymentProven": _BudgetLines.prove,
    "Disbursements.DisbursementReversed": _BudgetLines.reverse,
    "PartPayments.InstalmentProven": _BudgetLines.instalment,
    "PartPayments.ProofReversed": _BudgetLines.proof_reversed,
    "PartPayments.PaymentReturned": _BudgetLines.part_back,
    "PartPayments.ReturnReversed": _BudgetLines.no_part_back,
}
